# SPDX-License-Identifier: MIT
"""card placed to attributes shown: our share on top of the card's own round trips."""
import json
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("MESON_BUILD_ROOT", os.path.join(HERE, "..", "..", "build"))
DELAY_MS = 20  # what a contactless card takes for a short command, about


def run():
    """rows of (what, ours, peer, ratio, goal); the peer is the card alone: commands times the median round trip"""
    program = os.path.join(BUILD, "tests", "integration", "cardreader", "card_time")
    cardd = os.path.join(BUILD, "cardreader", "madoguchi-cardd")
    out = subprocess.run([os.path.join(HERE, "..", "support", "pcsc_world"), "--", "bash", "-c",
                          f'"{HERE}/../support/card_control.py" delay {DELAY_MS} >/dev/null && exec "{program}" "{cardd}"'],
                         capture_output=True, text=True, check=True, timeout=120,
                         env={**os.environ, "MESON_BUILD_ROOT": os.path.abspath(BUILD)}).stdout
    seen = json.loads(out)
    peer_ms = seen["apdus"] * seen["round_trip_ms"]
    yield (f"card seen to attributes ({seen['apdus']} commands)", f"{seen['total_ms']:.1f} ms", f"{peer_ms:.1f} ms",
           seen["total_ms"] / peer_ms, "<= 1.2")
