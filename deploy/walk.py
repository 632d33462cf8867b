# SPDX-License-Identifier: MIT
"""One visit without a person: a resident at the terminal, found and pressed through the accessibility bus; a clerk at the
console and the board in a real browser. Every step is seen to happen or the walk ends with what stood there instead."""
import glob
import json
import os
import re
import shutil
import subprocess
import time

from counter import CounterError
from escpos_png import convert
from screen import Screen, ScreenError
from walk_browser import Browser, NotSeen
from walk_card import Persona, open_card

PROCEDURE = "juminhyo"
ANSWERS = {"came_as": "self", "kind": "household", "show_relation": "yes", "show_honseki": "no", "copies": 2}


def plain(text):
    """a text of the configuration as it is spoken: without ruby, in one line"""
    return re.sub(r"\{([^|{}]*)\|[^{}]*\}", r"\1", text).replace("\n", " ")


class Words:
    """the town's own words, so that the walk knows what to look for in any town"""

    def __init__(self, counter):
        self.tree = counter.tree

    def text(self, name):
        value = self.tree["texts"][name]
        return plain(value if isinstance(value, str) else value["ja"])

    def entry(self, root, name):
        found = next((entry for entry in self.tree[root] if entry["id"] == name), None)
        if not found:
            raise CounterError(f"this town has no {name} among its {root}")
        return found

    def name(self, root, name, key="name"):
        value = self.entry(root, name)[key]
        return plain(value if isinstance(value, str) else value["ja"])


def label(value):
    return plain(value if isinstance(value, str) else value["ja"])


