#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""madoguchi-config new and diff: a town begun, a town compared. Prints TAP."""
import json
import os
import subprocess
import sys
import tempfile

import yaml

BUILD = os.environ["MESON_BUILD_ROOT"]
SOURCE = os.environ["MESON_SOURCE_ROOT"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
import tap  # noqa: E402

PROGRAM = os.path.join(BUILD, "shared", "madoguchi-config")
MIHON, HINAGATA = (os.path.join(SOURCE, "shared", "templates", "municipalities", name)
                   for name in ("209996-mihon", "209988-hinagata"))
NAMES = ("--name", "例示市", "--name-kana", "れいじし", "--name-en", "Reiji City")


def run(*words, expect=0, **more):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=60, check=False, **more)
    assert done.returncode == expect, f"{words}: exit {done.returncode}, wanted {expect}: {done.stdout}{done.stderr}"
    return done


def merged(folder):
    return json.loads(run("print", folder, "--json").stdout)


def folder():
    return tempfile.TemporaryDirectory(prefix="madoguchi-new-")


def new(output, *names, code="209970", extends="prefectures/20", expect=0):
    return run("new", code, *(names or NAMES), "--extends", extends, "--output", output, expect=expect)


def differences(a, b):
    return json.loads(run("diff", a, b, "--json").stdout)["differences"]


def write(path, text):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def write_town(home, tree):
    """a merged town as a folder of its own, a file for each root: together it is larger than a file may be"""
    for root, value in tree.items():
        write(os.path.join(home, f"{root}.yaml"), json.dumps({root: value}, ensure_ascii=False))
    write(os.path.join(home, "layer.yaml"), "version: \"1\"\n")


def test_clean():
    """a new town checks clean, has one office, and its window serves every service"""
    with folder() as home:
        town = os.path.join(home, "town")
        new(town)
        assert "error" not in run("check", town, "--fast").stdout
        tree = merged(town)
        assert tree["municipality"] == {"code": "209970", "timezone": "Asia/Tokyo", "name": tree["municipality"]["name"]}
        assert {"ja": "例示市", "kana": "れいじし", "en": "Reiji City"}.items() <= tree["municipality"]["name"].items()
        assert [o["id"] for o in tree["offices"]] == ["honcho"] and tree["offices"][0]["hours"]
        assert len(tree["windows"]) == 1
        assert tree["windows"][0]["serves"] == [s["id"] for s in tree["services"]]
        assert all("addressee" in form or "form.addressee" in tree["texts"] for form in tree["forms"])
        assert any(h["date"].endswith("-12-29") for h in tree["holidays"])


def test_comments():
    """its files are few, readable by all, and every one begins by telling the specialist in Japanese what it is for"""
    with folder() as home:
        town = os.path.join(home, "town")
        new(town)
        assert sorted(os.listdir(town)) == ["holidays.yaml", "layer.yaml", "town.yaml"] and os.listdir(home) == ["town"]
        assert os.stat(town).st_mode & 0o777 == 0o755
        text = "".join(open(os.path.join(town, name), encoding="utf-8").read() for name in sorted(os.listdir(town)))
        for word in ("手数料", "開庁時間", "昼休み", "年末年始", "窓口。ふやすとき", "業務"):
            assert any("#" in line and word in line for line in text.splitlines()), word
        assert yaml.safe_load(open(os.path.join(town, "layer.yaml"), encoding="utf-8"))["extends"] == "prefectures/20"


def test_hints():
    """the fees and services that stand as comments are the parent's, and are taken when their mark is taken away"""
    with folder() as home:
        town = os.path.join(home, "town")
        new(town)
        path = os.path.join(town, "town.yaml")
        text = open(path, encoding="utf-8").read()
        write(path, text.replace("# procedures:", "procedures:").replace("#   - {id: juminhyo, fee_yen: 300}",
                                                                         "  - {id: juminhyo, fee_yen: 450}"))
        assert next(p for p in merged(town)["procedures"] if p["id"] == "juminhyo")["fee_yen"] == 450


def test_fallback():
    """without reading and English name the town is still sound, and what is to be filled in is told"""
    with folder() as home:
        town = os.path.join(home, "town")
        told = new(town, "--name", "見本\"村\\").stdout
        assert f"{town}/town.yaml:" in told and "warning" in told
        assert merged(town)["municipality"]["name"]["ja"] == "見本\"村\\"
        assert "書き足して" in open(os.path.join(town, "town.yaml"), encoding="utf-8").read()


def test_code():
    """a code without or with a wrong check digit is refused with the right one"""
    with folder() as home:
        for code in ("20997", "209971"):
            assert "209970" in new(os.path.join(home, "town"), code=code, expect=1).stderr
        for code in ("", "2099", "2099700", "20997x"):
            assert "six digits" in new(os.path.join(home, "town"), code=code, expect=1).stderr
        assert os.listdir(home) == []


def test_names():
    """a name that is not Japanese, not one line or not kana is refused"""
    with folder() as home:
        for names in (("--name", "Mihon"), ("--name", ""), ("--name", "見本\n村"), ("--name", "見{本}村"), ("--name", "村" * 40),
                      ("--name", "見本村", "--name-kana", "見本村"), ("--name", "見本村", "--name-en", "a\tb")):
            told = new(os.path.join(home, "town"), *names, expect=1).stderr
            assert " — " in told and len(told.strip().splitlines()) >= 1
        assert os.listdir(home) == []


