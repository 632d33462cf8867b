#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What staff are told of the configuration itself, in a real Chromium: it runs out, it has run out, a new one was refused. One
quiet line on the console; nothing of it on the board."""
import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
sys.path[:0] = [str(SOURCE / "tests" / "support"), str(SOURCE / "deploy")]
from walk_browser import Browser  # noqa: E402
from web_hall import BUILD, OFFICE, TEMPLATES, Hall, Tap  # noqa: E402
from web_checks import findings  # noqa: E402

USER, PASSWORD = "hanako", "mihon-no-aikotoba-7"
NOTE = "#settings-note"
SIZES = ((1280, 800), (1920, 1080))


class SignedHall(Hall):
    """A hall that serves a signed bundle, which can be exchanged."""

    def put(self, serial, *options):
        key, place = self.folder / "key", self.folder / "town.mdg"
        tool = str(BUILD / "shared" / "madoguchi-config")
        if not place.exists():
            subprocess.run([tool, "keygen", "--output", str(key)], check=True)
        packed = self.folder / "packed.mdg"
        subprocess.run([tool, "pack", str(TEMPLATES / "municipalities" / "209996-mihon"), "--templates", str(TEMPLATES), "--key",
                        f"{key}.key", "--output", str(packed), "--serial", str(serial), *options], check=True)
        os.rename(f"{packed}.minisig", f"{place}.minisig")
        os.rename(packed, place)
        self.town = place
        return self

    def own(self):
        return [*super().own(), "--bundle-key", str(self.folder / "key.pub")]


def sign_in(clerk, hall):
    clerk.open(hall.url + "/clerk/")
    clerk.wait(lambda: clerk.find("#user").is_displayed(), "the sign-in")
    clerk.type("#user", USER)
    clerk.type("#password", PASSWORD)
    clerk.click("#sign-in-go")
    clerk.wait(lambda: clerk.find_all("[data-window]"), "the windows to choose from")
    clerk.click("[data-window]")
    clerk.wait(lambda: clerk.find("#console").is_displayed(), "the console")


def tidy(clerk, name):
    for width, height in SIZES:
        clerk.resize(width, height)
        found = findings(clerk)
        assert not found, f"{name} at {width}×{height}: {found}"
    clerk.resize(*SIZES[0])
    pictures = os.environ.get("CONSOLE_PICTURES")
    if pictures:
        clerk.screenshot(os.path.join(pictures, f"settings-{name}.png"))


def while_all_is_well_nothing_is_said(hall, clerk):
    assert not clerk.find(NOTE).is_displayed() and clerk.text(NOTE) == ""
    tidy(clerk, "well")


def what_runs_out_within_thirty_days_is_told(hall, clerk):
    hall.put(11, "--expires", "2026-12-20")
    clerk.wait(lambda: "令和8年12月20日" in clerk.text(NOTE), "the note", 30)
    assert "設定の期限は" in clerk.text(NOTE)
    tidy(clerk, "soon")


def what_has_run_out_is_told_and_the_counter_serves_on(hall, clerk):
    hall.put(12, "--expires", "2026-11-20")
    clerk.wait(lambda: "令和8年11月20日" in clerk.text(NOTE), "the note", 30)
    assert "過ぎています。このまま 使えます" in clerk.text(NOTE)
    assert hall.issue()["number"]
    tidy(clerk, "expired")


def a_refused_one_is_told_with_its_reason(hall, clerk):
    hall.put(5)
    clerk.wait(lambda: "今のものより 古い" in clerk.text(NOTE), "the note", 90)
    assert "今までの設定で 続けています" in clerk.text(NOTE)
    tidy(clerk, "refused")


def the_board_tells_residents_nothing_of_it(hall, clerk):
    clerk.open(f"{hall.url}/board/{OFFICE}")
    clerk.wait(lambda: clerk.find("#now").is_displayed(), "the board")
    assert "設定" not in clerk.text("body") and "期限" not in clerk.text("body"), clerk.text("body")


def main():
    cases = [while_all_is_well_nothing_is_said, what_runs_out_within_thirty_days_is_told,
             what_has_run_out_is_told_and_the_counter_serves_on, a_refused_one_is_told_with_its_reason,
             the_board_tells_residents_nothing_of_it]
    with SignedHall().put(10) as hall, Browser(*SIZES[0]) as clerk:
        hall.add_user(USER, PASSWORD)
        hall.add_device("kiosk1")
        sign_in(clerk, hall)
        return Tap(cases).run(hall, clerk)


if __name__ == "__main__":
    sys.exit(main())