class Walk:
    """the state of one walk: where pictures go, what was measured"""

    def __init__(self, counter, out, procedure):
        self.counter, self.out = counter, out
        self.words = Words(counter)
        self.procedure = procedure
        self.service = self.words.entry("procedures", procedure)["service"]
        self.steps, self.n_pictures = [], 0
        self.started = time.monotonic()
        self.number = self.token = None
        self.is_read = False  # the card; a refused one leaves name and address to the pen

    def step(self, name):
        now = time.monotonic()
        self.steps.append({"step": name, "ms": round((now - self.started) * 1000)})
        print(f"  {name}", flush=True)
        self.started = time.monotonic()

    def picture(self, screen, what):
        self.n_pictures += 1
        screen.picture(os.path.join(self.out, f"{self.n_pictures:02d}-{what}.png"))
        self.started = time.monotonic()

    # ---- the resident ---------------------------------------------------------------------------------------
    def resident(self, screen):
        words, counter = self.words, self.counter
        screen.wait_title(words.text("start.title"), 30)
        screen.see(words.name("services", self.service))
        self.step("terminal-start")
        self.picture(screen, "start")
        screen.press(words.name("services", self.service))
        screen.wait_title(words.text("procedures.title"))
        self.step("service-chosen")
        self.picture(screen, "procedure")
        while not screen.find(words.name("procedures", self.procedure)) and screen.find(words.text("frame.later")):
            screen.press(words.text("frame.later"))
        screen.press(words.name("procedures", self.procedure))
        titles = (words.text("note.title"), words.text("card.title"))
        if screen.wait(lambda: screen.title() in titles and screen.title(), "what to mind, or the word to lay the card") == titles[0]:
            self.picture(screen, "note")
            screen.press(words.text("frame.next"))
        screen.wait_title(words.text("card.title"))
        self.step("procedure-chosen")
        self.picture(screen, "card")
        counter.card("insert")
        screen.wait(lambda: screen.title() != words.text("card.title"), "the card to be seen")
        self.step("card-placed")
        self.is_read = open_card(screen, words, Persona(counter.persona), lambda what: self.picture(screen, what))
        if self.is_read:
            screen.see("見本")
            self.step("card-read")
            self.picture(screen, "check")
            screen.press(words.text("check.yes"))
        else:
            self.step("on-without-the-card")
            self.picture(screen, "by-hand")
            screen.press(words.text("frame.next"))
        self.answer_questions(screen)
        self.paper_and_number(screen)

    def answer_questions(self, screen):
        form = self.words.entry("forms", self.words.entry("procedures", self.procedure)["forms"][0])
        asked = {label(field["ask"]): field for field in form["fields"] if field.get("ask")}
        for number in range(1, len(asked) + 1):
            title = self.next_question(screen, asked)
            if title == self.words.text("review.title"):
                break
            field = asked[title]
            answer = self.answer_to(field)
            if answer:
                screen.press(answer)
            self.step(f"{'answered' if answer else 'skipped'}-{field['id'].replace('_', '-')}")
            if number in (1, len(asked)):
                self.picture(screen, f"question-{field['id'].replace('_', '-')}")
            screen.press(self.words.text("frame.next" if answer else "question.skip"))
            screen.wait(lambda: screen.title() != title, "the screen after " + title)
        screen.wait_title(self.words.text("review.title"))

    def next_question(self, screen, asked):
        """the form's next question, or the review; what only the card did not tell is left for the pen"""
        review, left = self.words.text("review.title"), [self.words.text("ask.birth_date"), self.words.text("ask.sex")]
        while True:
            title = screen.wait(lambda: screen.title() in (*asked, *left, review) and screen.title(), "a question or the review")
            if title not in left:
                return title
            screen.press(self.words.text("question.skip"))
            screen.wait(lambda: screen.title() != title, "the screen after " + title)

    def answer_to(self, field):
        """what stands in ANSWERS; else the first option of what must be answered, and the rest is left for the pen"""
        options = [option["id"] for option in field.get("options", [])]
        answer = ANSWERS.get(field["id"])
        if answer is None or (options and answer not in options):
            return label(field["options"][0]["label"]) if field.get("required") and options else None
        if field["type"] == "yes-no":
            return self.words.text("question." + answer)
        if field["type"] == "integer":
            return f"{answer}{label(field.get('unit', ''))}"
        return label(next(option["label"] for option in field["options"] if option["id"] == answer))

    def paper_and_number(self, screen):
        words, counter = self.words, self.counter
        screen.see(words.text("review.page"))
        self.step("form-shown")
        self.picture(screen, "review")
        screen.press(words.text("review.print"))
        titles = (words.text("take-card.title"), words.text("ticket.title"))
        title = screen.wait(lambda: screen.title() in titles and screen.title(), "the word to take the card, or the number", 30)
        self.step("form-confirmed")
        if title == titles[0]:
            self.picture(screen, "take-card")
        counter.card("remove")
        screen.wait_title(words.text("ticket.title"), 30)
        prefix = words.entry("services", self.service)["prefix"]
        node = screen.wait(lambda: next((n for _, _, n in screen.nodes() if re.fullmatch(prefix + r"\d{3,5}", n)), None), "the number")
        self.number = node
        self.step("ticket-taken")
        self.picture(screen, "ticket")

    # ---- the paper ------------------------------------------------------------------------------------------
    def paper(self, screen):
        slip = screen.wait(lambda: (glob.glob(self.counter.path("slips", "*.escpos")) or [None])[0], "a slip from the printer")
        form = screen.wait(lambda: (glob.glob(self.counter.path("forms", "*.pdf")) or [None])[0], "a form from the printer")
        shutil.copyfile(slip, os.path.join(self.out, "slip.escpos"))
        shutil.copyfile(form, os.path.join(self.out, "form.pdf"))
        convert(os.path.join(self.out, "slip.escpos"), os.path.join(self.out, "slip.png"))
        read = subprocess.run(["zbarimg", "-q", "--nodbus", "--raw", os.path.join(self.out, "slip.png")], capture_output=True,
                              text=True, check=False).stdout.strip()
        match = re.search(r"/t/([\w-]{16,})$", read)
        if not match:
            raise CounterError(f"the QR code on the slip could not be read: {read!r}")
        self.token = match.group(1)
        self.step("paper-printed")

    # ---- the clerk ------------------------------------------------------------------------------------------
    @staticmethod
    def press(console, act):
        console.wait(lambda: console.find(f"[data-act={act}]").get_attribute("aria-disabled") == "false", f"{act} to be possible")
        console.click(f"[data-act={act}]")

    def open_window(self, console, board):
        """the clerk's morning: without an open window no wait is promised"""
        counter = self.counter
        board.open(f"{counter.url}/board/{counter.office}")
        board.wait(lambda: board.find("#now").is_displayed(), "the board")
        console.open(counter.url + "/clerk/")
        console.wait(lambda: console.find("#user").is_displayed(), "the sign-in")
        console.type("#user", "madoguchi")
        console.type("#password", counter.password)
        console.click("#sign-in-go")
        console.wait(lambda: console.find_all("[data-window]"), "the windows to choose from")
        console.click("[data-window]")
        console.wait(lambda: console.find("#console").is_displayed(), "the console")
        self.press(console, "pause")
        console.wait_text("#current-what", "だれも 呼んでいません")
        self.step("window-opened")

    def clerk(self, console, board):
        console.wait_text("#waiting", self.number)
        self.press(console, "next")
        console.wait_text("#current-number", self.number)
        self.step("number-called")
        board.wait_text("#number", self.number)
        self.step("board-shows")
        board.screenshot(os.path.join(self.out, "board.png"))
        self.press(console, "start")
        if self.is_read:
            console.wait_text("#values", "見本")
        console.wait(lambda: console.find("#page").get_attribute("src"), "the form beside the values")
        self.step("clerk-opens-draft")
        self.settled(console, os.path.join(self.out, "console.png"))

    @staticmethod
    def settled(page, path):
        """a screenshot once two looks in a row are the same: the browser's PDF viewer paints when it likes"""
        last = None
        for _ in range(40):
            page.screenshot(path)
            with open(path, "rb") as handle:
                now = handle.read()
            if now == last:
                return
            last = now
            time.sleep(0.25)

    def phone(self):
        with Browser(390, 844, is_mobile=True) as phone:
            phone.open(f"{self.counter.url}/t/{self.token}")
            phone.wait(lambda: self.number in phone.text("body"), "the number on the phone page")
            self.step("phone-shows")
            self.n_pictures += 1
            phone.screenshot(os.path.join(self.out, f"{self.n_pictures:02d}-phone.png"))

    def write(self):
        with open(os.path.join(self.out, "walk.json"), "w", encoding="utf-8") as handle:
            json.dump({"office": self.counter.office, "number": self.number, "token": self.token, "steps": self.steps}, handle,
                      ensure_ascii=False, indent=2)
            handle.write("\n")


def walk(counter, out, procedure=PROCEDURE):
    """exit status: 0 only if every step was seen"""
    os.makedirs(out, exist_ok=True)
    this = Walk(counter, out, procedure)
    screen = Screen()
    try:
        with Browser(1440, 900) as console, Browser(1920, 1080) as board:
            this.open_window(console, board)
            terminal = counter.start_terminal(screen.environment, "--windowed", "1080x1920")
            screen.attach(terminal)
            this.resident(screen)
            this.paper(screen)
            this.clerk(console, board)
        this.phone()
        this.write()
    except (ScreenError, NotSeen, CounterError, subprocess.SubprocessError) as error:
        print(f"deploy/try: the walk ended after {this.steps[-1]['step'] if this.steps else 'nothing'}:\n{error}", flush=True)
        try:
            screen.picture(os.path.join(out, "stopped-here.png"))
            for log in glob.glob(counter.path("*.log")):  # events and numbers, nothing personal
                shutil.copy(log, out)
        except (OSError, subprocess.SubprocessError):
            pass
        return 1
    finally:
        counter.close()
        screen.close()
    print(f"{this.number}: {out}")
    return 0