def test_never_overwrites():
    """what is there already stays: a folder, a file, a link that points nowhere"""
    with folder() as home:
        os.mkdir(os.path.join(home, "folder"))
        write(os.path.join(home, "file"), "kept")
        os.symlink("nowhere", os.path.join(home, "link"))
        for name in ("folder", "file", "link"):
            assert "is there already" in new(os.path.join(home, name), expect=1).stderr
        assert sorted(os.listdir(home)) == ["file", "folder", "link"] and os.listdir(os.path.join(home, "folder")) == []
        assert open(os.path.join(home, "file"), encoding="utf-8").read() == "kept"


def test_parent():
    """a parent that is not there or belongs to another town is refused, and nothing is left behind"""
    with folder() as home:
        assert "there is no layer" in new(os.path.join(home, "town"), extends="prefectures/99", expect=1).stderr
        assert "209996" in new(os.path.join(home, "town"), extends="municipalities/209996-mihon", expect=1).stderr
        assert os.listdir(home) == []
        new(os.path.join(home, "town"), extends=os.path.join(SOURCE, "shared", "templates", "prefectures", "20"))
        assert merged(os.path.join(home, "town"))["services"][0]["id"] == "certificates"


def test_no_room():
    """without room or right nothing is left behind: the folder is there whole or not at all"""
    with folder() as home:
        assert new(os.path.join(home, "missing", "town"), expect=1).stderr.startswith("madoguchi-config: ")
        assert new("/proc/town", expect=1).stderr.startswith("madoguchi-config: ")
        script = f"""mount -t tmpfs -o size=8k,nr_inodes=16 none {home} && {{
            "$@" ; echo "exit $?"; ls -A {home}; }}"""
        done = subprocess.run(["unshare", "-r", "-m", "sh", "-c", script, "sh", PROGRAM, "new", "209970", *NAMES, "--extends",
                               "prefectures/20", "--output", os.path.join(home, "town")],
                              capture_output=True, text=True, timeout=60, check=False)
        assert done.stdout == "exit 1\n" and "room" in done.stderr, (done.stdout, done.stderr)


def test_diff_same():
    """a town does not differ from itself, however its text is cut into files and ordered"""
    with folder() as home:
        assert run("diff", MIHON, MIHON).stdout == "" and differences(MIHON, MIHON) == []
        write_town(home, merged(MIHON))
        assert run("diff", MIHON, home).stdout == ""


def test_diff_values():
    """added, removed and changed values come with their path, both values and where each stands"""
    found = {d["path"]: d for d in differences(MIHON, HINAGATA)}
    fee = found["procedures.juminhyo.fee_yen"]
    assert fee["kind"] == "changed" and fee["b"] == 250 and isinstance(fee["a"], int)
    for side, town in (("a", MIHON), ("b", HINAGATA)):
        path, line = fee[side + "_at"].rsplit(":", 1)
        assert os.path.commonpath([path, town]) == town or "base" in path, fee
        assert "fee_yen" in open(path, encoding="utf-8").read().splitlines()[int(line) - 1]
    assert found["services.water"]["kind"] == "added" and found["services.water"]["a"] is None
    assert found["services.water"]["b"]["prefix"] == "W"
    gone = found["services.okuyami"]
    assert gone["kind"] == "removed" and gone["b"] is None
    path, line = gone["b_at"].rsplit(":", 1)
    assert "remove: true" in open(path, encoding="utf-8").read().splitlines()[int(line) - 1]
    assert not any(path.startswith("services.water.") for path in found)
    lines = run("diff", MIHON, HINAGATA).stdout.splitlines()
    assert len(lines) == len(found) and any(line.startswith("changed procedures.juminhyo.fee_yen: ") and " → 250 " in line for line in lines)


def test_diff_order():
    """entries in another order are one difference that says so, and no other"""
    with folder() as home:
        tree = merged(MIHON)
        tree["services"].reverse()
        tree["windows"][0]["serves"].reverse()
        write_town(home, tree)
        kinds = {d["path"]: d["kind"] for d in differences(MIHON, home)}
        assert kinds["services"] == "order" and set(kinds.values()) == {"order"}, kinds
        services = next(line for line in run("diff", MIHON, home).stdout.splitlines() if line.startswith("order   services:"))
        assert " → [" in services


def test_diff_wrong():
    """wrong usage is exit 2; a town with errors and a full disk are exit 1"""
    for words in (("diff", MIHON), ("diff", MIHON, HINAGATA, MIHON), ("new",), ("new", "209970"), ("new", "209970", "--name", "市"),
                  ("new", "209970", "--name", "市", "--output", "x")):
        assert "usage:" in run(*words, expect=2).stderr
    with folder() as home:
        write(os.path.join(home, "layer.yaml"), f"extends: {MIHON}\nbad: 1\n")
        assert "unknown key" in run("diff", MIHON, home, expect=1).stderr
    with open("/dev/full", "w", encoding="utf-8") as full:
        for more in ((), ("--json",)):
            done = subprocess.run([PROGRAM, "diff", MIHON, HINAGATA, *more], stdout=full, stderr=subprocess.PIPE, text=True,
                                  timeout=60, check=False)
            assert done.returncode == 1 and "room" in done.stderr


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
