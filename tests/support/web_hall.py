# SPDX-License-Identifier: MIT
"""A hall for the tests: the real madoguchi-queued of this build on a free loopback port, in a state of its own, with a
clock that stands on a weekday morning. Ended by its process id."""
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid

BUILD = pathlib.Path(os.environ["MESON_BUILD_ROOT"])
SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
QUEUED = BUILD / "queue" / "madoguchi-queued"
QUEUE = BUILD / "queue" / "madoguchi-queue"
TEMPLATES = SOURCE / "shared" / "templates"
OFFICE = "209996-honcho"
START_S = 20


class Hall:
    def __init__(self, now="2026-11-24T10:12:00+09:00", tls=None, more=(), layer=""):
        """@layer: YAML that lies over the sample town."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="madoguchi-hall-"))
        self.town = TEMPLATES / "municipalities" / "209996-mihon"
        if layer:
            self.town = self.folder / "town"
            self.town.mkdir()
            (self.town / "layer.yaml").write_text('extends: municipalities/209996-mihon\ncode: "209996"\nversion: "1"\n')
            (self.town / "more.yaml").write_text(layer)
        self.state = self.folder / "state"
        self.state.mkdir(mode=0o700)
        self.clock = self.folder / "clock"
        self.clock.write_text(now + "\n")
        self.errors = open(self.folder / "queued.log", "ab")
        self.tls = tls
        self.more = list(more)
        self.process = None
        self.port = 0
        self.token = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self.errors.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def own(self):
        return ["--config", str(self.town), "--templates", str(TEMPLATES),
                "--database", f"sqlite:{self.state}/queue.db", "--state", str(self.state)]

    def start(self):
        command = [str(QUEUED), *self.own(), "--listen", f"127.0.0.1:{self.port}", "--clock-file", str(self.clock), *self.more]
        if self.tls:
            command += ["--tls-cert", str(self.tls[0]), "--tls-key", str(self.tls[1])]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, stdin=subprocess.DEVNULL)
        self.url = self._ready_line().split()[1]
        self.port = int(self.url.rsplit(":", 1)[1])

    def _ready_line(self):
        end = time.monotonic() + START_S
        text = b""
        while b"\n" not in text:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise RuntimeError("queued did not say that it is ready: " + self.log())
            piece = os.read(self.process.stdout.fileno(), 4096)
            if not piece:
                raise RuntimeError("queued ended at start: " + self.log())
            text += piece
        line = text.decode().split("\n")[0]
        if not line.startswith("ready http"):
            raise RuntimeError(f"queued said {line!r}")
        return line

    def log(self):
        return (self.folder / "queued.log").read_text(errors="replace")[-2000:]

    def stop(self, how=signal.SIGTERM):
        """The exit status; the same port is taken again at the next start."""
        if self.process is None:
            return None
        self.process.send_signal(how)
        status = self.process.wait(20)
        self.process.stdout.close()
        self.process = None
        return status

    def add_user(self, name, password, role="clerk"):
        subprocess.run([str(QUEUE), "user", "add", name, "--role", role, "--office", OFFICE, *self.own()],
                       input=password + "\n", text=True, check=True, capture_output=True, timeout=60)

    def add_device(self, device):
        done = subprocess.run([str(QUEUE), "device", "add", device, *self.own()], text=True, check=True, capture_output=True,
                              timeout=60)
        self.token = done.stdout.split()[-1]
        return self.token

    def ask(self, method, path, body=None, key=None, token=None):
        """The JSON of the answer and its status."""
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
        request = urllib.request.Request(self.url + path, method=method, headers=headers,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.load(answer), answer.status
        except urllib.error.HTTPError as error:
            with error:
                return json.load(error), error.code

    def issue(self, service="certificates", drafts=(), procedures=(), language="ja"):
        ticket, status = self.ask("POST", f"/api/v1/offices/{OFFICE}/tickets",
                                  {"service": service, "procedures": list(procedures), "drafts": list(drafts), "language": language},
                                  token=self.token)
        if status != 201:
            raise RuntimeError(f"no ticket: {status} {ticket}")
        return ticket

    def staff_call(self, device):
        return self.ask("POST", f"/api/v1/offices/{OFFICE}/staff-call", {"from": device}, token=self.token)

    def board(self):
        return self.ask("GET", f"/api/v1/offices/{OFFICE}/board")[0]


class Tap:
    """Runs functions one after the other and says each result as a line of TAP; the name is the sentence."""

    def __init__(self, cases):
        self.cases = cases

    def run(self, *arguments):
        import traceback
        failed = 0
        print(f"1..{len(self.cases)}", flush=True)
        for number, case in enumerate(self.cases, 1):
            try:
                case(*arguments)
                print(f"ok {number} - {case.__name__}", flush=True)
            except Exception: # the next case still runs
                failed += 1
                print(f"not ok {number} - {case.__name__}", flush=True)
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}", flush=True)
        return 1 if failed else 0
