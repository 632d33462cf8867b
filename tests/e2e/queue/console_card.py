#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The clerk's eye: what the console shows of a card, in a real Chromium against the real madoguchi-queued. A verified card
with odd letters and a dispute, a card that failed, one that failed in part, a residence card, and what is left afterwards."""
import copy
import os
import pathlib
import sys
import urllib.request

from selenium.webdriver.common.keys import Keys

SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
sys.path[:0] = [str(SOURCE / "tests" / "support"), str(SOURCE / "deploy")]
from card_draft import ADDRESS, DRAFT, NAME, failed_draft, png, text_of, value  # noqa: E402
from walk_browser import Browser  # noqa: E402
from web_hall import OFFICE, Hall, Tap  # noqa: E402
from web_checks import findings, focus_ring  # noqa: E402

USER, PASSWORD = "hanako", "mihon-no-aikotoba-7"
FAILED, DISPUTED = "カードの証明に失敗 — 本人確認書類を見てください", "ご本人が「ちがう」と言っています"
NOTE = "顔写真：見るだけ・印刷されません"
SIZES = ((1280, 800), (1920, 1080))


class Window:
    def __init__(self, hall, clerk):
        self.hall, self.clerk = hall, clerk

    def can(self, act):
        return self.clerk.find(f"[data-act={act}]").get_attribute("aria-disabled") == "false"

    def press(self, act):
        self.clerk.wait(lambda: self.can(act), f"{act} to be possible")
        self.clerk.click(f"[data-act={act}]")

    def serve(self, *drafts):
        if self.clerk.text("#current-number"):
            self.finish()
        ticket = self.hall.issue(drafts=drafts, procedures=["juminhyo"])
        self.press("next")
        self.clerk.wait_text("#current-number", ticket["number"])
        self.press("start")
        self.clerk.wait(lambda: self.clerk.find("#content").is_displayed(), "the application")
        return ticket

    def finish(self):
        self.press("finish")
        self.clerk.wait(lambda: self.clerk.text("#current-number") == "", "the number to go")

    def row(self, field):
        return self.clerk.text(f"[data-field={field}]")

    def signs(self, field):
        """The shapes beside a value, whatever their colour."""
        return self.clerk.run("return [...document.querySelectorAll(`[data-field=${arguments[0]}] .tags .mark`)]"
                              ".map((mark) => mark.getAttribute('class').replace('mark is-', ''));", field)

    def picture(self, selector):
        """Shown width and height of a picture that is really there."""
        self.clerk.wait(lambda: self.clerk.run("const i = document.querySelector(arguments[0]);"
                                               "return i?.complete && i.naturalWidth > 0;", selector), f"the picture {selector}")
        return self.clerk.run("const box = document.querySelector(arguments[0]).getBoundingClientRect();"
                              "return [box.width, box.height];", selector)

    def no_findings(self, where):
        for width, height in SIZES:
            self.clerk.resize(width, height)
            found = findings(self.clerk)
            assert not found, f"{where} at {width}×{height}: {found}"
        self.clerk.resize(*SIZES[0])

    def seen(self, text):
        """How often a text can be seen on the page."""
        return self.clerk.text("body").count(text)


def begin(w):
    w.clerk.open(w.hall.url + "/clerk/")
    w.clerk.wait(lambda: w.clerk.find("#sign-in").is_displayed(), "the sign-in form")
    w.clerk.type("#user", USER)
    w.clerk.type("#password", PASSWORD)
    w.clerk.click("#sign-in-go")
    w.clerk.click("[data-window=w1]")
    w.clerk.wait_text("#link-state", "つながっています")
    w.press("pause")


def source_and_proof_stand_beside_each_value_in_word_and_shape(w):
    begin(w)
    w.serve(DRAFT)
    w.clerk.wait_text("#values", NAME)
    assert w.row("birth_date").split("\n")[1:3] == ["カード", "確認済"] and w.signs("birth_date") == ["verified"], w.row("birth_date")
    assert w.row("kana").split("\n")[1:3] == ["本人入力", "未確認"] and w.signs("kana") == ["not-checked"], w.row("kana")
    assert "本人入力" in w.row("copies") and "確認" not in w.row("copies"), w.row("copies")
    w.no_findings("a verified card")


def card_is_named_with_its_proof_and_last_day(w):
    facts = w.clerk.text("#card-facts").replace("\n", " ")
    assert "マイナンバーカード 確認済" in facts and "有効期限 令和13年2月28日" in facts and "失効の 確認は していません" in facts, facts
    assert "期限切れ" not in facts and not w.seen(FAILED)


def dispute_is_told_in_the_residents_words_and_keeps_the_proof(w):
    assert DISPUTED in w.row("address") and "確認済" in w.row("address"), w.row("address")
    assert w.seen(DISPUTED) == 1 and "証明に失敗" not in w.clerk.text("#content")
    assert w.clerk.run("return document.querySelectorAll('#values .saying .is-disputed').length;") == 1, "a shape of its own"


def odd_letters_are_marked_and_shown_as_the_card_draws_them(w):
    assert "外字" in w.row("name"), w.row("name")
    assert "外字" not in w.row("address")
    width, height = w.picture("[data-field=name] img")
    assert height >= 28 and width >= 120, (width, height)
    width, height = w.picture("[data-field=address] img")
    assert height >= 28 and width >= 180, (width, height)


def letters_that_no_font_holds_are_marked_by_the_hand_that_prints(w):
    draft = copy.deepcopy(DRAFT)
    draft["values"]["name"]["value"] = "見本　\U0010fffd子"
    del draft["pictures"]
    w.serve(draft)
    w.clerk.wait_text("[data-field=name]", "U+10FFFD 印字できません")
    assert "カードの 券面で 字を" in w.row("name"), w.row("name")
    assert "印字できません" not in w.row("address"), w.row("address")
    w.no_findings("a letter no font holds")


def face_is_large_enough_to_compare_and_says_what_it_is_for(w):
    for width, height in SIZES:
        w.clerk.resize(width, height)
        shown = w.picture("#card-face img")
        assert shown[0] >= 150 and shown[1] >= 180, shown
        assert w.clerk.text("#card-face") == NOTE, w.clerk.text("#card-face")
        top = w.clerk.run("return document.querySelector('#card-face').getBoundingClientRect().top;")
        assert top < height - 200, "seen without a hand on the wheel"
    w.clerk.resize(*SIZES[0])


def browser_prints_no_picture_either(w):
    w.clerk.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    shown = [image.get_attribute("alt") for image in w.clerk.find_all("img.picture") if image.is_displayed()]
    assert not shown and NAME in w.clerk.text("#values"), shown
    w.clerk.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert w.clerk.find("#card-face img").is_displayed()


def key_opens_the_picture_large_and_escape_closes_it(w):
    w.clerk.run("document.activeElement.blur()")
    w.clerk.key("c")
    w.clerk.wait(lambda: w.clerk.find("#look").is_displayed(), "the large picture")
    assert w.picture("#look img")[1] >= 400
    assert NOTE in w.clerk.text("#look")
    w.no_findings("the large picture")
    w.clerk.key("n") # no key works behind it
    assert w.clerk.find("#look").is_displayed()
    w.clerk.key(Keys.ESCAPE)
    w.clerk.wait(lambda: not w.clerk.find("#look").is_displayed(), "the large picture to close")
    assert not w.clerk.find_all("#look img")


def keyboard_reaches_each_picture_and_shows_where_it_is(w):
    w.clerk.run("document.querySelector('[data-act=look]').focus()")
    names = []
    for _ in range(12):
        w.clerk.key(Keys.TAB)
        name = w.clerk.run("return document.activeElement.getAttribute('aria-label') ?? '';")
        if "大きく見る" in name:
            names.append(name)
            assert focus_ring(w.clerk)[0] >= 2
            if len(names) == 1:
                w.clerk.key(Keys.ENTER)
                w.clerk.wait(lambda: w.clerk.find("#look").is_displayed(), "the large picture")
                w.clerk.key(Keys.ESCAPE)
                w.clerk.wait(lambda: not w.clerk.find("#look").is_displayed(), "it to close")
    assert any("氏名" in name for name in names) and any("住所" in name for name in names), names


def nothing_on_the_page_holds_the_bytes_of_a_picture(w):
    page = w.clerk.run("return document.documentElement.outerHTML;")
    assert "iVBOR" not in page and "data:image" not in page
    kept = w.clerk.run("return JSON.stringify([{ ...localStorage }, { ...sessionStorage }]);")
    assert "iVBOR" not in kept and "blob:" not in kept, kept


def correction_by_staff_ends_the_dispute_and_keeps_pictures_and_history(w):
    w.clerk.click("[data-field=address] .fix")
    w.clerk.wait(lambda: w.clerk.find("#fix").is_displayed(), "the question")
    w.clerk.type("#fix-input", "長野県見本村大字例示5番地")
    w.clerk.click("#fix-save")
    w.clerk.wait_text("#message", "直しました")
    row = w.row("address")
    assert "例示5番地" in row and "職員" in row and DISPUTED not in row and "確認済" not in row, row
    assert f"前は「{ADDRESS}」（カード）" in row, row
    w.picture("[data-field=address] img")
    w.picture("#card-face img")
    assert w.seen("確認済") == 3, "the card and the two values nobody touched"


def pictures_of_the_visit_stand_beside_each_of_its_forms(w):
    second = {key: copy.deepcopy(DRAFT[key]) for key in ("form", "version", "values", "card")}
    w.serve(DRAFT, second)
    w.clerk.wait_text("#values", NAME)
    w.clerk.key("2")
    w.clerk.wait(lambda: w.clerk.find_all("#drafts .tab")[1].get_attribute("aria-pressed") == "true", "the second form")
    w.picture("[data-field=name] img")
    w.picture("#card-face img")


def accepted_and_finished_nothing_of_the_card_is_seen(w):
    w.press("accept")
    w.clerk.wait_text("#message", "受け付けました")
    w.picture("#card-face img")
    w.clerk.key("c")
    w.clerk.wait(lambda: w.clerk.find("#look").is_displayed(), "the large picture")
    # another console of the same window ends the visit while the picture is open
    w.clerk.run("""const session = await (await fetch('/api/v1/sessions')).json();
        await fetch(arguments[0], { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json',
        'X-CSRF-Token': session.csrf, 'Idempotency-Key': 'from-elsewhere' } });""",
                f"/api/v1/offices/{OFFICE}/windows/w1/finish")
    w.clerk.wait(lambda: w.clerk.text("#current-number") == "", "the number to go")
    w.clerk.wait(lambda: not w.clerk.find_all("img.picture"), "the pictures to go")
    assert not w.clerk.find("#look").is_displayed() and not w.clerk.find("#card").is_displayed()
    page = w.clerk.run("return document.body.outerHTML;")
    for text in (NAME, "例示", "マイナンバーカード", "令和13年", "blob:"):
        assert text not in page, text


def failed_card_is_one_banner_not_five(w):
    w.serve(failed_draft())
    w.clerk.wait_text("#card-alert", FAILED)
    assert w.seen(FAILED) == 1, w.clerk.text("#content")
    assert w.signs("name") == ["failed"] and w.signs("birth_date") == ["failed"] and w.signs("kana") == ["not-checked"]
    assert w.row("name").split("\n")[1:3] == ["外字", "カード"], w.row("name")
    assert w.seen("確認済") == 0 and "期限切れ" in w.clerk.text("#card-facts")
    ground, ink = w.clerk.run("const s = getComputedStyle(document.getElementById('card-alert')); return [s.backgroundColor, s.color];")
    assert ground == "rgb(206, 0, 0)" and ink == "rgb(255, 255, 255)", (ground, ink)
    w.no_findings("a card that failed")


def one_failed_value_says_so_itself(w):
    draft = copy.deepcopy(DRAFT)
    draft["values"]["birth_date"]["proof"] = "failed"
    w.serve(draft)
    w.clerk.wait_text("[data-field=birth_date]", FAILED)
    assert w.seen(FAILED) == 1 and w.clerk.text("#card-alert") == ""
    assert "確認済" in w.row("name")
    w.no_findings("one value that failed")


def residence_card_is_read_by_eye(w):
    draft = copy.deepcopy(DRAFT)
    draft["card"] = {"kind": "residence-card", "genuine": "not-checked", "revocation": "not-checked"}
    draft["values"]["name"] = value("ミホン　ティ　ハナコ", "typed", "not-checked")
    draft["pictures"] = {"front": text_of(png("front", 1012, 638, True)), "face": DRAFT["pictures"]["face"]}
    w.serve(draft)
    w.clerk.wait_text("#card-facts", "在留カード")
    assert "未確認" in w.clerk.text("#card-facts") and "有効期限" not in w.clerk.text("#card-facts"), "nothing is said that was not told"
    front = w.picture("#card-front img")
    assert front[0] >= 390, front
    w.picture("#card-face img")
    assert "住居地は 署名の 対象外です" in w.clerk.text("#card-facts"), w.clerk.text("#card-facts")
    w.no_findings("a residence card")
    w.clerk.run("document.activeElement.blur()")
    w.clerk.key("c")
    assert w.picture("#look img")[0] >= 700
    w.clerk.key(Keys.ESCAPE)


def no_card_no_pictures_no_empty_frames(w):
    w.serve({"form": "juminhyo", "version": 1, "values": {"name": value("見本 太郎", "typed", "not-checked")}})
    w.clerk.wait_text("#values", "見本 太郎")
    assert not w.clerk.find("#card").is_displayed() and not w.clerk.find("#card-face").is_displayed()
    assert not w.clerk.find("[data-act=look]").is_displayed()
    w.no_findings("no card")
    w.finish()


def no_page_broke_its_policy_or_its_scripts(w):
    assert not w.clerk.violations(), w.clerk.violations()


def policy_lets_the_clerks_page_show_blobs_and_nothing_more(w):
    def policy(path):
        with urllib.request.urlopen(w.hall.url + path, timeout=20) as answer:
            return answer.headers["Content-Security-Policy"]
    plain = policy(f"/board/{OFFICE}")
    assert plain.startswith("default-src 'self';") and "blob:" not in plain and "img-src" not in plain
    assert policy("/clerk/") == plain + "; img-src 'self' blob:"
    assert "unsafe" not in plain and "data:" not in policy("/clerk/")
    shown = w.clerk.run("""const load = (source) => new Promise((done) => { const i = new Image();
        i.onload = () => done(true); i.onerror = () => done(false); i.src = source; });
        return [await load('data:image/png;base64,' + arguments[0]), await load('/assets/common/mark.svg')];""",
                        DRAFT["pictures"]["name"])
    assert shown == [False, True], shown


CASES = [source_and_proof_stand_beside_each_value_in_word_and_shape, card_is_named_with_its_proof_and_last_day,
         dispute_is_told_in_the_residents_words_and_keeps_the_proof, odd_letters_are_marked_and_shown_as_the_card_draws_them,
         face_is_large_enough_to_compare_and_says_what_it_is_for, browser_prints_no_picture_either,
         key_opens_the_picture_large_and_escape_closes_it,
         keyboard_reaches_each_picture_and_shows_where_it_is, nothing_on_the_page_holds_the_bytes_of_a_picture,
         correction_by_staff_ends_the_dispute_and_keeps_pictures_and_history, pictures_of_the_visit_stand_beside_each_of_its_forms,
         accepted_and_finished_nothing_of_the_card_is_seen, failed_card_is_one_banner_not_five, one_failed_value_says_so_itself,
         residence_card_is_read_by_eye, letters_that_no_font_holds_are_marked_by_the_hand_that_prints,
         no_card_no_pictures_no_empty_frames, no_page_broke_its_policy_or_its_scripts,
         policy_lets_the_clerks_page_show_blobs_and_nothing_more]


def main():
    with Hall(layer="terminal: {card_pictures: [name, address, face, front]}\n") as hall:
        hall.add_user(USER, PASSWORD)
        hall.add_device("front-1")
        with Browser(*SIZES[0]) as clerk:
            return Tap(CASES).run(Window(hall, clerk))


sys.exit(main())
