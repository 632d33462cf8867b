#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The code on the ticket screen, read back from the picture of the whole screen by another decoder (zbarimg), at every text
size and language. Prints TAP."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
BUILD = pathlib.Path(os.environ["MESON_BUILD_ROOT"])
sys.path.insert(0, str(SOURCE / "tests" / "support"))
import tap  # noqa: E402

TEMPLATES = SOURCE / "shared" / "templates"
TOKEN = "Zm9yLXRoZS1zYW1wbGUtb25seQ"
CODES = {"ticket": f"madoguchi:t/{TOKEN}", "ticket-soon": f"https://madoguchi.mihon.example/t/{TOKEN}",
         "ticket-no-paper": f"madoguchi:t/{TOKEN}", "ticket-no-promise": f"madoguchi:t/{TOKEN}"}
MODULE_PX_MIN = 6
WIDTH = 1080


def zbar(*arguments):
    return subprocess.run(["zbarimg", "--quiet", *arguments], capture_output=True, text=True, check=True).stdout


def module_px(picture):
    """Pixels of one module: nothing else on the screen is pure black, and its longest line is a finder's edge of 7 modules."""
    grey = subprocess.run(["convert", str(picture), "-depth", "8", "gray:-"], capture_output=True, check=True).stdout
    rows = (grey[at:at + WIDTH] for at in range(0, len(grey), WIDTH))
    return max(len(run) for row in rows for run in re.findall(b"\0+", row)) / 7


def each(percent):
    with tempfile.TemporaryDirectory(prefix="madoguchi-qr-") as folder:
        for name, code in CODES.items():
            subprocess.run([str(BUILD / "terminal" / "madoguchi-terminal"), "--draw", folder, "--config",
                            str(TEMPLATES / "municipalities" / "209996-mihon"), "--templates", str(TEMPLATES), "--allow-unsigned",
                            "--screen", name, "--text", str(percent)], check=True, capture_output=True)
            pictures = sorted(pathlib.Path(folder).glob(f"*-[0-9][0-9]-{name}.png"))
            assert len(pictures) >= 2, f"{name}: {pictures}"
            for picture in pictures:
                read = zbar("--raw", str(picture)).strip()
                assert read == code, f"{picture.name}: {read}"
                assert module_px(picture) >= MODULE_PX_MIN, f"{picture.name}: modules of {module_px(picture)} px"


def test_normal_text():
    """the_code_of_a_ticket_is_read_from_the_screen"""
    each(100)


def test_large_text():
    """the_code_of_a_ticket_is_read_from_the_screen_with_large_text"""
    each(130)


tap.run(sys.modules[__name__])
