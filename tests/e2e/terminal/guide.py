#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Who does not know what to do: the guide on the real terminal, over the accessibility bus, from what happened to one ticket
with the forms of several procedures. Real queued, printd, cardd, pcscd and virtual card.
Prints TAP."""
import os
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
sys.path[:0] = [str(SOURCE / "tests" / "support"), str(SOURCE / "tests" / "e2e" / "terminal")]
from terminal_driver import restart_inside, wait  # noqa: E402

restart_inside(os.path.abspath(__file__), [str(SOURCE / "tests" / "support" / "pcsc_world"), "--removed", "--"])

from card_control import tell  # noqa: E402
from cards import Clerk  # noqa: E402
from visit import CARD, PIN, World, remove_card  # noqa: E402
from web_hall import OFFICE, Tap  # noqa: E402

START = "ご用件を えらんでください"
EVENTS = "何が ありましたか"
RESULT = "必要な 手続きです"
NOTE = "はじめる 前に 確かめてください"
REVIEW = "この 内容で 印刷します"


def to_result(t):
    """Moved in from another town, no insurance through an employer, no children, nobody in care."""
    t.expect(START)
    t.press("何を したら いいか わからない")
    t.expect(EVENTS)
    t.press(key="event-moving-in")
    for title, option in (("どこから 引っこして きましたか", "日本の ほかの 市区町村"),
                          ("会社などの 健康保険に 入っていますか", "いいえ"), ("高校生までの お子さんが いますか", "いいえ"),
                          ("介護の 認定を 受けている 人が いますか", "いいえ")):
        t.expect(title)
        t.press(option)
    t.expect(RESULT)


def through_notes(t):
    t.expect(NOTE)
    for _ in range(12):
        if t.title() != NOTE:
            return
        before = t.texts()
        t.press("次へ")
        assert wait(lambda: t.title() != NOTE or t.texts() != before), "the way on leads nowhere"
    raise AssertionError("the notes do not end")


def first(t, prefix):
    return next((n for n in t._walk(t.frame()) if (n.get_accessible_id() or "").startswith(prefix)), None)


def fill_in(t):
    """One answer by touch: skipped where it may be, else the first that is offered."""
    if t.find(key="skip"):
        t.press(key="skip")
        return
    if t.find(key="era-5"): # 令和8年1月1日
        t.press(key="era-5")
        for part, digits in (("question.year", "8"), ("question.month", "1"), ("question.day", "1")):
            t.press(key=part)
            t.press(key=f"digit-{digits}")
    else:
        for prefix in ("choice-", "digit-", "kana-"):
            found = first(t, prefix)
            if found:
                found.get_action_iface().do_action(0)
                break
    t.press(key="next")


def answer_all(t):
    for _ in range(80):
        before = t.texts()
        if t.title() == REVIEW:
            return
        fill_in(t)
        assert wait(lambda: t.texts() != before and (t.title() == REVIEW or t.find(key="place"))), f"the question stays: {t.texts()}"
    raise AssertionError("the questions do not end")


def forms_of(world):
    return [subprocess.run(["pdftotext", str(f), "-"], capture_output=True, text=True, check=True).stdout for f in world.files("form")]


def moving_in_ends_with_one_ticket_for_both_procedures():
    with World() as world:
        t = world.terminal
        to_result(t)
        for text in ("転入届", "国民健康保険", "14日以内に 届け出が 必要です", "手数料 なし"):
            t.expect_text(text)
        t.press("2つの 手続きを 進める")
        through_notes(t)
        t.expect(CARD)
        tell("insert")
        t.expect("暗証番号を 入れてください")
        t.enter_pin(PIN)
        t.expect("あなたの 情報は これで あっていますか")
        t.press("はい、あっています")
        assert wait(lambda: t.find(key="place") or t.title() == REVIEW)
        answer_all(t)
        assert wait(lambda: t.find(key="page")), "the first form is not shown"
        n_forms = 1
        while t.find("次へ"): # one form after another
            t.press("次へ")
            n_forms += 1
            assert n_forms < 9 and wait(lambda: t.find("次へ") or t.find("印刷して 進む"))
            assert wait(lambda: t.find(key="page"))
        assert n_forms == 2, n_forms
        t.press("印刷して 進む")
        t.expect("カードを お取りください")
        tell("remove")
        t.expect("番号札を お取りください")
        assert re.fullmatch(r"B\d{3}", t.find(key="number").get_name()), t.texts() # of the first procedure's service
        for text in ("転出証明書", "資格喪失証明書など"):
            t.expect_text(text)
        assert wait(lambda: len(world.files("form")) == n_forms and world.files("slip")), "paper is missing"
        papers = forms_of(world)
        assert all("花子" in paper for paper in papers), papers
        assert any("住民異動届" in paper for paper in papers) and any("国民健康保険" in paper for paper in papers), papers
        clerk = Clerk(world.hall)
        for window in ("w1", "w2", "w3"): # whichever of them serves it
            try:
                windows = f"/api/v1/offices/{OFFICE}/windows/{window}/"
                clerk.ask("POST", windows + "open", {})
                ticket = clerk.ask("POST", windows + "next", {})[0].get("ticket")
            except OSError:
                continue
            if ticket:
                break
        assert ticket["procedures"] == ["tennyu", "kokuho"], ticket
        drafts = clerk.ask("GET", f"/api/v1/offices/{OFFICE}/tickets/{ticket['id']}/drafts")[0]["drafts"]
        assert len(drafts) == n_forms, drafts
        pictures = os.environ.get("TERMINAL_PICTURES")
        if pictures:
            (pathlib.Path(pictures) / "guide-slip.escpos").write_bytes(world.files("slip")[0].read_bytes())
        t.press("おわる")
        t.expect(START)


def a_number_alone_needs_no_card_and_no_form():
    with World() as world:
        t = world.terminal
        to_result(t)
        t.press("国民健康保険") # not today
        t.expect_text("この 手続きを 進める")
        t.press("番号札だけ とる")
        t.expect("番号札を お取りください")
        t.expect_text("転出証明書")
        assert not world.files("form")


def back_leads_through_the_questions_and_quitting_asks():
    with World() as world:
        t = world.terminal
        to_result(t)
        t.press("もどる")
        t.expect("介護の 認定を 受けている 人が いますか")
        t.press("もどる")
        t.expect("高校生までの お子さんが いますか")
        t.press("やめる")
        t.expect("やめますか")
        t.press("やめないで つづける")
        t.expect("高校生までの お子さんが いますか")
        t.press("やめる")
        t.expect("やめますか")
        t.press(key="quit-yes")
        t.expect(START)


def another_language_leads_back_to_where_one_is():
    with World() as world:
        t = world.terminal
        to_result(t)
        t.press(key="language")
        t.expect("ことばを えらんでください　Language")
        for name, tag in (("日本語", "ja"), ("English", "en"), ("简体中文", "zh-Hans"), ("한국어", "ko"), ("Tiếng Việt", "vi")):
            assert t.find(name).get_object_locale() == tag, name
        t.press("Tiếng Việt")
        t.expect("Thủ tục cần làm")
        t.press(key="language")
        t.expect("Hãy chọn ngôn ngữ　Language")
        t.press("日本語")
        t.expect(RESULT)


if __name__ == "__main__":
    remove_card()
    sys.exit(Tap([moving_in_ends_with_one_ticket_for_both_procedures, a_number_alone_needs_no_card_and_no_form,
                  back_leads_through_the_questions_and_quitting_asks,
                  another_language_leads_back_to_where_one_is]).run())
