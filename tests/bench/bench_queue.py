# SPDX-License-Identifier: MIT
"""Durable tickets a second over HTTP at 16 clients against a bare SQLite loop, WAL and FULL, one insert a commit."""
import os
import re
import subprocess
import sys
import tempfile

from measure import median

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, "build")
os.environ.setdefault("MESON_BUILD_ROOT", BUILD)
os.environ.setdefault("MESON_SOURCE_ROOT", ROOT)
sys.path.insert(0, os.path.join(ROOT, "tests/support"))
from queue_daemon import OFFICE, Daemon  # noqa: E402

CLIENTS, SECONDS, ROUNDS = 16, 4, 3


def rate_of(output):
    """queue_load says {"per_s": N}; the loop says its number alone"""
    match = re.search(r'"per_s":([\d.]+)', output) or re.search(r"([\d.]+)", output)
    return float(match.group(1))


def run():
    tools = os.path.join(BUILD, "tests/integration/queue")
    daemon = Daemon(layer="services: [{id: certificates, numbers: 1-99999}]\n").start()
    ours, peer = [], []
    try:
        for number in range(ROUNDS):
            with tempfile.TemporaryDirectory() as directory:
                done = subprocess.run([f"{tools}/sqlite_loop", f"{directory}/loop.db", str(SECONDS)], check=True, capture_output=True, text=True)
                peer.append(rate_of(done.stdout))
            done = subprocess.run([f"{tools}/queue_load", str(daemon.port), OFFICE, daemon.token, "certificates", str(CLIENTS),
                                   str(SECONDS), f"round{number}"], check=True, capture_output=True, text=True)
            ours.append(rate_of(done.stdout))
    finally:
        daemon.close()
    yield (f"durable tickets/s, {CLIENTS} clients (SQLite loop)", f"{median(ours):.0f}/s", f"{median(peer):.0f}/s",
           median(ours) / median(peer), ">= 0.5")
