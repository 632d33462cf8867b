#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A bundle exchanged under a running terminal: a visit goes on as it began, the next one begins by the new text, and what may
not be used changes nothing. Real terminal, queued, printd and card. Prints TAP."""
import os
import pathlib
import subprocess
import sys
import time

SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
sys.path[:0] = [str(SOURCE / "tests" / "support"), str(SOURCE / "tests" / "e2e" / "terminal")]
from terminal_driver import restart_inside, wait  # noqa: E402

restart_inside(os.path.abspath(__file__), [str(SOURCE / "tests" / "support" / "pcsc_world"), "--removed", "--"])

from card_control import tell  # noqa: E402
from visit import CARD, PIN, World, answer, to_card  # noqa: E402
from web_hall import BUILD, TEMPLATES, Tap  # noqa: E402

START = "ご用件を えらんでください"
os.environ["SOURCE_DATE_EPOCH"] = "1795482720"  # the usual serial is then 20261124011200, as the terminal's clock shows
SERIAL = 20261124020000


class Signed(World):
    """A world whose terminal runs on a bundle, which can be exchanged."""

    def put(self, text, serial, *options):
        """the town with another name for its certificates, in place under the terminal"""
        (self.config / "more.yaml").write_text(
            "services: [{id: certificates, name: {ja: %s, kana: しょうめいしょ, en: Certificates}}]\n" % text)
        packed = self.folder / "packed.mdg"
        subprocess.run([str(BUILD / "shared" / "madoguchi-config"), "pack", str(self.config), "--templates", str(TEMPLATES), "--key",
                        f"{self.folder / 'key'}.key", "--output", str(packed), "--serial", str(serial), *options],
                       check=True, capture_output=True)
        os.rename(f"{packed}.minisig", f"{self.terminal_config}.minisig")
        os.rename(packed, self.terminal_config)

    def refused(self, word):
        return sum("BUNDLE_REFUSED" in line and word in line for line in self.terminal.said().splitlines())


def shows(t, text):
    return wait(lambda: t.title() == START and text in t.texts(), 20)


def a_visit_goes_on_as_it_began_and_the_next_begins_by_the_new_text():
    with Signed().sign() as world:
        t = world.terminal
        to_card(t)
        tell("insert")
        t.expect("暗証番号を 入れてください")
        world.put("新しい証明書", SERIAL)
        t.enter_pin(PIN)
        t.expect("あなたの 情報は これで あっていますか")
        time.sleep(3)  # long noticed by now
        assert t.title() == "あなたの 情報は これで あっていますか", t.title()
        t.press("はい、あっています")
        answer(t)
        t.expect("この 内容で 印刷します")
        t.press("印刷して 進む")
        t.expect("カードを お取りください")
        tell("remove")
        t.expect("番号札を お取りください")
        assert wait(lambda: world.files("form") and world.files("slip")), "paper is missing"
        assert "新しい証明書" not in t.texts()
        t.press("おわる")
        assert shows(t, "新しい証明書"), t.texts()
        # and the render worker reads the new one as well: the next visit works to its paper
        t.press("新しい証明書")
        t.expect("手続きを えらんでください")
        t.press("住民票の写し")
        t.expect(CARD)


def on_the_start_screen_it_is_taken_at_once_and_a_worse_one_never():
    with Signed().sign() as world:
        t = world.terminal
        t.expect(START)
        world.put("一つ目", SERIAL)
        assert shows(t, "一つ目"), t.texts()
        world.put("二つ目", SERIAL - 1)
        assert wait(lambda: world.refused("bundle-older"), 20), t.said()
        world.put("三つ目", SERIAL + 1, "--not-before", "2099-12-31")
        assert wait(lambda: world.refused("bundle-not-yet"), 20), t.said()
        world.put("四つ目", SERIAL + 2)
        with open(world.terminal_config, "r+b") as torn:
            torn.truncate(torn.seek(0, 2) // 2)
        assert wait(lambda: world.refused("bundle-altered"), 20), t.said()
        assert "一つ目" in t.texts() and "四つ目" not in t.texts(), t.texts()
        world.put("五つ目", SERIAL + 3)
        assert shows(t, "五つ目"), t.texts()


def without_its_bundle_it_starts_from_the_last_good_one():
    with Signed().sign() as world:
        t = world.terminal
        t.expect(START)
        world.put("最後の設定", SERIAL)
        assert shows(t, "最後の設定"), t.texts()
        os.unlink(world.terminal_config)
        assert t.stop() == 0
        t.__enter__()
        assert shows(t, "最後の設定"), t.texts()
        assert "BUNDLE_LAST_GOOD" in t.said(), t.said()
        assert "期限" not in t.texts() and "設定" not in t.texts().replace("最後の設定", ""), "residents are told nothing of it"


def an_expired_bundle_serves_on_and_residents_see_nothing_of_it():
    with Signed().sign() as world:
        t = world.terminal
        t.expect(START)
        world.put("期限の切れた設定", SERIAL, "--expires", "2026-11-20")
        assert shows(t, "期限の切れた設定"), t.texts()
        assert wait(lambda: "BUNDLE_EXPIRED" in t.said()), t.said()
        assert "2026-11-20" not in t.texts() and "11月20日" not in t.texts(), t.texts()


if __name__ == "__main__":
    sys.exit(Tap([a_visit_goes_on_as_it_began_and_the_next_begins_by_the_new_text,
                  on_the_start_screen_it_is_taken_at_once_and_a_worse_one_never,
                  without_its_bundle_it_starts_from_the_last_good_one,
                  an_expired_bundle_serves_on_and_residents_see_nothing_of_it]).run())
