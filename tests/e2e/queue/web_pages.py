#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The pages of clerk, board and resident in a real Chromium against the real madoguchi-queued: one morning at the counter,
told as cases that follow each other."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from selenium.webdriver.common.action_chains import ActionChains

SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
sys.path[:0] = [str(SOURCE / "tests" / "support"), str(SOURCE / "deploy")]
from walk_browser import Browser  # noqa: E402
from web_hall import BUILD, OFFICE, TEMPLATES, Hall, Tap  # noqa: E402
from web_checks import findings, focus_ring  # noqa: E402

USER, PASSWORD = "hanako", "mihon-no-aikotoba-7"
PERSON = {"name": {"value": "見本　花子", "source": "card", "proof": "verified"},
          "address": {"value": "長野県見本村大字例示123番地", "source": "card", "proof": "verified"},
          "birth_date": {"value": "1960-02-29", "source": "card", "proof": "verified"},
          "sex": {"value": "female", "source": "card", "proof": "verified"}}


def filled_draft():
    """A form filled from a card by the same program a terminal links."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as person:
        json.dump(PERSON, person, ensure_ascii=False)
        person.flush()
        done = subprocess.run([str(BUILD / "shared" / "madoguchi-form"), "fill", "juminhyo", "--config",
                               str(TEMPLATES / "municipalities" / "209996-mihon"), "--templates", str(TEMPLATES),
                               "--person", person.name, "--set", "copies=2", "--set", "came_as=self",
                               "--set", "kind=household"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


class Morning:
    """The hall, the clerk's browser, and one that stands for the board and for a phone."""

    def __init__(self, hall, clerk, public):
        self.hall, self.clerk, self.public = hall, clerk, public
        self.ticket = None

    def waiting_numbers(self):
        return [row.text for row in self.clerk.find_all("#waiting .row b")]

    def sign_in(self, password=PASSWORD):
        self.clerk.wait(lambda: self.clerk.find("#sign-in").is_displayed(), "the sign-in form")
        self.clerk.type("#user", USER)
        self.clerk.type("#password", password)
        self.clerk.click("#sign-in-go")

    def can(self, act):
        return self.clerk.find(f"[data-act={act}]").get_attribute("aria-disabled") == "false"

    def press(self, act):
        self.clerk.wait(lambda: self.can(act), f"{act} to be possible")
        self.clerk.click(f"[data-act={act}]")

    def no_findings(self, page, where):
        found = findings(page)
        assert not found, f"{where}: {found}"


def index_leads_to_clerk_and_board(m):
    m.public.open(m.hall.url + "/")
    m.public.wait_text("#boards", "本庁")
    m.no_findings(m.public, "index")
    m.public.click("#boards a")
    m.public.wait_text("#other", "Please wait")
    m.no_findings(m.public, "board without a call")


def checks_see_what_is_pale_nameless_or_too_wide(m):
    m.public.run("const b = document.createElement('button'); b.id = 'bad'; b.className = 'button';"
                 "const p = document.createElement('p'); p.id = 'pale'; p.textContent = 'pale'; p.style.color = '#bbb';"
                 "p.style.width = '5000px'; document.body.append(b, p);")
    found = " ".join(findings(m.public))
    assert "has no name" in found and "contrast" in found and "sideways" in found, found


def wrong_password_is_told_and_lets_nobody_in(m):
    m.clerk.open(m.hall.url + "/clerk/")
    m.sign_in("not-the-password")
    m.clerk.wait_text("#sign-in-error", "ちがいます")
    assert not m.clerk.find("#console").is_displayed()
    m.no_findings(m.clerk, "sign-in")


def sign_in_and_choice_lead_to_a_window_that_opens(m):
    m.sign_in()
    m.clerk.wait(lambda: m.clerk.find_all("[data-window]"), "the windows to choose from")
    m.no_findings(m.clerk, "choice of window")
    m.clerk.click("[data-window=w1]")
    m.clerk.wait_text("#link-state", "つながっています")
    m.clerk.wait_text("#current-what", "閉じています")
    m.clerk.wait(lambda: m.can("pause"), "opening to be possible")
    m.clerk.key("p")
    m.clerk.wait_text("#current-what", "だれも 呼んでいません")
    m.no_findings(m.clerk, "console of a free window")


