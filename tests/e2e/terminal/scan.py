#!/usr/bin/python3
# SPDX-License-Identifier: MIT
""""I already have a ticket": the terminal's real camera child on a folder of frames, the place in line from the real queued.
Prints TAP."""
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
sys.path.insert(0, str(SOURCE / "tests" / "support"))
from terminal_driver import DEVICE, Terminal, restart_inside, wait  # noqa: E402

restart_inside(os.path.abspath(__file__))

from web_hall import Hall, Tap, TEMPLATES  # noqa: E402

SCAN = "番号札の QRコードを カメラに 見せてください"


class QrCode(ctypes.Structure):
    _fields_ = [("version", ctypes.c_int), ("width", ctypes.c_int), ("data", ctypes.POINTER(ctypes.c_ubyte))]


def write_code(text, path, module_px=6, quiet=4):
    """The code as a grey map, by libqrencode."""
    library = ctypes.CDLL("libqrencode.so.4")
    library.QRcode_encodeString8bit.restype = ctypes.POINTER(QrCode)
    code = library.QRcode_encodeString8bit(text.encode(), 0, 1).contents
    side = code.width + 2 * quiet
    rows = bytearray()
    for y in range(-quiet, code.width + quiet):
        row = bytearray()
        for x in range(-quiet, code.width + quiet):
            inside = 0 <= x < code.width and 0 <= y < code.width
            row += bytes([0 if inside and code.data[y * code.width + x] & 1 else 255]) * module_px
        rows += row * module_px
    path.write_bytes(b"P5 %d %d 255\n" % (side * module_px, side * module_px) + bytes(rows))


class World:
    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="madoguchi-scan-"))
        self.frames = self.folder / "frames"
        self.frames.mkdir()
        self.hall = Hall()
        self.hall.start()
        token = self.hall.add_device(DEVICE)
        self.terminal = Terminal(self.folder, self.hall.url, token, TEMPLATES / "municipalities" / "209996-mihon",
                                 camera=f"dir:{self.frames}", clock=self.hall.clock)
        self.terminal.__enter__()
        return self

    def __exit__(self, *_):
        self.terminal.__exit__()
        self.hall.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    def show(self, text, name="frame.png", form="png"):
        """A frame as a camera would see it: the code on a table, slightly turned."""
        made = self.folder / ("new." + form)
        write_code(text, self.folder / "code.pgm")
        subprocess.run(["convert", "-size", "1280x720", "xc:gray70", "(", str(self.folder / "code.pgm"), "-background", "gray70",
                        "-rotate", "8", ")", "-gravity", "center", "-composite", "-colorspace", "Gray", "-depth", "8", str(made)],
                       check=True)
        os.replace(made, self.frames / name)

    def scand(self):
        """The process of the camera child, found among the terminal's own children."""
        path = pathlib.Path(f"/proc/{self.terminal.process.pid}/task/{self.terminal.process.pid}/children")
        for pid in path.read_text().split():
            if "scand" in pathlib.Path(f"/proc/{pid}/comm").read_text():
                return int(pid)
        return None


def a_ticket_shown_to_the_camera_tells_its_place():
    with World() as world:
        t = world.terminal
        world.hall.issue()
        ticket = world.hall.issue()
        t.expect("ご用件を えらんでください")
        assert world.scand() is None, "the camera runs before anybody asked"
        t.press("もう 番号札を 持っている")
        t.expect(SCAN)
        world.show(f"madoguchi:t/{ticket['token']}")
        t.expect("今の 順番です")
        t.expect_text(ticket["number"])
        t.expect_text("前に 1人")
        assert wait(lambda: world.scand() is None), "the camera still runs"
        t.press("はじめの 画面へ")
        t.expect("ご用件を えらんでください")


def a_grey_map_is_a_frame_too():
    with World() as world:
        ticket = world.hall.issue()
        world.terminal.press("もう 番号札を 持っている")
        world.terminal.expect(SCAN)
        world.show(f"madoguchi:t/{ticket['token']}", "frame.pgm", "pgm")
        world.terminal.expect("今の 順番です")


def other_codes_and_broken_frames_are_told_or_ignored():
    with World() as world:
        t = world.terminal
        t.press("もう 番号札を 持っている")
        t.expect(SCAN)
        for name, content in (("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100), ("b.pgm", b"P5 99999 99999 255\n" + b"\0" * 64),
                              ("c.pgm", b"P5 4 4 255\n")):
            (world.frames / name).write_bytes(content)
        world.show("https://example.com/menu")
        t.expect_text("番号札では ありません")
        world.show("madoguchi:t/" + "A" * 22)
        t.expect_text("この 番号札は 見つかりません")


def a_camera_child_that_dies_is_started_again():
    with World() as world:
        t = world.terminal
        ticket = world.hall.issue()
        t.press("もう 番号札を 持っている")
        t.expect(SCAN)
        first = wait(world.scand)
        os.kill(first, signal.SIGKILL)
        assert wait(lambda: world.scand() not in (None, first)), "no new camera child"
        world.show(f"madoguchi:t/{ticket['token']}")
        t.expect("今の 順番です")


def the_camera_child_holds_no_other_right():
    with World() as world:
        world.terminal.press("もう 番号札を 持っている")
        world.terminal.expect(SCAN)
        pid = wait(world.scand)

        def status():
            return dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
                        if ":\t" in line)
        assert wait(lambda: status()["Seccomp"] == "2"), "no filter"
        assert status()["NoNewPrivs"] == "1"
        sockets = [os.readlink(f) for f in pathlib.Path(f"/proc/{pid}/fd").iterdir()]
        assert sum(s.startswith("socket:") for s in sockets) == 1, sockets


if __name__ == "__main__":
    sys.exit(Tap([a_ticket_shown_to_the_camera_tells_its_place, a_grey_map_is_a_frame_too,
                  other_codes_and_broken_frames_are_told_or_ignored, a_camera_child_that_dies_is_started_again,
                  the_camera_child_holds_no_other_right]).run())
