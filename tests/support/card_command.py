# SPDX-License-Identifier: MIT
"""madoguchi-card as a test uses it, and the reader service with its cards as parts a test starts and stops. For worlds
made by pcsc_world."""
import ctypes
import json
import os
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

from card_control import tell

PROGRAMS = os.path.join(os.environ["MESON_BUILD_ROOT"], "cardreader")
CARD = os.path.join(PROGRAMS, "madoguchi-card")
PERSONAS = os.path.join(os.environ["MESON_SOURCE_ROOT"], "cardreader", "virtual", "personas")
FIRST_READER, SECOND_READER = "Virtual PCD 00 00", "Virtual PCD 00 01"


def command(*arguments, secret=None, environment=None, timeout=60):
    """one run; .answer is the JSON object it printed, None without one; .seconds how long it took"""
    began = time.monotonic()
    done = subprocess.run([CARD, *arguments], input=(secret or "") + "\n", capture_output=True, text=True, timeout=timeout,
                          env={**os.environ, **(environment or {})})
    done.seconds = time.monotonic() - began
    done.answer = json.loads(done.stdout) if done.stdout.startswith("{") else None
    return done


def persona_file(folder, text, name="persona.yaml"):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def sample(kind="mihon-hanako"):
    with open(os.path.join(PERSONAS, kind + ".yaml"), encoding="utf-8") as file:
        return file.read()


def wait_until(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, condition
        time.sleep(0.05)


class Service:
    """pcscd, in a world of --no-service"""

    def __init__(self):
        self.folder = tempfile.mkdtemp(dir="/run")
        self.process = None

    def start(self, reader=True):
        path = os.path.join(self.folder, "vpcd")
        with open(path, "w", encoding="ascii") as file:
            if reader:
                file.write('FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x8C7B\n'
                           "LIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so\nCHANNELID 0x8C7B\n")
        self.process = subprocess.Popen(["/usr/sbin/pcscd", "--foreground", "-c", self.folder], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        wait_until(lambda: os.path.exists("/run/pcscd/pcscd.comm"))
        if reader:
            wait_until(is_vpcd_listening)

    def stop(self, how=signal.SIGTERM):
        if self.process:
            self.process.send_signal(how)
            self.process.wait(10)
        self.process = None


def is_vpcd_listening():
    with open("/proc/net/tcp", encoding="ascii") as file:
        return any(":8C7B 00000000:0000 0A" in line or ":8C7B 0" in line and " 0A " in line for line in file)


class VirtualCard:
    """madoguchi-virtual-card in one of vpcd's two readers"""

    def __init__(self, persona=None, port=35963, trust_out=None, keys=os.path.join(PROGRAMS, "..", "training-keys")):
        """`keys`: a folder of key files; those of the build, made once, are not waited for; an empty one means other keys"""
        self.control = tempfile.mktemp(dir="/run", suffix=".card")
        arguments = [os.path.join(PROGRAMS, "madoguchi-virtual-card"), "--control", self.control, "--port", str(port),
                     "--keys", keys]
        if persona:
            arguments += ["--persona", persona]
        if trust_out:
            arguments += ["--trust-out", trust_out]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().strip() == "ready"

    def tell(self, line):
        return tell(line, path=self.control)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class RawCard:
    """anything at all in the reader: `answer` gets each command and gives the bytes to answer, None for silence"""

    def __init__(self, answer, atr=bytes.fromhex("3BE000FF8131FE4514"), port=35963):
        self.answer, self.atr, self.n_commands = answer, atr, 0
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def take(self, n):
        data = b""
        while len(data) < n:
            piece = self.socket.recv(n - len(data))
            if not piece:
                raise ConnectionError
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            data += piece
        return data

    def serve(self):
        try:
            while True:
                message = self.take(struct.unpack(">H", self.take(2))[0])
                if len(message) == 1:
                    reply = self.atr if message[0] == 4 else None
                else:
                    self.n_commands += 1
                    reply = self.answer(message)
                if reply is not None:
                    self.socket.sendall(struct.pack(">H", len(reply)) + reply)
        except (OSError, ConnectionError):
            pass

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)




class OtherProgram:
    """a program of somebody else's that holds the card for itself"""

    def __init__(self, reader=FIRST_READER):
        self.library = ctypes.CDLL("libpcsclite.so.1")
        self.context, self.card = ctypes.c_long(), ctypes.c_long()
        protocol = ctypes.c_ulong()
        assert self.library.SCardEstablishContext(ctypes.c_ulong(2), None, None, ctypes.byref(self.context)) == 0
        deadline = time.monotonic() + 10
        while self.library.SCardConnect(self.context, reader.encode(), ctypes.c_ulong(1), ctypes.c_ulong(3),
                                        ctypes.byref(self.card), ctypes.byref(protocol)) != 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def close(self):
        self.library.SCardDisconnect(self.card, ctypes.c_ulong(0))
        self.library.SCardReleaseContext(self.context)


def run_tests(tests):
    """prints TAP; every test is run, whatever one of them meets"""
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for i, test in enumerate(tests, 1):
        try:
            test()
            print(f"ok {i} - {test.__name__}", flush=True)
        except Exception as why:
            failed += 1
            print(f"not ok {i} - {test.__name__}\n# {type(why).__name__}: {str(why)[:2000]}".replace("\n", "\n# ").replace(
                "\n# # ", "\n# "), flush=True)
    return 1 if failed else 0