def ticket_from_the_terminal_stands_in_the_line(m):
    m.ticket = m.hall.issue(drafts=[filled_draft()], procedures=["juminhyo"])
    number = m.ticket["number"]
    m.clerk.wait(lambda: m.waiting_numbers() == [number], f"{number} in the line")


def phone_says_at_once_to_the_first_at_a_free_window(m):
    m.public.resize(360, 740, True)
    m.public.open(f"{m.hall.url}/t/{m.ticket['token']}")
    m.public.wait_text("#number", m.ticket["number"])
    m.public.wait_text("#big", "まもなく")
    assert "つぎの 順番" in m.public.text("#ahead")
    assert m.public.text("#bring-list").split("\n") == ["本人確認書類", "手数料 600円（2通）"], m.public.text("#bring-list")
    m.no_findings(m.public, "phone at 360 px")


def phone_promises_a_range_and_a_clock_time_to_the_second(m):
    second = m.hall.issue()
    m.public.open(f"{m.hall.url}/t/{second['token']}")
    m.public.wait_text("#big", "分")
    assert "ごろ" in m.public.text("#more"), m.public.text("#more")
    assert "前に 1人" in m.public.text("#ahead")
    m.hall.ask("POST", f"/api/v1/tickets/{second['token']}/cancel", {})
    m.public.wait_text("#big", "取り消しました")
    m.public.open(f"{m.hall.url}/t/{m.ticket['token']}")


def call_by_key_reaches_console_and_phone(m):
    m.clerk.wait(lambda: m.can("next"), "calling to be possible")
    m.clerk.key("n")
    m.clerk.wait_text("#current-number", m.ticket["number"])
    m.public.wait_text("#big", "総合窓口")
    m.public.wait_text("#lead", "お呼びしています")
    m.no_findings(m.public, "phone when called")


def name_is_shown_only_after_the_work_began(m):
    assert "見本" not in m.clerk.text("#person"), m.clerk.text("#person")
    m.clerk.key("s")
    m.clerk.wait_text("#values", "見本　花子")
    rows = {row.get_attribute("data-field"): row.text for row in m.clerk.find_all("#values dd")}
    assert rows["name"].split("\n")[:3] == ["見本　花子", "カード", "確認済"], rows
    assert any("昭和35年2月29日" in text for text in rows.values()), rows
    m.no_findings(m.clerk, "console while serving")


def page_beside_the_values_is_drawn(m):
    m.clerk.wait(lambda: m.clerk.run("const p = document.getElementById('page'); return p?.complete && p.naturalWidth > 500;"),
                 "the page as a picture")
    page = m.clerk.find("#page")
    assert page.is_displayed() and "住民票" in page.get_attribute("alt"), page.get_attribute("alt")
    column, width = m.clerk.run("return [document.getElementById('sheet').clientWidth, document.getElementById('page').width];")
    assert column == width, (column, width)
    assert "用意しています" not in m.clerk.text("#sheet")
    m.no_findings(m.clerk, "console with the page")


def press_on_the_page_leads_to_the_real_pdf(m):
    link = m.clerk.find("#page-link")
    assert link.get_attribute("target") == "_blank"
    kind = m.clerk.run("return fetch(arguments[0]).then(async (r) => [r.status, r.headers.get('content-type'),"
                       " r.headers.get('cache-control'), (await r.text()).slice(0, 5)]);", link.get_attribute("href"))
    assert kind == [200, "application/pdf", "no-store", "%PDF-"], kind


def printing_without_a_printer_opens_the_pdf_in_a_tab(m):
    own = m.clerk.driver.current_window_handle
    m.press("print")
    m.clerk.wait_text("#message", "PDFを 新しいタブで")
    m.clerk.wait(lambda: len(m.clerk.driver.window_handles) == 2, "the new tab")
    for handle in m.clerk.driver.window_handles:
        if handle != own:
            m.clerk.driver.switch_to.window(handle)
            m.clerk.driver.close()
    m.clerk.driver.switch_to.window(own)


def fix(m, field):
    m.clerk.click(f"[data-field={field}] .fix")
    m.clerk.wait(lambda: m.clerk.find("#fix").is_displayed(), "the question")


def row(m, field):
    return m.clerk.text(f"[data-field={field}]")


