#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A client and its cardd through many rounds of insert, read, remove: neither grows, and cardd holds nothing but its
sockets. test_rounds.py N; run by tests/support/pcsc_world --no-card."""
import os
import re
import subprocess
import sys
import tempfile

SOURCE, BUILD = os.environ["MESON_SOURCE_ROOT"], os.environ["MESON_BUILD_ROOT"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
from card_command import PROGRAMS, VirtualCard, run_tests  # noqa: E402

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 25
SETTLED = 8          # rounds after which every buffer has been there once
PASSING = 4          # descriptors that come and go with the pictures' own process
GROWTH_KIB = 256     # pages the allocator may still take for itself: a leak of a reading is 500 times its size
HELD = re.compile(r"/dev/null|socket:\[\d+\]|pipe:\[\d+\]|anon_inode:\[(eventpoll|signalfd|timerfd)\]")
SEEN = {}


def rss_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))


def held(pid):
    """what it has open beyond standard output and error, which are the caller's"""
    return sorted(os.readlink(f"/proc/{pid}/fd/{n}") for n in os.listdir(f"/proc/{pid}/fd") if n not in "12")


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(child) for child in file.read().split()]


def name_of(pid):
    with open(f"/proc/{pid}/comm", encoding="ascii") as file:
        return file.read().strip()


def look(pid):
    cardd = [child for child in children(pid) if name_of(child).startswith("madoguchi-cardd"[:15])]
    cardd = [child for child in cardd if os.readlink(f"/proc/{child}/exe").endswith("madoguchi-cardd")]
    assert len(cardd) == 1, cardd
    return {"cardd": cardd[0], "held": held(cardd[0]), "n_own": len(held(pid)), "rss": rss_kib(pid), "cardd_rss": rss_kib(cardd[0])}


def every_round_is_read():
    trust = tempfile.mkdtemp(dir="/run")
    card = VirtualCard(trust_out=trust)
    os.environ["MADOGUCHI_CARD_CONTROL"] = card.control
    # the card's keys are made at its first use, which may take longer than a request may
    for _ in range(5):
        if subprocess.run([os.path.join(PROGRAMS, "madoguchi-card"), "read", "--auth", "b", "--secret-stdin", "--trust", trust, "--want",
                           "images", "--wait", "10"], input="35022920339876\n", text=True, capture_output=True).returncode == 0:
            break
    program = subprocess.Popen([os.path.join(BUILD, "tests", "integration", "cardreader", "card_rounds"), str(ROUNDS),
                                os.path.join(PROGRAMS, "madoguchi-cardd"), trust], stdout=subprocess.PIPE, text=True)
    for line in program.stdout:
        n = int(line.split()[1])
        if n in (SETTLED, ROUNDS - 1):
            SEEN[n] = look(program.pid)
    assert program.wait() == 0
    card.close()
    assert sorted(SEEN) == [SETTLED, ROUNDS - 1], SEEN


def cardd_lived_through_all_of_them():
    assert SEEN[SETTLED]["cardd"] == SEEN[ROUNDS - 1]["cardd"]


def cardd_holds_nothing_but_its_sockets():
    for what in SEEN[ROUNDS - 1]["held"]:
        assert HELD.fullmatch(what), what
    assert len(SEEN[ROUNDS - 1]["held"]) <= 12, SEEN


def neither_holds_more_than_before():
    before, after = SEEN[SETTLED], SEEN[ROUNDS - 1]
    assert len(after["held"]) == len(before["held"]), SEEN
    assert after["n_own"] <= before["n_own"] + PASSING, SEEN


def neither_has_grown():
    before, after = SEEN[SETTLED], SEEN[ROUNDS - 1]
    print(f"# cardd {before['cardd_rss']} -> {after['cardd_rss']} KiB, client {before['rss']} -> {after['rss']} KiB")
    assert after["cardd_rss"] - before["cardd_rss"] <= GROWTH_KIB, SEEN
    assert after["rss"] - before["rss"] <= GROWTH_KIB, SEEN


if __name__ == "__main__":
    sys.exit(run_tests([every_round_is_read, cardd_lived_through_all_of_them, cardd_holds_nothing_but_its_sockets,
                        neither_holds_more_than_before, neither_has_grown]))
