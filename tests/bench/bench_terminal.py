# SPDX-License-Identifier: MIT
"""The resident's screen against chromium --kiosk with a static page of the same look, on the same Xvfb."""
import os
import shutil
import subprocess
import tempfile
import time

from measure import CHROMIUM, Display, median, pss_mib, stop

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TOWN = os.path.join(ROOT, "shared/templates/municipalities/209996-mihon")
ROUNDS = 5
WHITE = 0xffffff


def terminal_argv(state):
    with open(os.path.join(state, "token"), "w", opener=lambda path, flags: os.open(path, flags, 0o600), encoding="ascii") as handle:
        handle.write("bench-token\n")
    return [os.path.join(ROOT, "build/terminal/madoguchi-terminal"), "--config", TOWN, "--office", "209996-honcho",
            "--device", "bench", "--queue", "http://127.0.0.1:9", "--token-file", os.path.join(state, "token"), "--state", state, "--windowed", "1080x1920"]


def chromium_argv(profile):
    return CHROMIUM + ["--kiosk", "--window-size=1080,1920", "--window-position=0,0", f"--user-data-dir={profile}",
                       "file://" + os.path.join(HERE, "page_screen.html")]


def measure(make_argv, want_memory):
    """(seconds to the first full frame, PSS after it settled) of one fresh start on a fresh display"""
    display = Display(1080, 1920)
    directory = tempfile.mkdtemp()
    os.chmod(directory, 0o700)
    environment = dict(os.environ, DISPLAY=display.name, GSETTINGS_BACKEND="memory")
    environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
    process = subprocess.Popen(make_argv(directory), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        # a frame is full when head, middle gap and foot are painted: white ground at both edges of the page
        seconds = display.wait_for_frame([(4, 60, WHITE), (1075, 60, WHITE), (20, 900, WHITE)])
        if want_memory:
            time.sleep(3)
        return seconds, pss_mib(process.pid)
    finally:
        stop(process)
        display.close()
        shutil.rmtree(directory, ignore_errors=True)


def run_screen():
    ours = median([measure(terminal_argv, False)[0] for _ in range(ROUNDS)])
    peer = median([measure(chromium_argv, False)[0] for _ in range(ROUNDS)])
    yield "start to first full frame (chromium --kiosk)", f"{ours * 1000:.0f} ms", f"{peer * 1000:.0f} ms", ours / peer, "<= 0.25"


def run_memory():
    ours = measure(terminal_argv, True)[1]
    peer = measure(chromium_argv, True)[1]
    yield "PSS of all its processes (chromium --kiosk)", f"{ours:.1f} MiB", f"{peer:.1f} MiB", ours / peer, "<= 0.167"