def correction_by_keys_becomes_the_staffs_and_draws_a_new_page(m):
    before = m.clerk.find("#page").get_attribute("src")
    m.clerk.run("document.activeElement.blur()")
    m.clerk.key("e")
    assert m.clerk.run("return document.activeElement.className") == "fix"
    fix(m, "birth_date")
    assert m.clerk.run("return document.getElementById('fix-input').value") == "昭和35年2月29日"
    m.no_findings(m.clerk, "question of a correction")
    m.clerk.type("#fix-input", "昭和36年2月29日") # there was none
    m.clerk.click("#fix-save")
    m.clerk.wait_text("#fix-error", "読めません")
    m.clerk.type("#fix-input", "S36.3.1")
    m.clerk.key("\ue007")
    m.clerk.wait_text("#message", "直しました")
    assert not m.clerk.find("#fix").is_displayed()
    assert "昭和36年3月1日" in row(m, "birth_date") and "職員" in row(m, "birth_date"), row(m, "birth_date")
    assert "前は「昭和35年2月29日」（カード" in row(m, "birth_date") and USER in row(m, "birth_date"), row(m, "birth_date")
    m.clerk.wait(lambda: m.clerk.find("#page").get_attribute("src") != before and
                 m.clerk.run("return document.getElementById('page').complete"), "the new page")
    m.no_findings(m.clerk, "console after a correction")


def correction_by_choice_and_number_keeps_the_rules_of_the_form(m):
    fix(m, "kind")
    m.clerk.click("#fix input[value=part]")
    m.clerk.click("#fix-save")
    m.clerk.wait(lambda: "一部" in row(m, "kind"), "the choice")
    fix(m, "copies")
    m.clerk.type("#fix-input", "0")
    m.clerk.click("#fix-save")
    m.clerk.wait_text("#fix-error", "までの 数字")
    m.clerk.type("#fix-input", "３")
    m.clerk.click("#fix-save")
    m.clerk.wait(lambda: "3" in row(m, "copies"), "the number")
    fix(m, "name")
    m.clerk.type("#fix-input", "")
    m.clerk.click("#fix-save")
    m.clerk.wait_text("#fix-error", "空に できません")
    m.clerk.click("#fix-close")
    assert "見本　花子" in row(m, "name")
    assert "見本" not in m.clerk.run("return document.getElementById('fix').innerHTML")


def accepting_is_told_and_hands_the_form_over_once(m):
    m.press("accept")
    m.clerk.wait_text("#message", "受け付けました")
    m.clerk.wait(lambda: not m.can("accept"), "the button to rest")
    written = [path for path in m.hall.state.rglob("*") if path.suffix in (".csv", ".json")]
    assert any("見本　花子" in path.read_text(errors="replace") for path in written), written


def board_shows_number_and_window_and_nothing_else(m):
    m.public.resize(1920, 1080)
    m.public.open(f"{m.hall.url}/board/{OFFICE}")
    m.public.wait_text("#number", m.ticket["number"])
    assert m.public.text("#window") == "総合窓口"
    assert m.public.text("#other") == f"Now serving {m.ticket['number']} at Counter"
    text = m.public.text("body")
    assert "見本　花子" not in text and "住民票" not in text, text
    m.no_findings(m.public, "board lying")
    m.public.resize(1080, 1920)
    m.no_findings(m.public, "board standing")
    m.public.resize(1920, 1080)


def finish_takes_every_value_off_the_console(m):
    m.clerk.key("f")
    m.clerk.wait(lambda: m.clerk.text("#current-number") == "", "the number to go")
    m.clerk.wait(lambda: "花子" not in m.clerk.run("return document.body.textContent"), "the name to go")
    assert not m.clerk.find_all("#page")


def double_click_calls_once(m):
    first, second = m.hall.issue()["number"], m.hall.issue()["number"]
    m.clerk.wait(lambda: m.waiting_numbers() == [first, second], "two in the line")
    m.clerk.wait(lambda: m.can("next"), "calling to be possible")
    button = m.clerk.find("[data-act=next]")
    ActionChains(m.clerk.driver).double_click(button).perform()
    m.clerk.wait_text("#current-number", first)
    m.clerk.wait(lambda: m.clerk.find("#console").get_attribute("aria-busy") == "false", "the answer")
    called = [call["number"] for call in m.hall.board()["called"] if call["number"] in (first, second)]
    assert called == [first], called
    assert m.waiting_numbers() == [second]
    m.public.wait_text("#number", first)


