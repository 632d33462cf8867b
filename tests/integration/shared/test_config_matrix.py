#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""madoguchi-config matrix: many towns beside their base, as text and as a page. Prints TAP."""
import html.parser
import os
import re
import subprocess
import sys
import tempfile
import unicodedata

BUILD = os.environ["MESON_BUILD_ROOT"]
SOURCE = os.environ["MESON_SOURCE_ROOT"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
import tap  # noqa: E402

PROGRAM = os.path.join(BUILD, "shared", "madoguchi-config")
MIHON, HINAGATA = (os.path.join(SOURCE, "shared", "templates", "municipalities", name)
                   for name in ("209996-mihon", "209988-hinagata"))


def run(*words, expect=0, columns="120", **more):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=120, check=False,
                          env={**os.environ, "COLUMNS": columns}, **more)
    assert done.returncode == expect, f"{words}: exit {done.returncode}, wanted {expect}: {done.stdout}{done.stderr}"
    return done


def cells(text):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def write(folder, name, text):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        out.write(text)


class Page(html.parser.HTMLParser):
    """the cells of the matrix by town and entry, what is loaded from elsewhere, and whether tags fit together"""

    def __init__(self, text):
        super().__init__()
        self.open, self.outside, self.ids, self.links = [], [], set(), set()
        self.feed(text)
        assert self.open == [], self.open

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)
        self.outside += [value for name, value in attrs.items() if name in ("src", "srcset") or (name == "href" and value[0] != "#")]
        self.ids |= {attrs["id"]} if "id" in attrs else set()
        self.links |= {attrs["href"][1:]} if tag == "a" else set()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


def test_text():
    """the text tells of each town what it changes, adds and removes, and which layer said so"""
    lines = run("matrix", MIHON, HINAGATA, "--all").stdout.splitlines()
    rows = {line[1:25].strip(): line[26:] for line in lines if line.startswith(" ")}
    head = lines[0].split()
    assert head == ["209996", "209988"], head
    find = lambda label: next(line for line in lines if line.startswith(" " + label)).split()[-2:]
    assert find("水道 ") == [".", "+町"] and find("おくやみ ") == [".", "-町"], rows
    assert find("住民票の写し ")[1] in ("*250町", ".") and any("*250町" in line for line in lines)
    assert "[手数料（円）]" in lines


def test_columns():
    """columns line up in the cells of a terminal, and no line is wider than it"""
    for columns in ("60", "80", "200"):
        lines = run("matrix", *[MIHON, HINAGATA] * 6, columns=columns).stdout.splitlines()
        rows = [line for line in lines if line.startswith(" ")]
        assert all(cells(line) <= int(columns) for line in rows), columns
        block = rows[:rows.index(rows[0], 1)] if rows[0] in rows[1:] else rows
        assert len({cells(line.rstrip()) // 100 for line in block}) == 1


def test_only_deviations():
    """what no town changes is left out unless all is asked for"""
    some, everything = run("matrix", MIHON, HINAGATA).stdout, run("matrix", MIHON, HINAGATA, "--all").stdout
    assert "--all" in some and len(everything.splitlines()) > len(some.splitlines())


def test_prefecture():
    """what the prefecture says is told as the prefecture's"""
    with tempfile.TemporaryDirectory(prefix="madoguchi-matrix-") as home:
        base = os.path.join(SOURCE, "shared", "templates", "base")
        write(os.path.join(home, "prefectures", "99"), "layer.yaml",
              f"extends: {base}\nprocedures: [{{id: juminhyo, fee_yen: 123}}]\nterminal: {{idle_s: 77}}\n")
        write(os.path.join(home, "town"), "layer.yaml", run("print", MIHON).stdout.replace("fee_yen: 300", "fee_yen: 123"))
        town = os.path.join(home, "town2")
        run("new", "209970", "--name", "例示市", "--extends", os.path.join(home, "prefectures", "99"), "--output", town,
            "--templates", os.path.join(SOURCE, "shared", "templates"))
        text = run("matrix", town).stdout
        assert "*123県" in text and re.search(r"端末 +\*県", text), text


def test_page():
    """the page is whole, needs nothing from elsewhere, and every coloured cell leads to what it means"""
    with tempfile.TemporaryDirectory(prefix="madoguchi-matrix-") as home:
        path = os.path.join(home, "matrix.html")
        assert run("matrix", MIHON, HINAGATA, "--html", path).stdout == ""
        text = open(path, encoding="utf-8").read()
        page = Page(text)
        assert page.outside == [] and "<script" not in text and "http" not in text
        assert page.links and page.links <= page.ids, page.links - page.ids
        assert 'scope="row"' in text and "<caption" in text and 'lang="ja"' in text
        for word in ("変更", "追加", "削除"):
            assert f'<span class="off">{word}</span>' in text, word
        assert "209988-hinagata/town.yaml:" in text and "position:sticky" in text and "ちがいだけ" in text


def test_names_are_text():
    """what a town wrote cannot become markup"""
    with tempfile.TemporaryDirectory(prefix="madoguchi-matrix-") as home:
        town, path = os.path.join(home, "town"), os.path.join(home, "m.html")
        write(town, "layer.yaml", f"extends: {MIHON}\ncode: \"209996\"\nservices:\n"
              "  - {id: tax, name: {ja: '<script>alert(1)</script>\"&', en: x}}\n")
        run("matrix", town, "--html", path)
        text = open(path, encoding="utf-8").read()
        assert "<script" not in text and "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;" in text


def test_broken():
    """a town with errors is told of and has a row that says so; the others are compared, the exit is 1"""
    with tempfile.TemporaryDirectory(prefix="madoguchi-matrix-") as home:
        write(os.path.join(home, "broken"), "layer.yaml", f"extends: {MIHON}\nbad: 1\n")
        path = os.path.join(home, "m.html")
        done = run("matrix", os.path.join(home, "broken"), HINAGATA, "--html", path, expect=1)
        assert "unknown key" in done.stderr and "1 of 2 towns" in done.stderr
        assert "読めません" in open(path, encoding="utf-8").read() and "ひながた町" in open(path, encoding="utf-8").read()


def test_wrong():
    """wrong usage is exit 2; a page or text that cannot be written is exit 1"""
    assert "usage:" in run("matrix", expect=2).stderr
    assert "room" in run("matrix", MIHON, "--html", "/dev/full", expect=1).stderr
    assert "cannot be written" in run("matrix", MIHON, "--html", "/nowhere/m.html", expect=1).stderr
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([PROGRAM, "matrix", MIHON], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == 1 and "room" in done.stderr


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
