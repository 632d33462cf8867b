#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""madoguchi-config schema: what editors know of a layer's files is what the loader takes. Prints TAP."""
import json
import os
import re
import subprocess
import sys

import jsonschema
import yaml

BUILD = os.environ["MESON_BUILD_ROOT"]
SOURCE = os.environ["MESON_SOURCE_ROOT"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
import tap  # noqa: E402

PROGRAM = os.path.join(BUILD, "shared", "madoguchi-config")
TEMPLATES = os.path.join(SOURCE, "shared", "templates")


class Loader(yaml.SafeLoader):
    """YAML 1.2 as editors and the loader read it: dates and times are text, only true and false are truth values"""


Loader.yaml_implicit_resolvers = {}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(0|[1-9][0-9]*)$"), list("-0123456789"))
Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?[0-9]+\.[0-9]+$"), list("-0123456789"))


def run(*words, expect=0, **more):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=60, check=False, **more)
    assert done.returncode == expect, f"{words}: exit {done.returncode}, wanted {expect}: {done.stdout}{done.stderr}"
    return done


def schema(*words):
    return json.loads(run("schema", *words).stdout)


def problems(text, *words):
    validator = jsonschema.Draft7Validator(schema(*words))
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(yaml.load(text, Loader))]


def template_files():
    for folder, _, names in os.walk(TEMPLATES):
        for name in sorted(names):
            if name.endswith(".yaml"):
                yield os.path.join(folder, name)


def test_is_schema():
    """what is printed is a JSON Schema itself, and every reference in it leads somewhere"""
    for words in ((), ("--lang",)):
        jsonschema.Draft7Validator.check_schema(schema(*words))
    text = json.dumps(schema())
    known = set(schema()["definitions"])
    assert set(re.findall(r'"#/definitions/([^"]+)"', text)) <= known


def test_templates():
    """every file of every template is valid by it"""
    n, wrong = 0, []
    layer, language = (jsonschema.Draft7Validator(schema(*words)) for words in ((), ("--lang",)))
    for path in template_files():
        validator = language if os.path.basename(os.path.dirname(path)) == "lang" else layer
        with open(path, encoding="utf-8") as source:
            tree = yaml.load(source.read().replace("?", "."), Loader)  # PyYAML takes a plain "for?}" for a key of YAML 1.1
        n += 1
        wrong += [f"{path}: {'/'.join(map(str, e.absolute_path))}: {e.message[:160]}" for e in validator.iter_errors(tree or {})]
    assert n > 10 and not wrong, "\n".join(wrong[:12])


def test_broken():
    """what the loader refuses by name, type, pattern or range the schema refuses too"""
    for text in ("terminal: {idel_s: 60}", "terminal: {idle_s: 5}", "terminal: {idle_s: soon}", "terminal: {languages: [jp]}",
                 "municipality: {code: 20999}", "offices: [{id: Honcho}]", "offices: [{name: 本庁}]", "offices: [{id: a, lunch: noon}]",
                 "offices: [{id: a, hours: {monday: '08:30-17:15'}}]", "services: [{id: a, prefix: abc}]", "services: [{id: a, numbers: 0-9}]",
                 "services: [{id: a, icon: car}]", "procedures: [{id: a, fee_yen: -1}]", "procedures: [{id: a, individual_number: maybe}]",
                 "forms: [{id: a, fields: [{id: b, type: txt}]}]", "forms: [{id: a, fields: [{id: b, show_if: {}}, {label: x}]}]",
                 "theme: {key_colour: blue}", "holidays: [tomorrow]", "holidays: [{date: 2026-1-1}]", "texts: {card.title: {jp: x}}",
                 "texts: {Card: x}", "printer: {roles: {slips: []}}", "printer: {roles: {slip: [{uri: 'http://x'}]}}", "colours: {}",
                 "services: [{id: a, remove: false}]", "queue: {public_url: 'ftp://x'}"):
        assert problems(text), text
    assert problems("service.a.name: x", "--lang") and problems("services.a.name: [x]", "--lang")
    assert not problems("services.a.name: 증명서\ntexts.card.title: 카드", "--lang")
    assert not problems("services: [{id: '*', remove: true, except: [a]}]\nextends: base\ncode: '20'")


def test_docs():
    """every key has a sentence in Japanese and English, on hover too, and every sentence has its key"""
    tree = schema()
    maps = [tree] + [d for name, d in tree["definitions"].items() if name not in ("text", "language-file")]
    bare = []
    for entry in maps:
        for name, value in entry["properties"].items():
            if name not in ("remove", "except") and (not re.search(r"[ぁ-んァ-ヶ一-龠]", value.get("description", "")) or
                                                      (entry is not tree and not re.search(r"[a-z]{2}", value.get("markdownDescription", "")))):
                bare.append(f"{entry['title']}.{name}")
    assert not bare, f"write a sentence in shared/config/tool/key_doc.c for: {bare}"
    with open(os.path.join(SOURCE, "shared", "config", "tool", "key_doc.c"), encoding="utf-8") as source:
        rows = re.findall(r'^\t\{"([^"]+)", "([^"]*)",', source.read(), re.M)
    assert len(rows) == len(set(rows)) > 100
    known = {(entry["title"], name) for entry in maps for name in entry["properties"]} | {(entry["title"], "") for entry in maps}
    assert set(rows) <= known, f"no such key: {set(rows) - known}"


def test_defaults():
    """defaults and bounds are those of the program"""
    terminal = schema()["definitions"]["terminal"]["properties"]
    assert terminal["idle_s"]["default"] == 60 and terminal["idle_s"]["minimum"] == 10 and terminal["idle_s"]["maximum"] == 900
    assert terminal["languages"]["default"] == ["ja", "en"] and "60" in terminal["idle_s"]["markdownDescription"]


def test_manual():
    """the manual names every key of every map in a table"""
    text = run("schema", "--manual").stdout
    tree = schema()
    for entry in [tree] + [d for name, d in tree["definitions"].items() if name not in ("text", "language-file")]:
        part = text.split(f"\n## {entry['title']}\n")[1].split("\n## ")[0]
        for name in entry["properties"]:
            if name not in ("remove", "except", "extends", "code", "version", "office") or entry is not tree and name == "code":
                assert f"| `{name}` |" in part or name in ("remove", "except"), (entry["title"], name)


def test_wrong():
    """wrong usage is exit 2, a full disk exit 1"""
    for words in (("schema", "x"), ("schema", "--lang", "--manual")):
        assert "usage:" in run(*words, expect=2).stderr
    with open("/dev/full", "w", encoding="utf-8") as full:
        for more in ((), ("--lang",), ("--manual",)):
            done = subprocess.run([PROGRAM, "schema", *more], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
            assert done.returncode == 1 and "room" in done.stderr, more


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