def hold_no_show_and_undo_move_people_where_they_belong(m):
    number = m.clerk.text("#current-number")
    m.press("hold")
    m.clerk.wait_text("#held", number)
    m.press("undo")
    m.clerk.wait_text("#current-number", number)
    m.press("no-show")
    m.clerk.wait_text("#missed", number)
    m.clerk.click("#missed .row")
    m.clerk.wait(lambda: m.clerk.find("#ask").is_displayed(), "the question")
    m.no_findings(m.clerk, "question before a call out of turn")
    m.clerk.click("#ask-choices .button")
    m.clerk.wait_text("#current-number", number)
    m.press("finish")
    m.clerk.wait(lambda: m.clerk.text("#current-number") == "", "the number to go")


def next_on_an_empty_line_says_so(m):
    m.press("next")
    m.clerk.wait(lambda: m.clerk.text("#current-number") != "", "the last one")
    m.press("finish")
    m.clerk.wait(lambda: m.clerk.text("#current-number") == "", "the number to go")
    m.press("next")
    m.clerk.wait_text("#message", "待っている人は いません")


def call_for_staff_is_seen_and_confirmed(m):
    m.hall.staff_call("front-1")
    m.clerk.wait_text("#staff-calls", "職員が 呼ばれています")
    assert "front-" in m.clerk.text("#staff-calls"), m.clerk.text("#staff-calls")
    m.no_findings(m.clerk, "console with a call for staff")
    m.clerk.click("#staff-calls button")
    m.clerk.wait(lambda: not m.clerk.find_all(".staff-call"), "the banner to go")


def holder_cancels_in_english_after_being_asked(m):
    ticket = m.hall.issue()
    m.public.resize(390, 844, True)
    m.public.open(f"{m.hall.url}/t/{ticket['token']}")
    m.public.wait_text("#number-label", "あなたの 番号")
    m.public.run("const s = document.getElementById('language'); s.value = 'en'; s.dispatchEvent(new Event('change'));")
    m.public.wait_text("#number-label", "Your number")
    assert m.public.run("return document.documentElement.lang") == "en"
    m.public.click("#cancel")
    m.public.wait(lambda: m.public.find("#ask").is_displayed(), "the question")
    m.no_findings(m.public, "question before cancelling")
    m.public.click("#ask-keep")
    assert m.public.text("#number") == ticket["number"]
    m.public.click("#cancel")
    m.public.click("#ask-cancel")
    m.public.wait_text("#big", "Cancelled")
    m.clerk.wait(lambda: ticket["number"] not in m.waiting_numbers(), "the number to leave the line")


def phone_speaks_what_was_chosen_at_the_terminal_and_stays_small(m):
    ticket = m.hall.issue(language="en")
    m.public.open(f"{m.hall.url}/t/{ticket['token']}")
    m.public.wait_text("#number-label", "Your number")
    offered = m.public.run("return [...document.querySelectorAll('#language option')].map((o) => o.value);")
    assert offered[:2] == ["ja", "en"] or {"ja", "en"} <= set(offered), offered
    m.public.wait(lambda: m.public.text("#updated"), "the state")
    m.public.open(f"{m.hall.url}/t/{ticket['token']}?lang=ja") # Japanese takes the most bytes
    m.public.wait(lambda: m.public.text("#updated"), "the state")
    sizes = m.public.run("""const own = [location.href, ...performance.getEntriesByType('resource').map((e) => e.name)];
        return Promise.all([...new Set(own)].filter((url) => !url.endsWith('/events') && !url.includes('favicon'))
            .map(async (url) => [url, (await (await fetch(url)).arrayBuffer()).byteLength]));""")
    assert sum(size for _, size in sizes) <= 30 * 1024, sizes
    m.hall.ask("POST", f"/api/v1/tickets/{ticket['token']}/cancel", {})


def unknown_ticket_is_told_kindly(m):
    m.public.open(f"{m.hall.url}/t/{'A' * 32}?lang=ja")
    m.public.wait_text("#big", "見つかりません")
    m.no_findings(m.public, "phone with an unknown ticket")


