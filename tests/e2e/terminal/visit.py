#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Whole visits on the real terminal: real queued, real printd writing to a folder, pcscd with the virtual card, read and
pressed over AT-SPI by the names residents see. Prints TAP."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
sys.path.insert(0, str(SOURCE / "tests" / "support"))
from terminal_driver import DEVICE, Terminal, restart_inside, wait  # noqa: E402

restart_inside(os.path.abspath(__file__), [str(SOURCE / "tests" / "support" / "pcsc_world"), "--removed", "--"])

from card_control import tell  # noqa: E402
from web_hall import BUILD, TEMPLATES, Hall, Tap  # noqa: E402

PRINTD = BUILD / "printer" / "madoguchi-printd"
PIN = "1234"
WRONG = "9999"
CARD = "カードを 読み取り台に 置いてください"


PERSONAS = tempfile.TemporaryDirectory(prefix="madoguchi-personas-")


class World:
    """One hall, one printd on folders, one terminal."""

    def __init__(self, forms=True, slips=True, queue=True, more=(), layer=""):
        """@more: options of the terminal; @layer: YAML over the sample town, for all programs."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="madoguchi-visit-"))
        self.paper = {"slip": self.folder / "slip", "form": self.folder / "form"}
        for path in self.paper.values():
            path.mkdir()
        roles = {role: [{"uri": f"file:{self.paper[role]}"}] for role, on in (("slip", slips), ("form", forms)) if on}
        self.config = self.folder / "town"
        self.config.mkdir()
        (self.config / "layer.yaml").write_text('extends: municipalities/209996-mihon\ncode: "209996"\nversion: "1"\n')
        (self.config / "printers.yaml").write_text(json.dumps({"printer": {"roles": roles}, "terminal": {"ended_s": 60}}))
        (self.config / "more.yaml").write_text(layer)
        self.hall = Hall(layer=layer)
        self.more = list(more)
        self.has_queue = queue
        self.terminal_config = self.config

    def sign(self):
        """The terminal gets the town as a bundle signed by a key of this test."""
        tool = [str(BUILD / "shared" / "madoguchi-config")]
        key, bundle = self.folder / "key", self.folder / "town.mdg"
        subprocess.run([*tool, "keygen", "--output", str(key)], check=True, capture_output=True)
        subprocess.run([*tool, "pack", str(self.config), "--templates", str(TEMPLATES), "--key", f"{key}.key", "--output", str(bundle)],
                       check=True, capture_output=True)
        self.terminal_config = bundle
        self.more += ["--bundle-key", f"{key}.pub"]
        return self

    def __enter__(self):
        self.hall.start()
        token = self.hall.add_device(DEVICE)
        (self.folder / "printd-state").mkdir(mode=0o700)
        socket = self.folder / "print.sock"
        self.printd = subprocess.Popen([str(PRINTD), "--config", str(self.config), "--templates", str(TEMPLATES), "--device",
                                        DEVICE, "--state", str(self.folder / "printd-state"), "--socket", str(socket)],
                                       stdout=subprocess.PIPE, stderr=open(self.folder / "printd.log", "wb"))
        assert self.printd.stdout.readline().startswith(b"ready"), (self.folder / "printd.log").read_text()
        if not self.has_queue:
            self.hall.stop()
        self.terminal = Terminal(self.folder, self.hall.url, token, self.terminal_config, socket, clock=self.hall.clock,
                                 more=self.more)
        self.terminal.__enter__()
        return self

    def __exit__(self, kind, *_):
        pictures = os.environ.get("TERMINAL_PICTURES")
        if pictures:
            self.terminal.picture(pathlib.Path(pictures) / f"{self.folder.name}.png")
        code = self.terminal.stop()
        self.terminal.__exit__()
        self.printd.terminate()
        self.printd.wait(20)
        self.printd.stdout.close()
        self.hall.__exit__()
        remove_card()
        log = (self.folder / "terminal.log").read_text(errors="replace")
        shutil.rmtree(self.folder, ignore_errors=True)
        if kind is None:
            assert code == 0, f"the terminal ended with {code}: {log[-2000:]}"
            for personal in ("見本", "花子", "大字例示", "1960-02-29"):
                assert personal not in log, f"{personal} stands in the log"
            # a longer number of an id or a time may hold the four digits by chance
            assert not re.search(f"(?<![0-9a-f]){PIN}(?![0-9a-f])", log), "the PIN stands in the log"

    def files(self, role):
        return [f for f in self.paper[role].iterdir() if f.is_file() and f.stat().st_size > 0]


def remove_card():
    try:
        tell("remove")
    except RuntimeError:
        pass


def to_card(t):
    t.expect("ご用件を えらんでください")
    t.press("証明書")
    t.expect("手続きを えらんでください")
    t.press("住民票の写し")
    t.expect(CARD)


def answer(t):
    """All questions of the form; required ones by their tiles, the others skipped."""
    t.expect("どなたの 証明が 必要ですか")
    t.press("本人")
    t.press("次へ")
    t.expect("家族 全員の 分ですか、一人の 分ですか")
    t.press("世帯全員")
    t.press("次へ")
    for _ in range(12):
        title = t.title()
        if title == "この 内容で 印刷します":
            return
        if title == "何通 必要ですか":
            t.press("2通")
            t.expect_text("600円")
            t.press("次へ")
        else:
            t.press("入れないで 進む")
        assert wait(lambda: t.title() != title), f"the question stays: {title}"
    raise AssertionError("the questions do not end")


def a_whole_visit_from_card_to_ticket():
    with World() as world:
        t = world.terminal
        to_card(t)
        tell("insert")
        t.expect("暗証番号を 入れてください")
        t.expect_text("あと 3回 まちがえると")
        t.enter_pin(PIN)
        t.expect("あなたの 情報は これで あっていますか")
        for text in ("見本　花子", "昭和35年2月29日", "女", "カードから"):
            t.expect_text(text)
        t.press("はい、あっています")
        answer(t)
        t.expect("この 内容で 印刷します")
        assert wait(lambda: t.find(key="page")), "the filled form is not shown"
        t.press("印刷して 進む")
        t.expect("カードを お取りください")
        tell("remove")
        t.expect("番号札を お取りください")
        number = t.find(key="number").get_name()
        assert re.fullmatch(r"A\d{3}", number), number
        for text in ("印刷した 申請書に 名前を 書く", "本人確認書類", "手数料 600円", "総合窓口"):
            t.expect_text(text)
        assert t.find(key="wait").get_name() == "前に 0人", t.texts() # no window is open: nothing is promised
        assert wait(lambda: world.files("form") and world.files("slip")), "paper is missing"
        pdf = subprocess.run(["pdftotext", str(world.files("form")[0]), "-"], capture_output=True, text=True, check=True).stdout
        for text in ("花子", "昭和35年2月29日"):
            assert text in pdf, f"{text} is not on the form: {pdf}"
        waiting = [s for s in world.hall.board()["services"] if s["id"] == "certificates"][0]["waiting"]
        assert waiting == 1, f"{waiting} wait, one ticket was taken"
        t.press("おわる")
        t.expect("ご用件を えらんでください")
        assert "花子" not in t.texts()


def in_memory(pid, texts):
    """Which of the texts stand in the writable memory of a process, as UTF-8 or as the scalars Pango works on."""
    found = set()
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            low, high = (int(x, 16) for x in span.split("-"))
            if not rights.startswith("rw"):
                continue
            try:
                memory.seek(low)
                data = memory.read(high - low)
            except OSError: # shared with the display
                continue
            found |= {t for t in texts if t.encode() in data or t.encode("utf-32-le") in data}
    return found


def nothing_of_a_visit_is_left_in_memory():
    texts = ["花子", "大字例示", "1960-02-29", "昭和35年2月29日"]
    with World() as world:
        t = world.terminal
        to_card(t)
        tell("insert")
        t.expect("暗証番号を 入れてください")
        t.enter_pin(PIN)
        t.expect("あなたの 情報は これで あっていますか")
        pid = t.process.pid
        assert "花子" in in_memory(pid, texts), "the search does not find what is there"
        t.press("はい、あっています")
        answer(t)
        t.expect("この 内容で 印刷します")
        t.press("印刷して 進む")
        t.expect("カードを お取りください")
        tell("remove")
        t.expect("番号札を お取りください")
        t.press("おわる")
        t.expect("ご用件を えらんでください")
        if "libasan" in pathlib.Path(f"/proc/{pid}/maps").read_text():
            print("# the address sanitizer keeps freed blocks: the end of the search is for the plain build")
            return
        assert wait(lambda: not in_memory(pid, texts), 5), f"still there: {in_memory(pid, texts)}"


def a_wrong_pin_tells_the_tries_and_the_last_needs_a_yes():
    tell("swap " + str(persona_with_tries(2)))
    remove_card()
    with World() as world:
        t = world.terminal
        to_card(t)
        tell("insert")
        t.expect("暗証番号を 入れてください")
        t.expect_text("あと 2回 まちがえると")
        t.enter_pin(WRONG)
        t.expect("暗証番号は あと 1回です")
        t.press("わかりました。もう一度 入れます")
        t.expect("暗証番号を 入れてください")
        t.enter_pin(PIN)
        t.expect("あなたの 情報は これで あっていますか")
        tell("remove")
        t.expect_text("このまま 続けられます")


def persona_with_tries(tries):
    persona = SOURCE / "cardreader" / "virtual" / "personas" / "mihon-hanako.yaml"
    path = pathlib.Path(PERSONAS.name) / f"tries-{tries}.yaml"
    text = re.sub(r"tries:.*", f"tries: {{pin: {tries}, a: 10, b: 10}}", persona.read_text())
    if "tries:" not in text:
        text += f"tries: {{pin: {tries}, a: 10, b: 10}}\n"
    path.write_text(text)
    return path


def a_card_taken_away_is_told_and_its_pin_forgotten():
    tell("swap " + str(persona_with_tries(3)))
    remove_card()
    with World() as world:
        t = world.terminal
        to_card(t)
        tell("insert")
        t.expect("暗証番号を 入れてください")
        t.press(key="digit-1")
        t.press(key="digit-2")
        tell("remove")
        t.expect(CARD)
        t.expect_text("カードが 外れました")
        tell("insert")
        t.expect("暗証番号を 入れてください")
        assert "•" not in t.texts(), "digits typed for the other card are still there"


def persona_with(line):
    path = pathlib.Path(tempfile.gettempdir()) / f"madoguchi-persona-{os.getpid()}.yaml"
    path.write_text((SOURCE / "cardreader" / "virtual" / "personas" / "mihon-hanako.yaml").read_text() + line + "\n")
    return path


def lay(persona):
    """That card instead of any that lies there, or onto the empty reader."""
    remove_card()
    tell(f"swap {persona}")
    tell("insert")


def good_card_is_read(t):
    lay(persona_with_tries(3))
    t.expect("暗証番号を 入れてください")
    t.enter_pin(PIN)
    t.expect("あなたの 情報は これで あっていますか")


def a_foreign_card_is_named_and_left_lying_it_is_not_read_again():
    with World() as world:
        t = world.terminal
        to_card(t)
        lay(persona_with_tries(3))
        t.expect("暗証番号を 入れてください")
        tell("answer 6A82") # SELECT finds no such application
        t.enter_pin(PIN)
        t.expect("この カードは 読み取れない 種類です")
        t.expect_text("在留カード")
        began = time.monotonic()
        t.expect(CARD)
        assert time.monotonic() - began < 6, "the next card waits too long"
        t.expect_text("さっきの カードは ここでは 読み取れない カードです")
        n_apdus = tell("status").split("apdus ")[1]
        assert not wait(lambda: t.title() != CARD, 5), f"the lying card was read again: {t.title()}"
        assert tell("status").split("apdus ")[1] == n_apdus, "the lying card was spoken to again"
        good_card_is_read(t)


def a_malformed_card_is_told_and_the_next_works():
    with World() as world:
        t = world.terminal
        to_card(t)
        for record in ("FF2080DF2203414243", "30820100"): # cut short; another tag
            lay(persona_with('files: {"0002": "%s"}' % record))
            t.expect("暗証番号を 入れてください")
            t.enter_pin(PIN)
            t.expect("カードを 読み取れませんでした")
            t.expect_text("カードの 内容を 読み取れませんでした")
            tell("remove")
            t.expect(CARD)
            t.expect_text("さっきの カードは 読み取れませんでした")
        good_card_is_read(t)


def a_card_taken_at_any_command_leads_back_and_the_next_works():
    with World() as world:
        t = world.terminal
        to_card(t)
        for n in range(1, 8):
            lay(persona_with_tries(3))
            t.expect("暗証番号を 入れてください")
            tell(f"remove after {n}")
            t.enter_pin(PIN)
            title = wait(lambda: t.title() in (CARD, "あなたの 情報は これで あっていますか") and t.title(), 10)
            if title != CARD: # SELECT, VERIFY, SELECT, READ BINARY: all was read
                assert n >= 4, f"{title} after {n} commands"
                break
            t.expect_text("カードが 外れました")
        else:
            good_card_is_read(t)


def without_a_card_the_form_prints_to_be_written_by_hand():
    with World() as world:
        t = world.terminal
        to_card(t)
        t.press("カードなしで つづける")
        t.expect("カードなしで つづけます")
        t.expect_text("手で 書いてください")
        t.press("次へ")
        answer(t)
        t.press("印刷して 進む")
        t.expect("番号札を お取りください")
        assert wait(lambda: world.files("form") and world.files("slip")), "paper is missing"


def printer_out_and_the_visit_goes_on():
    with World(forms=False, slips=False) as world:
        t = world.terminal
        to_card(t)
        t.press("カードなしで つづける")
        t.press("次へ")
        answer(t)
        t.press("印刷して 進む")
        t.expect("この 番号を おぼえてください")
        t.expect_text("申請書を 印刷できませんでした。窓口で 職員が 印刷します。")
        t.expect_text("番号札の 紙が 出ません")


def queue_away_and_no_number_is_promised():
    with World(queue=False) as world:
        t = world.terminal
        t.expect_text("今 番号札を 出せません")
        to_card(t)
        t.press("カードなしで つづける")
        t.press("次へ")
        answer(t)
        t.press("印刷して 進む")
        t.expect("番号札を 出せませんでした", 30)
        t.expect_text("印刷した 申請書を 持って")
        assert t.find(key="number") is None
        assert wait(lambda: world.files("form")), "the form did not print"


def english_and_large_text_until_the_visit_ends():
    with World() as world:
        t = world.terminal
        t.expect("ご用件を えらんでください")
        t.press(key="language")
        if wait(lambda: t.find(key="language-en"), 2): # among many there is a screen
            t.press(key="language-en")
        t.expect("What would you like to do?")
        t.press("Larger text")
        assert wait(lambda: t.find("Normal text"))
        t.press("Just take a number")
        t.expect("What is the ticket for?")
        t.press("Certificates")
        t.expect("Please take your ticket")
        t.press("Finish")
        t.expect("ご用件を えらんでください")


def staff_are_called_and_the_screen_says_so():
    with World() as world:
        t = world.terminal
        to_card(t)
        t.press("職員を呼ぶ")
        t.expect("職員を 呼びました")
        t.expect_text("職員の 画面に 知らせました")
        t.press("つづける")
        t.expect(CARD)


if __name__ == "__main__":
    sys.exit(Tap([a_whole_visit_from_card_to_ticket, nothing_of_a_visit_is_left_in_memory,
                  a_wrong_pin_tells_the_tries_and_the_last_needs_a_yes,
                  a_card_taken_away_is_told_and_its_pin_forgotten,
                  a_foreign_card_is_named_and_left_lying_it_is_not_read_again, a_malformed_card_is_told_and_the_next_works,
                  a_card_taken_at_any_command_leads_back_and_the_next_works,
                  without_a_card_the_form_prints_to_be_written_by_hand,
                  printer_out_and_the_visit_goes_on, queue_away_and_no_number_is_promised,
                  english_and_large_text_until_the_visit_ends, staff_are_called_and_the_screen_says_so]).run())
