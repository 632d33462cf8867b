# SPDX-License-Identifier: MIT
"""Starts a whole counter from the build tree and stops all of it again: queue, devices, terminal.

Every process is ours and is stopped by its own pid. Virtual devices (card reader, receipt and form printer) run in
namespaces of their own, because the virtual reader's driver listens on all addresses.
"""
import datetime
import json
import os
import queue
import re
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
START_SECONDS = 60


class CounterError(Exception):
    """A sentence for the person at the prompt."""


class Process:
    """One started program with its first lines of output."""

    def __init__(self, name, argv, log, environment=None):
        self.name = name
        self.log_path = log
        self.log = open(log, "ab")
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
                                        env=environment, start_new_session=True)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.log.write(line)
            self.log.flush()
            self.lines.put(line.decode("utf-8", "replace").rstrip("\n"))
        self.lines.put(None)

    def wait_for(self, pattern, seconds=START_SECONDS):
        """the match of the first line that fits; CounterError when the program ends or is silent"""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise CounterError(f"{self.name} did not become ready in {seconds} s; see {self.log_path}") from None
            if line is None:
                raise CounterError(f"{self.name} ended at start: {self.last_words()}")
            match = re.search(pattern, line)
            if match:
                return match

    def last_words(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as handle:
            lines = handle.read().strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def stop(self):
        if self.process.poll() is None:
            # the whole session: unshare itself does not listen to SIGTERM, the script inside does
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.close()


class Counter:
    """A town's counter on this machine. Use as a context manager."""

    def __init__(self, town, port=0, state=None, clock=None, reader="auto", persona=None, key=None):
        """@town: a folder, packed and signed here, or a bundle FILE.mdg, whose public key @key is"""
        self.town = os.path.abspath(town)
        self.key = os.path.abspath(key) if key else None
        self.port = port
        self.is_kept = state is not None
        # sockets live in a short path: a socket's name may have 107 bytes
        self.short = tempfile.mkdtemp(prefix="madoguchi-")
        self.state = os.path.abspath(state) if state else os.path.join(self.short, "state")
        self.clock = clock
        self.reader = reader
        self.persona = persona  # file of the specimen card, where the reader is virtual
        self.processes = []
        self.url = self.password = self.device_token = None

    def program(self, folder, name):
        return os.path.join(ROOT, "build", folder, name)

    def __enter__(self):
        try:
            self._prepare()
            self._start_queue()
            self._start_devices()
            self._enrol()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for process in reversed(self.processes):
            process.stop()
        self.processes = []
        shutil.rmtree(self.short, ignore_errors=True)

    def start(self, name, argv, environment=None):
        process = Process(name, argv, os.path.join(self.state, name + ".log"), environment)
        self.processes.append(process)
        return process

    def path(self, *parts):
        return os.path.join(self.state, *parts)

    def _prepare(self):
        os.makedirs(self.state, mode=0o700, exist_ok=True)
        os.chmod(self.state, stat.S_IRWXU)
        for name in ("queued", "printd", "terminal", "slips", "forms", "device"):
            os.makedirs(self.path(name), mode=0o700, exist_ok=True)
        if self.clock:
            with open(self.path("clock"), "w", encoding="ascii") as handle:
                handle.write(self.clock + "\n")
        self.clock_option = ["--clock-file", self.path("clock")] if self.clock else []
        if not self.port:
            self.port = free_port()
        if self.town.endswith(".mdg"):
            if not self.key:
                raise CounterError("a bundle is checked by the key it was signed with: give --bundle-key FILE.pub")
            self.bundle = self.town
        else:
            self._write_device_layer("file:" + self.path("slips"), "ipp://127.0.0.1:8631/ipp/print")
            self._pack()
        self.tree = self._print_town()
        self.code = self.tree["municipality"]["code"]
        self.office = f"{self.code}-{self.tree['offices'][0]['id']}"

    def _write_device_layer(self, slip_uri, form_uri):
        """what this machine adds to the town: its printers and its address"""
        with open(self.path("device", "layer.yaml"), "w", encoding="utf-8") as handle:
            handle.write(f"extends: {os.path.relpath(self.town, self.path('device'))}\n"
                         f"queue: {{public_url: \"http://127.0.0.1:{self.port}\"}}\n"
                         "printer:\n  roles:\n"
                         f"    slip: [{{uri: \"{slip_uri}\"}}]\n"
                         f"    form: [{{uri: \"{form_uri}\"}}]\n")

    def _tool(self, *words, environment=None):
        done = subprocess.run([self.program("shared", "madoguchi-config"), *words], capture_output=True, text=True, check=False,
                              env=environment)
        if done.returncode:
            raise CounterError("the configuration is not valid:\n" + (done.stderr or done.stdout).strip())
        return done.stdout

    def _pack(self):
        """signed like a real town's, with a key that is good for this counter only"""
        pair = self.path("throwaway")
        if not os.path.exists(pair + ".key"):
            self._tool("keygen", "--output", pair)
        environment = dict(os.environ)
        if self.clock:  # the usual serial is the time: that of the counter's own clock
            environment["SOURCE_DATE_EPOCH"] = str(int(datetime.datetime.fromisoformat(self.clock).timestamp()))
        self.key, self.bundle = pair + ".pub", self.path("town.mdg")
        self._tool("pack", self.path("device"), "--key", pair + ".key", "--output", self.bundle, environment=environment)

    def _print_town(self):
        return json.loads(self._tool("print", self.bundle, "--bundle-key", self.key, "--json"))

    def town_options(self):
        """what every program is told of the town"""
        return ["--config", self.bundle, "--bundle-key", self.key]

    def _queue_options(self):
        return [*self.town_options(), "--database", "sqlite:" + self.path("queued", "queue.db"), "--state", self.path("queued")]

    def _start_queue(self):
        queued = self.start("queued", [self.program("queue", "madoguchi-queued"), "--listen", f"127.0.0.1:{self.port}",
                                       "--print", self.print_socket(), *self._queue_options(), *self.clock_option])
        self.url = queued.wait_for(r"^ready (http\S+)").group(1)

    def print_socket(self):
        return os.path.join(self.short, "printd.sock")

    def pcsc_socket(self):
        return os.path.join(self.short, "pcscd.comm")

    def card_control(self):
        return os.path.join(self.short, "card.sock")

    def _has_real_reader(self):
        done = subprocess.run([self.program("cardreader", "madoguchi-card"), "readers", "--json"], capture_output=True,
                              text=True, check=False)
        return done.returncode == 0 and '"name"' in done.stdout

    def _start_devices(self):
        self.is_virtual_reader = self.reader == "virtual" or not self._has_real_reader()
        if self.is_virtual_reader:
            reader = self.start("reader", [
                os.path.join(ROOT, "cardreader/virtual/virtual-reader"), "--socket", self.pcsc_socket(), "--control", self.card_control(),
                "--removed", "--keys", os.path.join(ROOT, "build/training-keys"), "--trust-out", self.path("trust"), *(["--persona", self.persona] if self.persona else []),
                "--programs", os.path.join(ROOT, "build/cardreader")])
        enter = ["unshare", "-m", "-n", "-p", "--fork", "--mount-proc", "--kill-child"]
        if os.geteuid() != 0:
            enter.insert(1, "-Ur")
        devices = self.start("devices", enter + [
            os.path.join(ROOT, "deploy/devices"), os.path.join(ROOT, "build"), self.bundle, self.state,
            self.print_socket(), "kiosk1", "--bundle-key", self.key, *self.clock_option])
        if self.is_virtual_reader:
            reader.wait_for("^ready")
        devices.wait_for("^devices ready$")

    def _enrol(self):
        """a clerk and this terminal, with a password and a token made now; there is no default one"""
        self.password = secrets.token_urlsafe(9)
        tool = self.program("queue", "madoguchi-queue")
        done = subprocess.run([tool, "user", "add", "madoguchi", "--role", "clerk", "--office", self.office, *self._queue_options()],
                              input=self.password + "\n", capture_output=True, text=True, check=False)
        if done.returncode:
            raise CounterError("no clerk could be made: " + done.stderr.strip())
        done = subprocess.run([tool, "device", "add", "kiosk1", *self._queue_options()], capture_output=True, text=True, check=False)
        if done.returncode:
            raise CounterError("the terminal could not be enrolled: " + done.stderr.strip())
        with open(os.open(self.path("terminal", "token"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as handle:
            handle.write(done.stdout.split()[-1] + "\n")

    def card(self, line):
        """one line to the virtual card's control socket"""
        import socket
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as control:
            control.settimeout(10)
            control.connect(self.card_control())
            control.sendall(line.encode() + b"\n")
            answer = control.makefile(encoding="utf-8").readline().strip()
        if answer.split(" ")[0] != "ok":
            raise CounterError(f"the virtual card refused {line!r}: {answer}")
        return answer

    def start_terminal(self, environment, *options):
        environment = dict(environment)
        if self.is_virtual_reader:
            environment["PCSCLITE_CSOCK_NAME"] = self.pcsc_socket()
            options = ("--trust", self.path("trust"), *options)  # the anchors of the specimen cards
        return self.start("terminal", [
            self.program("terminal", "madoguchi-terminal"), *self.town_options(), "--office", self.office,
            "--device", "kiosk1", "--queue", self.url, "--token-file", self.path("terminal", "token"),
            "--state", self.path("terminal"), "--print", self.print_socket(), *self.clock_option, *options], environment)


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def interruptible():
    """every way to end this ends like Ctrl-C, so that everything started is stopped: a shell hands SIGINT ignored to what
    it puts in the background, and the window of the prompt may be closed (unless nohup asked to outlive it)"""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
