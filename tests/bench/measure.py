# SPDX-License-Identifier: MIT
"""What the benchmarks share: a display whose pixels can be read, process trees and their memory, medians."""
import mmap
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import time

CHROMIUM = ["chromium", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--no-default-browser-check", "--password-store=basic"]


class Display:
    """Xvfb with its frame buffer mapped, so that a pixel is read without asking the server."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.directory = tempfile.mkdtemp()
        read, write = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset", "-fbdir", self.directory],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.name = ":" + pipe.readline().strip()
        with open(os.path.join(self.directory, "Xvfb_screen0"), "rb") as handle:
            self.memory = mmap.mmap(handle.fileno(), 0, prot=mmap.PROT_READ)
        header = struct.unpack(">25I", self.memory[:100])
        self.offset = header[0] + header[19] * 12  # XWD: header, then the colour map
        self.stride = header[12]

    def pixel(self, x, y):
        at = self.offset + y * self.stride + x * 4
        return struct.unpack("<I", self.memory[at:at + 4])[0] & 0xffffff

    def wait_for_frame(self, points, deadline_s=30):
        """seconds until every (x, y, wanted colour) holds, polling the frame buffer"""
        begin = time.monotonic()
        while not all(self.pixel(x, y) == colour for x, y, colour in points):
            if time.monotonic() - begin > deadline_s:
                raise TimeoutError(f"no full frame on {self.name}: {[hex(self.pixel(x, y)) for x, y, _ in points]}")
            time.sleep(0.0005)
        return time.monotonic() - begin

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.memory.close()
        shutil.rmtree(self.directory, ignore_errors=True)


def tree(pid):
    """pid and all its descendants"""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as handle:
                    parents[int(name)] = int(handle.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                pass
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def pss_mib(pid):
    total = 0
    for one in tree(pid):
        try:
            with open(f"/proc/{one}/smaps_rollup", encoding="ascii") as handle:
                total += sum(int(line.split()[1]) for line in handle if line.startswith("Pss:"))
        except OSError:
            pass
    return total / 1024


def stop(process):
    """ends a process and its children, each by its own pid"""
    for pid in reversed(tree(process.pid)):
        try:
            os.kill(pid, signal.SIGTERM if pid == process.pid else signal.SIGKILL)
        except ProcessLookupError:
            pass
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
