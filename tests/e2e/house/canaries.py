#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What is left of a visit: invented residents go through the whole counter, then every process of ours, every file
written meanwhile and a real journal are searched for them, whole and in pieces. One second after the last visit there
must be nothing but sealed drafts. canaries.py [VISITS]: 6 without a number. Prints TAP."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import uuid

SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
sys.path[:0] = [str(SOURCE / "tests" / "support"), str(SOURCE / "tests" / "e2e" / "terminal")]
from terminal_driver import restart_inside, wait  # noqa: E402

restart_inside(os.path.abspath(__file__), [str(SOURCE / "tests" / "support" / "pcsc_world"), "--removed", "--"])

import canary  # noqa: E402
import visit  # noqa: E402
from card_control import tell  # noqa: E402
from web_hall import Tap  # noqa: E402

VISITS = int(os.environ.get("CANARY_VISITS", "6"))
JOURNALD = "/lib/systemd/systemd-journald"
CHECK = "あなたの 情報は これで あっていますか"


class Journal:
    """A journald of this world alone: /run is its own already, /var/log becomes so."""

    def __enter__(self):
        subprocess.run(["mount", "-t", "tmpfs", "none", "/var/log"], check=True)
        for folder in ("/run/systemd/journal", "/run/log"):
            os.makedirs(folder, exist_ok=True)
        if not os.path.ismount("/sys/fs/cgroup"): # journald ends without; a bare chroot has none
            subprocess.run(["mount", "-t", "cgroup2", "none", "/sys/fs/cgroup"], check=True)
        # a journal is named by the machine, and a container may have no name yet
        pathlib.Path("/run/machine-id").write_text(uuid.uuid4().hex + "\n")
        subprocess.run(["mount", "--bind", "/run/machine-id", "/etc/machine-id"], check=True)
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([JOURNALD], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        if not wait(lambda: os.path.exists("/run/systemd/journal/socket"), 10):
            self.log.seek(0)
            raise RuntimeError("journald did not start: " + self.log.read().decode())
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        for path in ("/etc/machine-id", "/var/log"):
            subprocess.run(["umount", "-l", path], check=False)

    def entries(self):
        """what our programs said; all fields"""
        return subprocess.run(["journalctl", "--directory", self.folder(), "-o", "export", "--no-pager"], capture_output=True,
                              check=True, timeout=60).stdout

    def folder(self):
        assert self.process.poll() is None, f"journald ended with {self.process.returncode}"
        return next(str(p) for p in pathlib.Path("/run/log/journal").iterdir())


def forgotten_within_a_second(residents, pids):
    found = []

    def is_forgotten():
        found[:] = canary.search(residents, pids)
        return not found

    assert wait(is_forgotten, 1), "in memory:\n" + "\n".join(found)


def one_visit(t, resident, folder, at_check=lambda t, resident: None):
    """from the first touch to the ticket and back to the first screen"""
    tell("swap " + str(resident.persona(folder)))
    visit.remove_card()
    visit.to_card(t)
    tell("insert")
    t.expect("暗証番号を 入れてください")
    t.enter_pin(resident.pin)
    t.expect(CHECK)
    at_check(t, resident)
    t.press("はい、あっています")
    visit.answer(t)
    t.expect("この 内容で 印刷します")
    assert wait(lambda: t.find(key="page")), "the filled form is not shown"
    t.press("印刷して 進む")
    t.expect("カードを お取りください")
    tell("remove")
    t.expect("番号札を お取りください")
    t.press("おわる")
    t.expect("ご用件を えらんでください")


def abandoned_at_the_pin(t, resident, folder):
    """three digits of the PIN typed, then the card is taken and the visit given up"""
    tell("swap " + str(resident.persona(folder)))
    visit.remove_card()
    visit.to_card(t)
    tell("insert")
    t.expect("暗証番号を 入れてください")
    for n, digit in enumerate(resident.pin[:3], 1):
        t.press(key=f"digit-{digit}")
        t.expect_text("•" * n)
    tell("remove")
    t.expect(visit.CARD)
    t.press("やめる")
    t.expect("ご用件を えらんでください")


def nothing_is_left_of_anybody_one_second_after_the_visit():
    began_s = time.time() - 1
    folder = tempfile.mkdtemp(prefix="madoguchi-canary-")
    with Journal() as journal, visit.World() as world:
        t = world.terminal
        residents = [canary.Canary(f"visit {n}") for n in range(VISITS)]
        assert not canary.search(residents, canary.processes_of_ours()), "the search finds people who never came"
        for resident in residents[:-1]:
            one_visit(t, resident, folder)
        one_visit(t, residents[-1], folder, is_seen_while_there)
        if "libasan" in pathlib.Path(f"/proc/{t.process.pid}/maps").read_text():
            print("# the address sanitizer keeps freed blocks: this search is for the plain build")
            return
        pids = canary.processes_of_ours()
        for pid in pids:
            leaves_no_core(pid)
        forgotten_within_a_second(residents, pids)
        said = journal.entries()
        assert b"MADOGUCHI" in said.upper(), "the journal heard nothing of us: this search would prove nothing"
        files = canary.files_since(began_s, {tempfile.gettempdir(), "/tmp", "/run", "/var", "/dev/shm", os.path.expanduser("~")},
                                   [folder, *world.paper.values(), "/run/virtual-reader", "/proc"])
        (pathlib.Path(folder) / "journal").write_bytes(said)
        found = canary.search(residents, files=[*files, os.path.join(folder, "journal")])
        assert not found, "in files:\n" + "\n".join(found)
        drafts = [f for f in files if "/drafts/" in f]
        assert len(drafts) >= VISITS, f"the drafts of {VISITS} visits should lie there, sealed: {drafts}"
        papers = canary.search(residents, files=[str(f) for f in world.files("form")])
        print(f"# {VISITS} visits, {len(pids)} processes, {len(files)} files, {len(said)} bytes of journal searched; paper holds {len(papers)}")
    shutil.rmtree(folder, ignore_errors=True)


def leaves_no_core(pid):
    """the limit of a core's size is nothing, and cannot be raised again"""
    limit = re.search(r"^Max core file size +(\d+) +(\d+)", pathlib.Path(f"/proc/{pid}/limits").read_text(), re.M)
    assert limit and limit.groups() == ("0", "0"), f"{os.readlink(f'/proc/{pid}/exe')} may leave a core: {limit and limit.groups()}"


def is_seen_while_there(t, resident):
    """the same search does find a resident who is still there"""
    found = canary.search([resident], [t.process.pid])
    assert any("name/" in line for line in found), f"the search does not see who is on the screen: {found}"


def a_visit_given_up_leaves_nothing_either():
    folder = tempfile.mkdtemp(prefix="madoguchi-canary-")
    with visit.World() as world:
        t = world.terminal
        residents = [canary.Canary(f"given up {n}") for n in range(2)]
        for resident in residents:
            abandoned_at_the_pin(t, resident, folder)
        if "libasan" in pathlib.Path(f"/proc/{t.process.pid}/maps").read_text():
            return
        pids = canary.processes_of_ours()
        forgotten_within_a_second(residents, pids)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(Tap([nothing_is_left_of_anybody_one_second_after_the_visit, a_visit_given_up_leaves_nothing_either]).run())
