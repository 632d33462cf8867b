#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""deploy/try for a person, ended in each way a person or a script ends it: nothing of it stays behind."""
import os
import select
import signal
import subprocess
import sys
import time

ROOT = os.environ["MESON_SOURCE_ROOT"]
sys.path.insert(0, os.path.join(ROOT, "tests/support"))
import tap  # noqa: E402


def ignore_interrupt():
    """as a shell starts what it puts in the background with &; whoever runs the tests under nohup changes nothing"""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def children_of(pid):
    return [int(word) for word in subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True,
                                                 check=False).stdout.split()]


def says(process, wanted, seconds):
    deadline = time.monotonic() + seconds
    said = b""
    while time.monotonic() < deadline and wanted not in said:
        if select.select([process.stdout], [], [], 1)[0]:
            more = os.read(process.stdout.fileno(), 4096)
            if not more:
                break
            said += more
    return wanted in said


def ends_by(number, code):
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    process = subprocess.Popen(["/usr/bin/python3", os.path.join(ROOT, "deploy/try.py"), "--port", "0"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, bufsize=0, env=environment, preexec_fn=ignore_interrupt)
    try:
        assert says(process, b"Ctrl-C", 90), "the counter did not say that it runs"
        children = children_of(process.pid)
        assert len(children) >= 3, children
        process.send_signal(number)
        assert process.wait(30) == code, process.returncode
        assert not [pid for pid in children if os.path.exists(f"/proc/{pid}")], "something still runs"
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)


def test_an_interrupt_ends_a_counter_in_the_background():
    """SIGINT, which the shell told it to ignore, stops everything"""
    ends_by(signal.SIGINT, 0)


def test_closing_the_window_of_the_prompt_ends_it():
    """SIGHUP stops everything"""
    ends_by(signal.SIGHUP, 129)


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
