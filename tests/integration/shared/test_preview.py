#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""madoguchi-config preview and madoguchi-queued --draw: what they draw opens without a server. Prints TAP."""
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

BUILD = pathlib.Path(os.environ["MESON_BUILD_ROOT"])
SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
sys.path.insert(0, str(SOURCE / "tests" / "support"))
import tap  # noqa: E402

TOOL = BUILD / "shared" / "madoguchi-config"
QUEUED = BUILD / "queue" / "madoguchi-queued"
MIHON = SOURCE / "shared" / "templates" / "municipalities" / "209996-mihon"
HOME = pathlib.Path(tempfile.mkdtemp(prefix="madoguchi-preview-"))
OUT = HOME / "preview"


def run(program, *words, expect=0, **more):
    done = subprocess.run([str(program), *map(str, words)], capture_output=True, text=True, timeout=280, check=False, **more)
    assert done.returncode == expect, f"{words}: exit {done.returncode}: {done.stdout[-1000:]}{done.stderr[-2000:]}"
    return done


def town():
    return json.loads(run(TOOL, "print", MIHON, "--json").stdout)


def browser():
    options = Options()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1600,900"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


class Links(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("src", "href") and not value.startswith("#")]


def test_whole():
    """a preview holds every screen in every language, every form twice, slips and pages"""
    run(TOOL, "preview", MIHON, "--output", OUT)
    merged = town()
    for language in merged["terminal"]["languages"]:
        assert len(list((OUT / "screens").glob(f"{language}-*.png"))) > 40, language
        assert (OUT / "slips" / f"{language}.png").stat().st_size > 1000
    assert len(list((OUT / "screens-large").glob("ja-*.png"))) > 40
    for form in merged["forms"]:
        for end in ("blank.png", "blank.pdf", "filled.png", "filled.pdf"):
            assert (OUT / "forms" / f"{form['id']}-{end}").stat().st_size > 1000, (form["id"], end)
    text = subprocess.run(["pdftotext", OUT / "forms" / "juminhyo-filled.pdf", "-"], check=True, capture_output=True, text=True).stdout
    assert "見本 花子" in text or "見本　花子" in text, text


def test_links():
    """the index leads only to what is there, and to nothing outside; all of it can be taken elsewhere"""
    for page in OUT.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for link in Links(text).found:
            assert not re.match(r"[a-z]+:", link) or link.startswith("data:"), (page.name, link[:80])
            if page.parent == OUT:
                assert (page.parent / link).exists(), link
    assert str(HOME) not in (OUT / "index.html").read_text(encoding="utf-8")


def test_pages_open():
    """board, phone and console open from a file: the real pages show the sample day, and complain of nothing"""
    moved = HOME / "moved"
    shutil.copytree(OUT, moved)
    pages = json.loads((moved / "pages" / "pages.json").read_text(encoding="utf-8"))["pages"]
    expected = {("board", "called"): ("#number", r"[A-Z]\d+"), ("phone", "waiting"): ("#big", r"\d"), ("phone", "called"): ("#number", r"[A-Z]\d+"),
                ("phone", "gone"): ("#big", r"\w"), ("clerk", "serving"): ("#values", "見本 花子"), ("clerk", "sign-in"): ("#sign-in", "サインイン"),
                ("clerk", "choose"): ("#choose-list", "窓口")}
    seen = set()
    driver = browser()
    try:
        for page in pages:
            driver.get((moved / "pages" / page["file"]).as_uri())
            where, pattern = expected.get((page["kind"], page["state"]), ("body", r"\w"))
            shown = lambda d: re.search(pattern, d.find_element("css selector", where).text)  # noqa: B023
            WebDriverWait(driver, 15).until(shown, f"{page}: {driver.find_element('css selector', 'body').text[:300]}")
            if page["kind"] == "phone":
                lang = driver.execute_script("return document.documentElement.lang")
                assert page["language"].startswith(lang), (page, lang)
            seen.add((page["kind"], page["state"]))
            wrong = [line["message"] for line in driver.get_log("browser") if line["level"] == "SEVERE"]
            assert not wrong, (page, wrong)
        assert set(expected) <= seen, set(expected) - seen
        driver.get((moved / "pages" / "clerk-honcho-serving.html").as_uri())
        WebDriverWait(driver, 15).until(lambda d: d.find_elements("css selector", "#page"))
        driver.find_element("css selector", '[data-act="finish"]').click()
        WebDriverWait(driver, 15).until(lambda d: "見本の 画面" in d.find_element("css selector", "#message").text)
        driver.get((moved / "index.html").as_uri())
        broken = driver.execute_script("return [...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)")
        assert not broken and driver.execute_script("return window.scrollY") == 0, broken
    finally:
        driver.quit()


def test_again():
    """a preview is made anew in its own folder; a folder with something else in it is left alone"""
    (OUT / "left-over").write_text("x")
    run(QUEUED, "--draw", HOME / "pages", "--config", MIHON)
    other = HOME / "other"
    other.mkdir()
    (other / "kept").write_text("kept")
    assert "is no preview" in run(TOOL, "preview", MIHON, "--output", other, expect=1).stderr
    assert (other / "kept").read_text() == "kept" and len(list(other.iterdir())) == 1


def test_sibling_lost():
    """a program that is not there is named, the others still draw, and the index says what is missing"""
    alone = HOME / "bin"
    alone.mkdir()
    for program in (TOOL, BUILD / "printer" / "madoguchi-print"):
        shutil.copy(program, alone)
    out = HOME / "partly"
    done = run(alone / "madoguchi-config", "preview", MIHON, "--output", out, "--templates", SOURCE / "shared" / "templates", expect=1)
    assert "端末の画面" in done.stderr and "drawings failed" in done.stderr, done.stderr[-500:]
    assert (out / "slips" / "ja.png").exists() and "描けませんでした" in (out / "index.html").read_text(encoding="utf-8")


def test_wrong():
    """wrong usage is exit 2; a town with errors or a place that cannot be written is exit 1 and leaves nothing"""
    for words in (("preview",), ("preview", MIHON), ("preview", MIHON, MIHON, "--output", "x")):
        assert "usage:" in run(TOOL, *words, expect=2).stderr
    bad = HOME / "bad"
    bad.mkdir()
    (bad / "layer.yaml").write_text(f"extends: {MIHON}\nbad: 1\n")
    assert "unknown key" in run(TOOL, "preview", bad, "--output", HOME / "none", expect=1).stderr and not (HOME / "none").exists()
    assert "could not be made" in run(TOOL, "preview", MIHON, "--output", "/proc/none", expect=1).stderr
    assert "cannot be made" in run(QUEUED, "--draw", "/proc/none", "--config", MIHON, expect=1).stderr
    for words in (("--draw", "x"), ("--draw", "x", "--config", MIHON, "--config", MIHON)):
        assert "usage:" in run(QUEUED, *words, expect=2).stderr


def test_traces():
    """the sample day leaves nothing behind: no drafts, no keys, no process"""
    own = HOME / "tmp"
    own.mkdir()
    run(QUEUED, "--draw", HOME / "traced", "--config", MIHON, env={**os.environ, "TMPDIR": str(own)})
    assert list(own.iterdir()) == []


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
