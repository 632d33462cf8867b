#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What madoguchi-config says in Japanese: chosen by option or environment, without any locale made on the machine, and
whole: no message of the sources is left untranslated. Prints TAP."""
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["MESON_SOURCE_ROOT"], "tests", "support"))
import tap  # noqa: E402

BUILD = os.environ["MESON_BUILD_ROOT"]
SOURCE = os.environ["MESON_SOURCE_ROOT"]
PROGRAM = os.path.join(BUILD, "shared", "madoguchi-config")
FIXTURE = os.path.join(SOURCE, "tests", "fixture", "broken")
JAPANESE = re.compile("[\u3041-\u30ff]")
TOWN = "23-unknown-words"


def check(town, *words, **environment):
    return subprocess.run([PROGRAM, "check", town, "--templates", FIXTURE, "--fast", *words], capture_output=True, text=True,
                          encoding="utf-8", timeout=60, check=False, cwd=FIXTURE, env=environment)


def is_japanese(*words, **environment):
    done = check(TOWN, *words, **environment)
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert lines and len({bool(JAPANESE.search(line)) for line in lines}) == 1, lines
    assert bool(JAPANESE.search(done.stderr)) == bool(JAPANESE.search(lines[0])), done.stderr
    return bool(JAPANESE.search(lines[0]))


def test_option():
    """--language says which, in a bare environment as in a Japanese one"""
    assert is_japanese("--language", "ja")
    assert is_japanese("--language", "ja", LC_ALL="C.UTF-8")
    assert is_japanese("--language", "ja", LC_ALL="C")
    assert not is_japanese("--language", "en", LANG="ja_JP.UTF-8")
    assert check(TOWN, "--language", "fr").returncode == 2


def test_environment():
    """without the option LANG decides, though no such locale was ever made; C and C.UTF-8 mean English"""
    assert is_japanese(LANG="ja_JP.UTF-8")
    assert is_japanese(LANG="en_US.UTF-8", LANGUAGE="ja:en")
    assert is_japanese(LANG="C", LC_ALL="ja_JP.UTF-8")
    assert not is_japanese()
    assert not is_japanese(LANG="C.UTF-8", LANGUAGE="ja")
    assert not is_japanese(LANG="ja_JP.UTF-8", LC_ALL="C")
    assert not is_japanese(LANG="ko_KR.UTF-8")


def test_places():
    """file, line, column and level are the same in both languages, over all broken towns"""
    place = re.compile(r"^(\S*:\d+:\d+: (?:error|warning)): (.*)$")
    n_lines = 0
    for town in sorted(os.listdir(FIXTURE)):
        if not town[0].isdigit():
            continue
        both = [[place.match(line).groups() for line in check(town, "--language", language).stdout.splitlines()]
                for language in ("en", "ja")]
        assert sorted(p for p, _ in both[0]) == sorted(p for p, _ in both[1]), town
        for _, what in both[1]:
            n_lines += 1
            assert JAPANESE.search(what) and " — " in what and "(null)" not in what, f"{town}: {what}"
    assert n_lines > 150


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True, cwd=SOURCE, **more).stdout


def test_whole():
    """every message of the sources is in ja.po, translated, and puts in the same things"""
    with open(os.path.join(SOURCE, "shared", "config", "po", "KEYWORDS"), encoding="utf-8") as lines:
        keywords = [line.strip() for line in lines if line.startswith("--")]
    with tempfile.TemporaryDirectory(prefix="madoguchi-po-") as folder:
        pot, merged = os.path.join(folder, "all.pot"), os.path.join(folder, "ja.po")
        run("xgettext", "--from-code=UTF-8", "--keyword=", *keywords, "-o", pot, "-f", "shared/config/po/POTFILES")
        run("msgmerge", "--quiet", "--no-fuzzy-matching", "-o", merged, "shared/config/po/ja.po", pot)
        run("msgfmt", "--check", "-o", "/dev/null", merged)
        missing = run("msgattrib", "--untranslated", "--no-obsolete", merged)
        assert "\nmsgid \"" not in missing.partition("\n\n")[2], missing
        assert "fuzzy" not in run("msgattrib", "--only-fuzzy", "shared/config/po/ja.po")
        assert run("msgattrib", "--translated", "--no-obsolete", merged).count("\nmsgid ") > 250


def test_sources():
    """every source that adds findings is listed in POTFILES"""
    with open(os.path.join(SOURCE, "shared", "config", "po", "POTFILES"), encoding="utf-8") as lines:
        listed = set(lines.read().split())
    for folder, _, names in os.walk(os.path.join(SOURCE, "shared")):
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith(".c"):
                with open(path, encoding="utf-8") as text:
                    assert "finding_add(" not in text.read() or os.path.relpath(path, SOURCE) in listed, path


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
