#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""200 readings of invented residents through one long-lived client and its cardd, by PIN and by 照合番号B: afterwards
neither process holds a name, an address, a number, a PIN or a 照合番号B, and neither said one. Run by pcsc_world."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
sys.path.insert(0, str(SOURCE / "tests" / "support"))
import canary  # noqa: E402
import tap  # noqa: E402
from card_control import tell  # noqa: E402

BUILD = canary.BUILD
LOOP = BUILD / "tests" / "card_loop"
CARDD = BUILD / "cardreader" / "madoguchi-cardd"
RESIDENTS = int(os.environ.get("CANARY_RESIDENTS", "10"))
READS = 10


class Loop:
    def __init__(self, auth, *more):
        self.said = []
        self.process = subprocess.Popen([str(LOOP), str(CARDD), auth, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)

    def line(self):
        line = self.process.stdout.readline().decode()
        if not line:
            raise RuntimeError("the client ended: " + "".join(self.said))
        self.said.append(line)
        return line

    def wait_presence(self, presence):
        while self.line().split() != ["presence", str(presence)]:
            pass

    def read(self, secret):
        self.process.stdin.write(secret.encode() + b"\n")
        self.process.stdin.flush()
        line = self.line()
        while line.startswith("presence"):
            line = self.line()
        return line

    def pids(self):
        return [p for p in canary.processes_of_ours()]

    def end(self):
        self.process.stdin.close()
        self.process.wait(20)


def is_sanitized(pid):
    return "libasan" in pathlib.Path(f"/proc/{pid}/maps").read_text()


def many_reads(auth, secret_of, n_residents=RESIDENTS, n_reads=READS, more=(), tail=" pictures=0", genuine="not-checked"):
    loop = Loop(auth, *more)
    residents = [canary.Canary(f"{auth} {n}") for n in range(n_residents)]
    with tempfile.TemporaryDirectory(prefix="madoguchi-canary-") as folder:
        loop.wait_presence(3)
        for resident in residents:
            tell("swap " + str(resident.persona(folder)))
            loop.wait_presence(3)
            for _ in range(n_reads):
                line = loop.read(secret_of(resident))
                assert line.startswith(f"ok -1 {genuine} ") and line.strip().endswith(" name address birth_date sex" + tail), line
        pids = loop.pids()
        assert len(pids) == 2, f"the client and its cardd, but {pids}"
        if is_sanitized(loop.process.pid):
            print("# the address sanitizer keeps freed blocks: the search is for the plain build")
        else:
            end_s = time.monotonic() + 1
            found = canary.search(residents, pids)
            while found and time.monotonic() < end_s:
                found = canary.search(residents, pids)
            assert not found, "\n".join(found)
        said = pathlib.Path(folder) / "said"
        said.write_text("".join(loop.said))
        assert not canary.search(residents, files=[said]), "it said who was there"
    loop.end()


def test_pin():
    """nothing_is_left_after_a_hundred_readings_by_pin"""
    many_reads("pin", lambda resident: resident.pin)


def test_b():
    """nothing_is_left_after_a_hundred_readings_by_verification_number_b"""
    many_reads("b", lambda resident: resident.b())


def test_pictures():
    """nothing_is_left_after_readings_with_pictures_and_proof"""
    many_reads("b", lambda resident: resident.b(), 3, 4, [os.environ["MADOGUCHI_CARD_TRUST"]], " pictures=3", "verified")


tap.run(sys.modules[__name__])