def cut_line_is_shown_and_heals_by_itself(m):
    m.public.resize(1920, 1080)
    m.public.open(f"{m.hall.url}/board/{OFFICE}")
    m.public.wait(lambda: m.public.text("#number") or "お待ち" in m.public.text("#greeting"), "the board")
    m.hall.stop()
    m.clerk.wait_text("#link-state", "切れています")
    m.public.wait_text("#stale", "更新できません")
    assert not m.can("next")
    m.no_findings(m.clerk, "console when cut")
    m.no_findings(m.public, "board when cut")
    m.hall.start()
    number = m.hall.issue()["number"]
    m.clerk.wait_text("#link-state", "つながっています", 30)
    m.public.wait(lambda: not m.public.find("#stale").is_displayed(), "the board to heal", 30)
    m.clerk.wait(lambda: number in m.waiting_numbers(), "what happened meanwhile")
    m.press("next")
    m.public.wait_text("#number", number)
    m.press("finish")


def ended_session_asks_again_and_keeps_the_window(m):
    m.clerk.driver.delete_all_cookies()
    m.hall.issue()
    m.clerk.wait_text("#sign-in-note", "もう一度 サインイン")
    assert "総合窓口" not in m.clerk.text("body")
    m.sign_in()
    m.clerk.wait_text("#window-label", "総合窓口")
    m.clerk.wait_text("#link-state", "つながっています")


def keyboard_alone_is_enough_and_shows_where_it_is(m):
    m.clerk.run("document.activeElement.blur()")
    seen = set()
    for _ in range(40):
        m.clerk.key("\ue004") # Tab
        seen.add(m.clerk.run("const e = document.activeElement; return e.dataset.act ?? e.id ?? e.className;"))
        width, colour = focus_ring(m.clerk)
        assert m.clerk.run("return document.activeElement === document.body") or (width >= 3 and colour == "rgb(0, 0, 0)"), (width, colour)
    assert {"next", "start", "finish", "recall", "hold", "sign-out"} <= seen, seen


def sign_out_leaves_nothing(m):
    m.clerk.click("#sign-out")
    m.clerk.wait_text("#sign-in-note", "サインアウトしました")
    m.clerk.driver.refresh()
    m.clerk.wait(lambda: m.clerk.find("#sign-in").is_displayed(), "the sign-in form")


def no_page_broke_its_policy_or_its_scripts(m):
    assert not m.clerk.violations(), m.clerk.violations()
    assert not m.public.violations(), m.public.violations()


CASES = [index_leads_to_clerk_and_board, checks_see_what_is_pale_nameless_or_too_wide,
         wrong_password_is_told_and_lets_nobody_in, sign_in_and_choice_lead_to_a_window_that_opens,
         ticket_from_the_terminal_stands_in_the_line, phone_says_at_once_to_the_first_at_a_free_window,
         phone_promises_a_range_and_a_clock_time_to_the_second, call_by_key_reaches_console_and_phone,
         name_is_shown_only_after_the_work_began, page_beside_the_values_is_drawn, press_on_the_page_leads_to_the_real_pdf,
         correction_by_keys_becomes_the_staffs_and_draws_a_new_page,
         printing_without_a_printer_opens_the_pdf_in_a_tab, correction_by_choice_and_number_keeps_the_rules_of_the_form, accepting_is_told_and_hands_the_form_over_once,
         board_shows_number_and_window_and_nothing_else,
         finish_takes_every_value_off_the_console, double_click_calls_once, hold_no_show_and_undo_move_people_where_they_belong,
         next_on_an_empty_line_says_so, call_for_staff_is_seen_and_confirmed, holder_cancels_in_english_after_being_asked,
         phone_speaks_what_was_chosen_at_the_terminal_and_stays_small, unknown_ticket_is_told_kindly, cut_line_is_shown_and_heals_by_itself, ended_session_asks_again_and_keeps_the_window,
         keyboard_alone_is_enough_and_shows_where_it_is, sign_out_leaves_nothing, no_page_broke_its_policy_or_its_scripts]


def main():
    with Hall() as hall:
        hall.add_user(USER, PASSWORD)
        hall.add_device("front-1")
        with Browser(1440, 900) as clerk, Browser(1920, 1080) as public:
            return Tap(CASES).run(Morning(hall, clerk, public))


sys.exit(main())
