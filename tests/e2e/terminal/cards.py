#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every card a resident brings, through the real terminal: by the numbers printed on a My Number card, by licence, by
residence card, expired, forged, pulled out on any screen. Real queued, printd, cardd, pcscd and virtual card. Prints TAP."""
import json
import os
import pathlib
import re
import sys
import urllib.request
import uuid

SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
sys.path[:0] = [str(SOURCE / "tests" / "support"), str(SOURCE / "tests" / "e2e" / "terminal")]
from terminal_driver import restart_inside, wait  # noqa: E402

TRUST = "/run/trust" # of the world's own /run

restart_inside(os.path.abspath(__file__), [str(SOURCE / "tests" / "support" / "pcsc_world"), "--removed", "--trust-out", TRUST, "--"])

import visit  # noqa: E402
from card_control import tell  # noqa: E402
from visit import CARD, PERSONAS, World, answer, lay, to_card  # noqa: E402
from web_hall import OFFICE, Tap  # noqa: E402

SAMPLES = SOURCE / "cardreader" / "virtual" / "personas"
PIN = "暗証番号を 入れてください"
LICENCE_PIN = "免許証の 暗証番号1を 入れてください"
BLOCKED = "暗証番号は 使えなくなっています"
UNKNOWN = "暗証番号が わからないとき・ないとき"
BIRTH, EXPIRY, CODE = "生年月日を 入れてください", "有効期限の 年を 入れてください", "セキュリティコードを 入れてください"
NUMBER = "カードの 番号を 入れてください"
CHECK = "あなたの 情報は これで あっていますか"
BY_B = "カードに 書いてある 番号で 読み取る"
B = ("350229", "2033", "9876") # 昭和35年2月29日


def persona(sample="mihon-hanako", drop=(), **keys):
    """A sample card with other values; @drop: keys it does not have."""
    kept = [line for line in (SAMPLES / f"{sample}.yaml").read_text().splitlines()
            if not line.startswith("#") and line.split(":")[0] not in (*keys, *drop)]
    text = "\n".join(kept + [f"{key}: {value}" for key, value in keys.items()]) + "\n"
    path = pathlib.Path(PERSONAS.name) / f"{uuid.uuid4().hex}.yaml"
    path.write_text(text)
    return path


def type_part(t, text, go=True):
    """One part of a secret; the dots count it."""
    for n, character in enumerate(text, 1):
        t.press(key=f"{'digit' if character.isdigit() else 'letter'}-{character}")
        if not wait(lambda: t.atspi.Text.get_text(t.find(key="pin").get_text_iface(), 0, -1) == "•" * n):
            raise AssertionError(f"{n} characters are not shown on {t.title()!r}")
    if go:
        t.press(key="next")


def type_b(t, parts=B):
    for title, part in zip((BIRTH, EXPIRY, CODE), parts):
        t.expect(title)
        type_part(t, part)


def to_ticket(world):
    """From the check to the number; what is on the form."""
    t = world.terminal
    t.press("はい、あっています")
    answer(t)
    t.expect("この 内容で 印刷します")
    t.press("印刷して 進む")
    t.expect("カードを お取りください")
    tell("remove")
    t.expect("番号札を お取りください")
    assert wait(lambda: world.files("form")), "the form did not print"
    return visit.subprocess.run(["pdftotext", str(world.files("form")[0]), "-"], capture_output=True, text=True, check=True).stdout


class Clerk:
    """The console's side of the hall, over its HTTP."""

    def __init__(self, hall):
        self.hall = hall
        hall.add_user("kakari", "himitsu-no-kotoba")
        self.headers = {}
        answered, headers = self.ask("POST", "/api/v1/sessions", {"user": "kakari", "password": "himitsu-no-kotoba"})
        self.headers = {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": answered["csrf"]}

    def ask(self, method, path, body=None):
        request = urllib.request.Request(self.hall.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
                                         headers={**self.headers, "Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex})
        with urllib.request.urlopen(request, timeout=20) as answered:
            return json.load(answered), answered.headers

    def draft_of_next(self):
        """The draft of whoever is called next at the village's one window."""
        windows = f"/api/v1/offices/{OFFICE}/windows/w1/"
        self.ask("POST", windows + "open", {})
        ticket = self.ask("POST", windows + "next", {})[0]["ticket"]
        return self.ask("GET", f"/api/v1/offices/{OFFICE}/tickets/{ticket['id']}/drafts")[0]["drafts"][0]


# ---- by what is printed on the card --------------------------------------------------------------------------------

def a_card_without_a_pin_is_read_by_the_numbers_on_it():
    with World() as world:
        t = world.terminal
        to_card(t)
        lay(persona(drop=["pin", "tries"], pin_unusable="true"))
        t.expect(BLOCKED)
        t.expect_text("カードは こわれていません")
        t.press(BY_B)
        type_b(t)
        t.expect(CHECK)
        for text in ("見本　花子", "昭和35年2月29日", "女", "カードから"):
            t.expect_text(text)
        assert "花子" in to_ticket(world)


def a_blocked_pin_leads_to_the_numbers_and_spends_none():
    with World() as world:
        t = world.terminal
        to_card(t)
        lay(persona(tries="{pin: 0, a: 10, b: 10}"))
        t.expect(BLOCKED)
        t.press(BY_B)
        t.expect_text("あと 10回 まちがえると")
        type_b(t)
        t.expect(CHECK)
        t.expect_text("見本　花子")


def who_forgot_the_pin_types_the_numbers_and_a_wrong_one_starts_again():
    with World() as world:
        t = world.terminal
        to_card(t)
        lay(persona())
        t.expect(PIN)
        t.press("暗証番号が わからない・ない")
        t.expect(UNKNOWN)
        t.press(BY_B)
        type_b(t, ("350229", "2033", "1111"))
        t.expect(BIRTH)
        t.expect_text("番号が カードと ちがいます")
        t.expect_text("あと 9回 まちがえると")
        assert "•" not in t.texts(), "digits that were wrong are still there"
        type_b(t)
        t.expect(CHECK)


def going_back_keeps_the_parts_that_were_typed():
    with World() as world:
        t = world.terminal
        to_card(t)
        lay(persona(tries="{pin: 0, a: 10, b: 10}"))
        t.press(BY_B)
        t.expect(BIRTH)
        type_part(t, B[0])
        t.expect(EXPIRY)
        type_part(t, "20", go=False)
        t.press("もどる")
        t.expect(BIRTH)
        t.expect_text("••••••")
        t.press(key="next")
        t.expect(EXPIRY)
        for digit in "33":
            t.press(key=f"digit-{digit}")
        t.press(key="next")
        t.expect(CODE)
        type_part(t, B[2])
        t.expect(CHECK)


def the_last_try_of_the_numbers_needs_a_yes():
    with World() as world:
        t = world.terminal
        to_card(t)
        lay(persona(tries="{pin: 0, a: 10, b: 1}"))
        t.expect(BLOCKED)
        t.press(BY_B)
        t.expect("あと 1回だけ 入れられます")
        t.press("わかりました。もう一度 入れます")
        type_b(t)
        t.expect(CHECK)


def a_card_that_lies_there_for_long_is_not_taken_for_another():
    with World() as world:
        t = world.terminal
        to_card(t)
        lay(persona(tries="{pin: 0, a: 10, b: 10}"))
        t.press(BY_B)
        t.expect(BIRTH)
        type_part(t, "35", go=False)
        assert not wait(lambda: t.title() != BIRTH or "••" not in t.texts(), 14), f"lost after a while: {t.texts()}"


# ---- other cards -----------------------------------------------------------------------------------------------------

def a_licence_is_read_by_its_own_pin():
    with World() as world:
        t = world.terminal
        to_card(t)
        lay(SAMPLES / "licence.yaml")
        t.expect(LICENCE_PIN)
        t.expect_text("あと 3回 まちがえると")
        t.enter_pin("9999")
        t.expect_text("暗証番号が ちがいます")
        t.expect_text("あと 2回 まちがえると")
        t.enter_pin("1234")
        t.expect(CHECK)
        for text in ("見本〓　次郎", "登録されていない 文字", "昭和60年7月3日", "マイナンバー（12けたの 番号）は 読み取りません"):
            t.expect_text(text)
        assert "次郎" in to_ticket(world)
        card = Clerk(world.hall).draft_of_next()["card"]
        assert card["kind"] == "driver-licence" and card["expires"] == "2029-08-03", card


def a_licence_without_a_pin_is_read_at_once():
    with World() as world:
        t = world.terminal
        to_card(t)
        lay(persona("licence", drop=["pin1", "pin2"]))
        t.expect(CHECK)
        t.expect_text("昭和60年7月3日")


def a_residence_card_gives_its_address_and_the_rest_is_asked():
    with World() as world:
        t = world.terminal
        to_card(t)
        lay(SAMPLES / "residence-card.yaml")
        t.expect(NUMBER)
        t.expect_text("次は 英字です")
        type_part(t, "AA", go=False)
        t.expect_text("次は 数字です")
        for character in "12345678BA":
            t.press(key=f"{'digit' if character.isdigit() else 'letter'}-{character}")
        t.press(key="next")
        t.expect_text("カードの 番号が ちがいます")
        type_part(t, "AA12345678BB")
        t.expect(CHECK)
        t.expect_text("長野県見本村大字例示１２３番地見本荘２０１号")
        t.expect_text("職員が カードと 見くらべます")
        t.expect_text("次の 画面で 聞きます")
        t.press("はい、あっています")
        t.expect("生年月日は いつですか")
        t.press("平成")
        for digit in "031124":
            t.press(key=f"digit-{digit}")
        t.press("次へ")
        answer(t)
        t.press("印刷して 進む")
        t.expect("カードを お取りください")
        tell("remove")
        t.expect("番号札を お取りください")
        draft = Clerk(world.hall).draft_of_next()
        assert draft["card"]["kind"] == "residence-card", draft["card"]
        assert draft["values"]["birth_date"]["value"] == "1991-11-24" and draft["values"]["birth_date"]["source"] == "typed"
        assert "name" not in draft["values"]


def an_expired_card_is_told_before_any_pin():
    with World() as world:
        t = world.terminal
        to_card(t)
        lay(persona(expires="2026-11-23"))
        t.expect("この カードは 有効期限が 切れています")
        t.expect_text("令和8年11月23日で 切れています")
        t.press("別の カードを 置く")
        t.expect(CARD)
        t.expect_text("この カードを 取って、別の カードを 置いてください")
        lay(persona(expires="2026-11-24")) # good on its last day
        t.expect(PIN)
        tell("remove")
        t.expect(CARD)
        lay(persona(expires="2020-01-01"))
        t.expect("この カードは 有効期限が 切れています")
        t.press("カードなしで つづける")
        t.expect("カードなしで つづけます")


def a_card_of_a_kind_that_is_not_taken_says_which_are():
    with World(layer="terminal: {card_kinds: [my-number]}\n") as world:
        t = world.terminal
        t.expect("ご用件を えらんでください")
        t.press("証明書")
        t.press("住民票の写し")
        t.expect("マイナンバーカードを 読み取り台に 置いてください")
        lay(SAMPLES / "licence.yaml")
        t.expect("この カードは ここでは 使えません")
        t.expect_text("置かれた カードは 運転免許証です")
        lay(persona())
        t.expect(PIN)


# ---- genuine or not --------------------------------------------------------------------------------------------------

def a_genuine_card_is_called_so_and_a_forged_one_goes_on_for_staff_to_check():
    with World(more=["--trust", TRUST]) as world:
        t = world.terminal
        to_card(t)
        lay(persona())
        t.expect(PIN)
        t.enter_pin("1234")
        t.expect(CHECK)
        t.expect_text("確認済")
        t.press("やめる")
        t.press("やめる", key="quit-yes")
        tell("remove")
        to_card(t)
        lay(persona(tamper="signature"))
        t.expect(PIN)
        t.enter_pin("1234")
        t.expect(CHECK)
        t.expect_text("カードの 証明を 確かめられませんでした。職員が 窓口で 確認します")
        assert "確認済" not in t.texts() and "カードから" not in t.texts(), t.texts()
        assert "花子" in to_ticket(world)
        draft = Clerk(world.hall).draft_of_next()
        assert draft["card"]["genuine"] == "failed", draft["card"]
        assert draft["values"]["name"]["source"] == "typed" and draft["values"]["name"]["proof"] == "failed", draft["values"]["name"]


def without_anchors_nothing_is_called_verified():
    with World() as world:
        t = world.terminal
        to_card(t)
        lay(persona())
        t.expect(PIN)
        t.enter_pin("1234")
        t.expect(CHECK)
        assert "確認済" not in t.texts()


# ---- the individual number -------------------------------------------------------------------------------------------

def to_care(t):
    t.expect("ご用件を えらんでください")
    t.press("保険・年金")
    t.press("要介護認定の申請")
    t.expect("はじめる 前に 確かめてください")
    t.press("次へ")
    t.expect(CARD)


def care_to_ticket(world):
    t = world.terminal
    t.press("はい、あっています")
    while wait(lambda: t.title() not in (CHECK, "") and t.title()) != "この 内容で 印刷します":
        title = t.title()
        if t.find("新しく申請する"):
            t.press("新しく申請する")
            t.press("次へ")
        else:
            t.press("入れないで 進む")
        assert wait(lambda: t.title() != title), f"the question stays: {title}"
    t.press("印刷して 進む")
    t.expect("カードを お取りください")
    tell("remove")
    t.expect("番号札を お取りください")
    assert wait(lambda: world.files("form")), "the form did not print"
    text = visit.subprocess.run(["pdftotext", "-layout", str(world.files("form")[0]), "-"], capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s", "", text)


def the_number_is_read_where_a_signed_town_permits_it_and_stands_on_the_paper_only():
    with World().sign() as world:
        t = world.terminal
        to_care(t)
        t.expect_text("マイナンバーカードと 暗証番号で 読み取れます")
        lay(persona())
        t.expect(PIN)
        t.expect_text("この 手続きの ために マイナンバーも 読み取ります")
        t.enter_pin("1234")
        t.expect(CHECK)
        t.expect_text("マイナンバーを 読み取りました")
        assert "209996000010" not in t.texts()
        paper = care_to_ticket(world)
        assert "209996000010" in paper, f"the number is not on the paper: {paper}"
        draft = Clerk(world.hall).draft_of_next()
        assert "209996000010" not in json.dumps(draft) and draft["values"]["individual_number"]["value"] == "from-card", draft


def by_the_numbers_on_the_card_or_an_unsigned_town_its_box_stays_empty():
    for world, card in ((World().sign(), persona(tries="{pin: 0, a: 10, b: 10}")), (World(), persona())):
        with world:
            t = world.terminal
            to_care(t)
            lay(card)
            if wait(lambda: t.title() in (PIN, BLOCKED) and t.title()) == PIN:
                t.expect_text("マイナンバーは 読み取りません。申請書の 欄は 空けておく")
                t.enter_pin("1234")
            else:
                t.press(BY_B)
                type_b(t)
            t.expect(CHECK)
            t.expect_text("申請書の 欄は 空けておくので、手で 書いてください")
            assert "209996000010" not in care_to_ticket(world)


# ---- taken away ------------------------------------------------------------------------------------------------------

def a_card_taken_on_any_screen_leads_back_and_what_was_typed_is_gone():
    with World() as world:
        t = world.terminal
        to_card(t)
        blocked = persona(tries="{pin: 0, a: 10, b: 10}")
        for card, presses, title in (
                (persona(), [], PIN), (persona(), ["暗証番号が わからない・ない"], UNKNOWN), (blocked, [], BLOCKED),
                (blocked, [BY_B], BIRTH), (SAMPLES / "licence.yaml", [], LICENCE_PIN), (SAMPLES / "residence-card.yaml", [], NUMBER),
                (persona(expires="2026-01-31"), [], "この カードは 有効期限が 切れています"),
                (persona(tries="{pin: 1, a: 10, b: 10}"), [], "暗証番号は あと 1回です")):
            lay(card)
            for name in presses:
                t.press(name)
            t.expect(title)
            if t.find(key="pin"):
                t.press(key="letter-A" if title == NUMBER else "digit-1")
            tell("remove")
            t.expect(CARD)
        lay(blocked)
        t.press(BY_B)
        t.expect(BIRTH)
        type_part(t, B[0])
        t.expect(EXPIRY)
        type_part(t, B[1])
        t.expect(CODE)
        tell("remove")
        t.expect(CARD)
        lay(blocked)
        t.press(BY_B)
        t.expect(BIRTH)
        assert "•" not in t.texts(), "what was typed for the card before is still there"


def a_card_taken_while_its_numbers_are_tried_leads_back():
    with World() as world:
        t = world.terminal
        to_card(t)
        for n in (1, 2, 3):
            lay(persona(tries="{pin: 0, a: 10, b: 10}"))
            t.press(BY_B)
            t.expect(BIRTH)
            type_part(t, B[0])
            t.expect(EXPIRY)
            type_part(t, B[1])
            t.expect(CODE)
            type_part(t, B[2], go=False)
            tell(f"remove after {n}")
            t.press(key="next")
            t.expect(CARD)
            t.expect_text("カードが 外れました")


def a_mute_card_and_a_stalling_one_cost_no_more_than_themselves():
    with World() as world:
        t = world.terminal
        to_card(t)
        for fault in ("stall 60000", "answer 6F00 always"):
            lay(persona())
            t.expect(PIN)
            tell(fault)
            t.enter_pin("1234")
            assert wait(lambda: re.match("カードを 読(?!み取っています)|この カードは 読", t.title()), 30), t.title()
            tell("heal")
            visit.remove_card()
            t.expect(CARD)
        lay(persona())
        t.expect(PIN)
        t.enter_pin("1234")
        t.expect(CHECK)


if __name__ == "__main__":
    chosen = os.environ.get("CARDS_ONLY", "").split()
    cases = [a_card_without_a_pin_is_read_by_the_numbers_on_it, a_blocked_pin_leads_to_the_numbers_and_spends_none,
             who_forgot_the_pin_types_the_numbers_and_a_wrong_one_starts_again, going_back_keeps_the_parts_that_were_typed,
             the_last_try_of_the_numbers_needs_a_yes, a_card_that_lies_there_for_long_is_not_taken_for_another,
             a_licence_is_read_by_its_own_pin, a_licence_without_a_pin_is_read_at_once,
             a_residence_card_gives_its_address_and_the_rest_is_asked, an_expired_card_is_told_before_any_pin,
             a_card_of_a_kind_that_is_not_taken_says_which_are,
             a_genuine_card_is_called_so_and_a_forged_one_goes_on_for_staff_to_check, without_anchors_nothing_is_called_verified,
             the_number_is_read_where_a_signed_town_permits_it_and_stands_on_the_paper_only,
             by_the_numbers_on_the_card_or_an_unsigned_town_its_box_stays_empty,
             a_card_taken_on_any_screen_leads_back_and_what_was_typed_is_gone,
             a_card_taken_while_its_numbers_are_tried_leads_back, a_mute_card_and_a_stalling_one_cost_no_more_than_themselves]
    sys.exit(Tap([c for c in cases if not chosen or c.__name__ in chosen]).run())
