#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""印刷 at the console, down to the paper: Chromium, the real madoguchi-queued and the real madoguchi-printd, whose printer is a
folder. What lies in the folder is what came out."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
sys.path[:0] = [str(SOURCE / "tests" / "support"), str(SOURCE / "deploy")]
from walk_browser import Browser, wait_until  # noqa: E402
from web_hall import BUILD, OFFICE, TEMPLATES, Hall, Tap  # noqa: E402

USER, PASSWORD = "hanako", "mihon-no-aikotoba-7"
DRAFT = {"form": "juminhyo", "version": 1, "values": {
    "name": {"value": "見本　花子", "source": "card", "proof": "verified"}, "copies": {"value": "1", "source": "typed"}}}
PRINT = "return fetch(arguments[0], { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json'," \
    " 'X-CSRF-Token': arguments[1], 'Idempotency-Key': arguments[2] } }).then((r) => r.status);"


class Printer:
    """A printd whose form printer writes into a folder."""

    def __init__(self, base):
        self.paper, self.socket, self.base = base / "paper", base / "print.sock", base
        self.paper.mkdir()
        town = base / "town"
        town.mkdir()
        (town / "layer.yaml").write_text('extends: municipalities/209996-mihon\ncode: "209996"\nversion: "1"\n')
        (town / "printers.yaml").write_text(json.dumps({"printer": {"roles": {"form": [{"uri": f"file:{self.paper}/"}]}}}))
        self.start()

    def start(self):
        with open(self.base / "printd.log", "ab") as errors:
            self.process = subprocess.Popen([str(BUILD / "printer" / "madoguchi-printd"), "--config", str(self.base / "town"),
                                             "--templates", str(TEMPLATES), "--device", "front-1", "--state",
                                             str(self.base / "state"), "--socket", str(self.socket)],
                                            stdout=subprocess.PIPE, stderr=errors, text=True)
        line = self.process.stdout.readline()
        if line != f"ready {self.socket}\n":
            raise RuntimeError(f"printd said {line!r}: {(self.base / 'printd.log').read_text()}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(20)
        self.process.stdout.close()
        return status

    def sheets(self):
        return sorted(path for path in self.paper.iterdir() if not path.name.startswith("."))


class Counter:
    def __init__(self, hall, printer, clerk):
        self.hall, self.printer, self.clerk = hall, printer, clerk

    def press(self, act):
        self.clerk.wait(lambda: self.clerk.find(f"[data-act={act}]").get_attribute("aria-disabled") == "false", f"{act} to be possible")
        self.clerk.click(f"[data-act={act}]")

    def open(self):
        page = self.clerk
        page.open(self.hall.url + "/clerk/")
        page.wait(lambda: page.find("#sign-in").is_displayed(), "the sign-in form")
        page.type("#user", USER)
        page.type("#password", PASSWORD)
        page.click("#sign-in-go")
        page.click("[data-window=w1]")
        page.wait_text("#link-state", "つながっています")
        self.press("pause")
        self.ticket = self.hall.issue(drafts=[DRAFT], procedures=["juminhyo"])
        self.press("next")
        page.wait_text("#current-number", self.ticket["number"])
        self.press("start")
        page.wait_text("#values", "見本　花子")


def first_press_lays_one_form_into_the_printer(c):
    c.open()
    c.clerk.key("i")
    c.clerk.wait_text("#message", "プリンターに 送りました")
    assert [sheet.name for sheet in c.printer.sheets()] == ["001.pdf"], c.printer.sheets()
    text = subprocess.run(["pdftotext", str(c.printer.sheets()[0]), "-"], check=True, capture_output=True, text=True).stdout
    assert "見本" in text and "花子" in text, text


def double_click_is_one_more_copy_and_is_told_as_the_second(c):
    from selenium.webdriver.common.action_chains import ActionChains
    c.clerk.wait(lambda: c.clerk.find("[data-act=print]").get_attribute("aria-disabled") == "false", "printing to be possible")
    ActionChains(c.clerk.driver).double_click(c.clerk.find("[data-act=print]")).perform()
    c.clerk.wait_text("#message", "2枚目")
    c.clerk.wait(lambda: c.clerk.find("#console").get_attribute("aria-busy") == "false", "the answer")
    assert len(c.printer.sheets()) == 2, c.printer.sheets()


def same_key_prints_once_however_often_it_is_sent(c):
    csrf = c.clerk.run("return fetch('/api/v1/sessions').then((r) => r.json()).then((session) => session.csrf);")
    path = f"/api/v1/offices/{OFFICE}/tickets/{c.ticket['id']}/drafts/0/print"
    before = len(c.printer.sheets())
    assert [c.clerk.run(PRINT, path, csrf, "one-press-of-the-button") for _ in range(3)] == [200, 200, 200]
    assert len(c.printer.sheets()) == before + 1, c.printer.sheets()
    assert c.clerk.run(PRINT, path, csrf, "another-press") == 200
    assert len(c.printer.sheets()) == before + 2, c.printer.sheets()


def printer_that_is_away_is_told_and_prints_after_it_is_back(c):
    before = len(c.printer.sheets())
    assert c.printer.stop() == 0
    c.press("print")
    c.clerk.wait_text("#message", "印刷できませんでした")
    assert len(c.printer.sheets()) == before
    c.printer.start()

    def prints():
        # what the last press was told is not this one's answer
        c.clerk.run("document.querySelector('#message').textContent = '';")
        c.press("print")
        c.clerk.wait(lambda: c.clerk.text("#message"), "an answer")
        return "送りました" in c.clerk.text("#message")
    wait_until(prints, "printing to work again", 30, 0.5)
    assert len(c.printer.sheets()) == before + 1, c.printer.sheets()


def no_page_lies_in_the_state_of_the_queue(c):
    found = [path for path in c.hall.state.rglob("*") if path.is_file() and path.read_bytes().startswith(b"%PDF")]
    assert not found, found
    assert not c.clerk.violations(), c.clerk.violations()


CASES = [first_press_lays_one_form_into_the_printer, double_click_is_one_more_copy_and_is_told_as_the_second,
         same_key_prints_once_however_often_it_is_sent, printer_that_is_away_is_told_and_prints_after_it_is_back,
         no_page_lies_in_the_state_of_the_queue]


def main():
    base = pathlib.Path(tempfile.mkdtemp(prefix="madoguchi-console-print-"))
    printer = Printer(base)
    try:
        with Hall(more=["--print", str(printer.socket)]) as hall:
            hall.add_user(USER, PASSWORD)
            hall.add_device("front-1")
            with Browser(1440, 900) as clerk:
                return Tap(CASES).run(Counter(hall, printer, clerk))
    finally:
        if printer.process.poll() is None:
            printer.stop()
        shutil.rmtree(base, ignore_errors=True)


sys.exit(main())
