# SPDX-License-Identifier: MIT
"""card placed to attributes shown: how many commands, our share on top of the card's own round trips, cardd's memory."""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(os.environ.get("MESON_BUILD_ROOT", os.path.join(HERE, "..", "..", "build")))
SUPPORT = os.path.join(HERE, "..", "support")
DELAY_MS = 20  # what a contactless card takes for a short command, about
WAYS = {"bare": ("the last try agreed to", 3), "tries": ("tries asked first", 4), "expiry": ("and the expiry", 6),
        "proof": ("and the proof", 6 + 5)}
PSS_MIB_MAX = 8


def apdus(card):
    words = card.tell("status").split()
    return int(words[words.index("apdus") + 1])


def inside():
    """in the card's world: each way of reading, as JSON"""
    sys.path.insert(0, SUPPORT)
    from card_command import VirtualCard, command, wait_until
    trust = "/run/trust"
    os.mkdir(trust, 0o700)
    card = VirtualCard(trust_out=trust)
    # the card's keys are made at its first use
    wait_until(lambda: command("read", "--pin-stdin", "--trust", trust, "--wait", "10", secret="1234").returncode == 0, 60)
    card.tell(f"delay {DELAY_MS}")
    seen = {}
    for way in WAYS:
        before = apdus(card)
        out = subprocess.run([os.path.join(BUILD, "tests", "integration", "cardreader", "card_time"),
                              os.path.join(BUILD, "cardreader", "madoguchi-cardd"), way, *([trust] if way == "proof" else [])],
                             capture_output=True, text=True, check=True, timeout=120).stdout
        seen[way] = json.loads(out)
        # the bare round trips stand behind the readings, one command each
        seen[way]["apdus"] = (apdus(card) - before - seen[way]["runs"]) / seen[way]["runs"]
    card.close()
    print(json.dumps(seen))


def run():
    """rows of (what, ours, peer, ratio, goal); the peer is the card alone: commands times the median round trip"""
    out = subprocess.run([os.path.join(SUPPORT, "pcsc_world"), "--no-card", "--", "/usr/bin/python3", os.path.abspath(__file__)],
                         capture_output=True, text=True, check=True, timeout=400,
                         env={**os.environ, "MESON_BUILD_ROOT": BUILD, "MESON_SOURCE_ROOT": os.path.join(HERE, "..", "..")}).stdout
    seen = json.loads(out)
    for way, (what, goal) in WAYS.items():
        figures = seen[way]
        yield f"commands: {what}", f"{figures['apdus']:g}", f"{goal}", figures["apdus"] / goal, "<= 1"
        peer_ms = figures["apdus"] * figures["round_trip_ms"]
        yield f"card seen to attributes: {what}", f"{figures['total_ms']:.1f} ms", f"{peer_ms:.1f} ms", figures["total_ms"] / peer_ms, "<= 1.2"
    figures = seen["proof"]
    for name, what in (("pss_kib", "cardd's memory (PSS)"), ("rss_kib", "cardd alone, nothing shared (RSS)")):
        mib = figures[name] / 1024
        yield what, f"{mib:.1f} MiB", f"{PSS_MIB_MAX} MiB", mib / PSS_MIB_MAX, "<= 1" if name == "pss_kib" else "(for honesty)"


if __name__ == "__main__":
    inside()
