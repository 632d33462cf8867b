# SPDX-License-Identifier: MIT
"""A madoguchi-queued of one's own for tests: fresh state, a set clock, a terminal's token, a clerk and a chief."""
import http.client
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile

BUILD = os.environ.get("MESON_BUILD_ROOT", "build")
SOURCE = os.environ.get("MESON_SOURCE_ROOT", ".")
OFFICE = "209996-honcho"
PASSWORD = "mihon-himitsu-1"
# the village has one window; what two clerks do to each other needs two
SECOND_WINDOW = ("windows: [{id: w2, office: honcho, label: {ja: 2番窓口, kana: にばん まどぐち, en: Window 2}, "
                 "serves: [health, children, moving, certificates]}]\n")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def problem(self):
        return self.json()["type"].rsplit(":", 1)[1]


class Daemon:
    def __init__(self, clock="2026-11-24T10:12:00+09:00", state=None, layer="", listen="127.0.0.1:0", more=(), signed=()):
        self.base = tempfile.mkdtemp(prefix="madoguchi-queue-")
        self.state = state or os.path.join(self.base, "state")
        os.makedirs(self.state, mode=0o700, exist_ok=True)
        os.chmod(self.state, 0o700)
        self.key = None
        self.config = self.write_town(layer)
        if signed:  # options of madoguchi-config pack
            self.key = os.path.join(self.base, "town.pub")
            self.tool("keygen", "--output", os.path.join(self.base, "town"))
            self.config = self.pack(self.config, *signed)
        self.clock_file = os.path.join(self.base, "clock")
        self.set_clock(clock)
        self.listen, self.more, self.process, self.cookie, self.csrf = listen, list(more), None, None, None
        self.token = self.command("device", "add", "t1").split()[-1]
        self.command("user", "add", "hanako", "--role", "clerk", "--office", OFFICE, password=PASSWORD)
        self.command("user", "add", "taro", "--role", "chief", "--office", OFFICE, password=PASSWORD)
        self.log = open(os.path.join(self.base, "log"), "ab")

    def write_town(self, layer, name="town"):
        """a folder that lays @layer over 見本村"""
        folder = os.path.join(self.base, name)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "layer.yaml"), "w", encoding="utf-8") as handle:
            handle.write('extends: municipalities/209996-mihon\ncode: "209996"\nversion: "1"\n' + layer)
        with open(os.path.join(folder, "windows.yaml"), "w", encoding="utf-8") as handle:
            handle.write(SECOND_WINDOW)
        return folder

    def tool(self, *words):
        done = subprocess.run([os.path.join(BUILD, "shared/madoguchi-config"), *words, "--templates",
                               os.path.join(SOURCE, "shared/templates")], check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout

    def pack(self, folder, *options):
        """@folder as town.mdg, signature first, both by rename, as one is put in place under a running counter"""
        packed, place = os.path.join(self.base, "packed.mdg"), os.path.join(self.base, "town.mdg")
        self.tool("pack", folder, "--key", os.path.join(self.base, "town.key"), "--output", packed, *options)
        os.rename(packed + ".minisig", place + ".minisig")
        os.rename(packed, place)
        return place

    def set_clock(self, instant):
        with open(self.clock_file + ".next", "w", encoding="utf-8") as handle:
            handle.write(instant)
        os.rename(self.clock_file + ".next", self.clock_file)

    def common(self):
        return ["--config", self.config, "--templates", os.path.join(SOURCE, "shared/templates"),
                "--database", "sqlite:" + os.path.join(self.state, "queue.db"), "--state", self.state,
                *(["--bundle-key", self.key] if self.key else [])]

    def command(self, *words, password=None, check=True):
        done = subprocess.run([os.path.join(BUILD, "queue/madoguchi-queue"), *words, *self.common()], check=False,
                              input=(password + "\n" if password else ""), capture_output=True, text=True)
        if check and done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout if check else done

    def start(self):
        self.process = subprocess.Popen([os.path.join(BUILD, "queue/madoguchi-queued"), *self.common(), "--listen", self.listen,
                                         "--clock-file", self.clock_file, *self.more], stdout=subprocess.PIPE, stderr=self.log)
        if not select.select([self.process.stdout], [], [], 30)[0]:
            raise RuntimeError("queued is not ready")
        line = self.process.stdout.readline().decode()
        if not line.startswith("ready "):
            raise RuntimeError("queued did not start: " + self.log_text())
        self.url = line.split()[1]
        self.port = int(self.url.rsplit(":", 1)[1])
        return self

    def log_text(self):
        with open(os.path.join(self.base, "log"), encoding="utf-8", errors="replace") as handle:
            return handle.read()

    def stop(self, how=signal.SIGTERM):
        if self.process:
            self.process.send_signal(how)
            code = self.process.wait(timeout=30)
            self.process.stdout.close()
            self.process = None
            return code
        return None

    def close(self):
        self.stop(signal.SIGKILL)
        self.log.close()
        shutil.rmtree(self.base, ignore_errors=True)

    def call(self, method, path, body=None, headers=None, raw=None):
        connection = http.client.HTTPConnection(self.url.split("//")[1].rsplit(":", 1)[0].strip("[]"), self.port, timeout=30)
        sent = dict(headers or {})
        if body is not None:
            raw = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection.request(method, path, raw, sent)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer

    def office(self, method, path, body=None, headers=None):
        return self.call(method, f"/api/v1/offices/{OFFICE}/{path}", body, headers)

    def ticket(self, key, body=None, token=None):
        return self.office("POST", "tickets", body or {"service": "certificates"},
                           {"Authorization": "Bearer " + (token or self.token), "Idempotency-Key": key})

    def sign_in(self, user="hanako"):
        answer = self.call("POST", "/api/v1/sessions", {"user": user, "password": PASSWORD})
        assert answer.status == 201, answer.body
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        self.csrf = answer.json()["csrf"]
        return answer

    def staff(self, method, path, body=None, key=None, headers=None):
        sent = {"Cookie": self.cookie, "X-CSRF-Token": self.csrf}
        if key:
            sent["Idempotency-Key"] = key
        sent.update(headers or {})
        return self.office(method, path, body, sent)

    def window(self, command, key, body=None, window="w1"):
        return self.staff("POST", f"windows/{window}/{command}", body or {}, key)


class Tap:
    """Runs sentences as tests; any exception is a failure."""

    def __init__(self):
        self.n, self.n_failed = 0, 0

    def run(self, functions):
        print(f"1..{len(functions)}", flush=True)
        for function in functions:
            self.n += 1
            try:
                function()
                print(f"ok {self.n} - {function.__name__}", flush=True)
            except Exception as problem:  # a test that breaks has failed, the others still run
                self.n_failed += 1
                print(f"not ok {self.n} - {function.__name__}", flush=True)
                print("# " + repr(problem).replace("\n", "\n# "), file=sys.stderr, flush=True)
        return 1 if self.n_failed else 0
