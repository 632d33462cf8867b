#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The common catalogue as a town gets it: every form is filled, checked and printed by the program itself, every text read
by the rules its readers need, every procedure followed to its forms. Prints TAP."""
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
import tap  # noqa: E402

BUILD = os.environ["MESON_BUILD_ROOT"]
SOURCE = os.environ["MESON_SOURCE_ROOT"]
CONFIG = os.path.join(BUILD, "shared", "madoguchi-config")
FORM = os.path.join(BUILD, "shared", "madoguchi-form")
TOWN = os.path.join(SOURCE, "shared", "templates", "municipalities", "209996-mihon")
BASE = os.path.join(SOURCE, "shared", "templates", "base")
KANJI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々〇]")
RUBY = re.compile(r"\{([^{|}]+)\|([^{|}]+)\}")
BY_HAND = ("signature", "office-use", "individual-number")
ANSWERABLE = ("text", "kana", "postal-code", "date", "sex", "phone", "integer", "choice", "choices", "yes-no")
PERSON = {"name": "見本　花子", "kana": "ミホン ハナコ", "address": "長野県見本郡見本村大字例示1234番地5", "postal_code": "3990000",
          "birth_date": "1985-03-07", "sex": "female"}
# the twelve families of forms a town hall meets most, each by one of its forms
FAMILIES = ["juminhyo", "inkan", "koseki", "zei-shomei", "tennyu", "kokuho", "jido-teate", "kaigo-nintei", "shussho", "shibo",
            "risai", "denshi-shomei"]


def run(program, *words, expect=0):
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == expect, f"{words}: exit {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


TREE = json.loads(run(CONFIG, "print", TOWN, "--json"))
FORMS = TREE["forms"]


def plain(text):
    return RUBY.sub(r"\1", text)


def squeezed(text):
    return re.sub(r"\s", "", text)


def value_of(field, number, variant):
    """what a person could say there; text that is found again on the page"""
    kind = field["type"]
    if kind in ("choice", "choices"):
        ids = [option["id"] for option in field["options"]]
        if kind == "choice":
            return ids[0] if variant == 0 else ids[-1]
        return ",".join(ids[:field.get("max") or len(ids)]) if variant == 0 else ids[-1]
    return {"yes-no": "yes" if variant == 0 else "no", "integer": str(max(field.get("min", 1), 1)), "phone": "0265-00-0000",
            "date": "2026-10-05", "kana": "ミホン", "postal-code": "3990000", "sex": "female",
            "person-name": f"見本{number}", "address": f"見本村{number}番地", "text": f"例{number}"}[kind]


def answers(form, variant):
    """every field of the form that a value can stand in, by id; came_as as agent in the second variant"""
    said = {}
    for number, field in enumerate(form["fields"], 11):
        kind = field["type"]
        if kind in BY_HAND or field.get("from"):
            continue
        if field["id"] == "came_as" and variant == 1:
            said["came_as"] = "agent" if any(o["id"] == "agent" for o in field["options"]) else field["options"][-1]["id"]
        elif kind == "rows":
            for at, column in enumerate(field["fields"]):
                if column["type"] not in BY_HAND:
                    said[f"{field['id']}.0.{column['id']}"] = value_of(column, f"{number}{at}", variant)
        else:
            said[field["id"]] = value_of(field, number, variant)
    return said


def is_shown(field, said):
    rule = field.get("show_if")
    chosen = said.get(rule["field"], "").split(",") if rule else []
    return not rule or any(value in chosen for value in [rule.get("equals"), *rule.get("any", [])])


def fill(form, said, person):
    return run(FORM, "fill", form["id"], "--config", TOWN, "--person", person, "--date", "2026-11-24",
               *[word for key, value in said.items() for word in ("--set", f"{key}={value}")])


def page_text(folder, draft):
    with open(os.path.join(folder, "draft.json"), "w", encoding="utf-8") as out:
        out.write(draft)
    run(FORM, "render", out.name, "--config", TOWN, "--output", os.path.join(folder, "page.pdf"))
    return squeezed(subprocess.run(["pdftotext", "-raw", os.path.join(folder, "page.pdf"), "-"], capture_output=True, text=True, check=True).stdout)


def printed(field, value):
    """how a value stands on paper"""
    if field["type"] in ("choice", "choices"):
        return ["☑" + plain(o["label"]["ja"]) for o in field["options"] if o["id"] in value.split(",")]
    if field["type"] in ("text", "person-name", "address", "phone"):
        return [value]
    return ["令和8年10月5日"] if field["type"] == "date" else []


def has_label(field):
    """on paper: the date of today stands at the top, a field within another's line and a table for the office say nothing"""
    return (field.get("from") != "visit.date" and not field.get("inline")
            and not (field["type"] == "rows" and all(column["type"] == "office-use" for column in field["fields"])))


def missing_on(page, form, said):
    wanted = []
    for field in form["fields"]:
        if not is_shown(field, said):
            continue
        if has_label(field):
            wanted.append(plain(field["label"]["ja"]))
        if field["id"] in said:
            wanted += printed(field, said[field["id"]])
        for column in field.get("fields", []):
            wanted.append(plain(column["label"]["ja"]))
            key = f"{field['id']}.0.{column['id']}"
            if key in said and column["type"] in ("text", "person-name", "address"):
                wanted += printed(column, said[key])
    wanted += [PERSON["name"]] if any(f.get("from") == "person.name" for f in form["fields"]) else []
    return [text for text in wanted if squeezed(text) not in page]


def each_filled(variant):
    with tempfile.TemporaryDirectory() as folder:
        person = os.path.join(folder, "person.json")
        with open(person, "w", encoding="utf-8") as out:
            json.dump(PERSON, out)
        for form in FORMS:
            said = answers(form, variant)
            shown = {key: value for key, value in said.items()
                     if is_shown(next(f for f in form["fields"] if f["id"] == key.split(".")[0]), said)}
            yield form, shown, fill(form, shown, person), folder


def check_forms(variant):
    wrong = {}
    for form, said, draft, folder in each_filled(variant):
        page = page_text(folder, draft)
        run(FORM, "check", os.path.join(folder, "draft.json"), "--config", TOWN)
        missing = missing_on(page, form, said)
        if missing:
            wrong[form["id"]] = missing
    assert not wrong, wrong


def test_first_options():
    """every form filled by its own holder passes its check and prints every label and value"""
    check_forms(0)


def test_last_options():
    """every form filled by an agent with the last options passes its check and prints every label and value"""
    check_forms(1)


def test_blank():
    """every form prints blank with every label, nothing ticked, and no more than two pages"""
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMS:
            pdf = os.path.join(folder, "blank.pdf")
            run(FORM, "render", form["id"], "--blank", "--config", TOWN, "--output", pdf)
            page = squeezed(subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, text=True, check=True).stdout)
            absent = [f["id"] for f in form["fields"] if has_label(f) and squeezed(plain(f["label"]["ja"])) not in page]
            assert not absent and "☑" not in page, f"{form['id']}: {absent}"
            pages = re.search(r"Pages:\s+(\d+)", run("pdfinfo", pdf)).group(1)
            assert int(pages) <= 2, f"{form['id']} has {pages} pages"


def test_required():
    """a required question left out is found by the check, and only that"""
    with tempfile.TemporaryDirectory() as folder:
        path, person = os.path.join(folder, "draft.json"), os.path.join(folder, "person.json")
        with open(person, "w", encoding="utf-8") as out:
            json.dump(PERSON, out)
        for form in FORMS:
            said = answers(form, 0)
            for field in form["fields"]:
                if not field.get("required") or field.get("default") or field["id"] not in said or not is_shown(field, said):
                    continue
                if any((other.get("show_if") or {}).get("field") == field["id"] for other in form["fields"]):
                    continue  # what hangs on it would be left out too
                with open(path, "w", encoding="utf-8") as out:
                    out.write(fill(form, {key: value for key, value in said.items() if key != field["id"]}, person))
                found = subprocess.run([FORM, "check", path, "--config", TOWN], capture_output=True, text=True, timeout=60, check=False)
                lines = [line for line in (found.stdout + found.stderr).splitlines() if ": required" in line]
                assert found.returncode == 1 and len(lines) == 1 and field["id"] in lines[0], f"{form['id']}: {lines}"


def texts(node, path=""):
    """every text of the tree with where it stands"""
    if isinstance(node, dict):
        if "ja" in node and isinstance(node["ja"], str):
            yield path, node
            return
        for key, value in node.items():
            yield from texts(value, f"{path}.{key}")
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from texts(value, f"{path}.{value['id'] if isinstance(value, dict) and 'id' in value else at}")


def catalogue_texts():
    for root in ("services", "procedures", "forms"):
        yield from texts(TREE[root], root)
    for name, text in TREE["texts"].items():
        if name.startswith("bring."):
            yield f"texts.{name}", text


def test_readings():
    """every text of forms, procedures, services and what to bring can be spoken: a reading, or ruby over every kanji"""
    unread = [path for path, text in catalogue_texts()
              if "kana" not in text and KANJI.search(RUBY.sub("", text["ja"])) and not path.endswith(".addressee")]
    assert not unread, unread
    wrong = [path for path, text in catalogue_texts() if KANJI.search(text.get("kana", ""))]
    wrong += [path for path, text in catalogue_texts() for ruby in RUBY.findall(text["ja"]) if KANJI.search(ruby[1])]
    assert not wrong, wrong


def test_english():
    """every one of them is there in English without Japanese letters, and no text is the same as its neighbour's by mistake"""
    missing = [path for path, text in catalogue_texts() if not text.get("en")]
    foreign = [path for path, text in catalogue_texts() if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text.get("en", ""))]
    assert not missing and not foreign, (missing, foreign)
    for form in FORMS:
        for field in form["fields"]:
            labels = [option["label"]["en"] for option in field.get("options", [])]
            assert len(labels) == len(set(labels)), f"{form['id']}.{field['id']}: {labels}"


def test_questions():
    """what is asked can be answered by touch, in at most 40 letters, ruby over every kanji"""
    for form in FORMS:
        for field in form["fields"]:
            if not field.get("ask"):
                continue
            where = f"{form['id']}.{field['id']}"
            assert field["type"] in ANSWERABLE, f"{where} is asked as {field['type']}"
            assert not KANJI.search(RUBY.sub("", field["ask"]["ja"])), f"{where}: kanji without ruby"
            assert len(plain(field["ask"]["ja"])) <= 40, f"{where} is long"


def test_no_pin():
    """no form has a place for a PIN, and boxes for a number only where the procedure says so"""
    with_boxes = {form["id"] for form in FORMS for field in form["fields"] if field["type"] == "individual-number"}
    for procedure in TREE["procedures"]:
        if procedure.get("individual_number", "never") == "never":
            assert not with_boxes & set(procedure.get("forms", [])), procedure["id"]
    for form in FORMS:
        for field in form["fields"]:
            if "暗証番号" in field["label"]["ja"]:
                assert field["type"] not in ("text", "integer", "kana"), f"{form['id']}.{field['id']}"
    for name in ("card", "denshi-shomei"):
        note = next(form for form in FORMS if form["id"] == name)["note"]["ja"]
        assert "暗証番号を書かないでください" in note


def test_procedures():
    """thirty procedures and more; the twelve families of forms are in use; fee and what to bring agree"""
    procedures = TREE["procedures"]
    assert len(procedures) >= 30, len(procedures)
    used = {form for procedure in procedures for form in procedure.get("forms", [])}
    known = {form["id"] for form in FORMS}
    assert used <= known and known <= used, (used ^ known)
    assert set(FAMILIES) <= used, set(FAMILIES) - used
    for procedure in procedures:
        assert ("fee" in procedure.get("bring", [])) == (procedure.get("fee_yen", 0) > 0), procedure["id"]
        assert procedure.get("who") and procedure.get("bring"), procedure["id"]
        for form in procedure.get("forms", []):
            fields = next(f for f in FORMS if f["id"] == form)["fields"]
            is_signed = any(field["type"] == "signature" for field in fields)
            assert is_signed == (procedure.get("signature") == "handwritten"), f"{procedure['id']}: {form}"


def test_agents():
    """a form that an agent may bring has room for the name of the person concerned"""
    for form in FORMS:
        came_as = next((f for f in form["fields"] if f["id"] == "came_as"), None)
        if not came_as or "agent" not in [o["id"] for o in came_as["options"]]:
            continue
        said = {"came_as": "agent"}
        about = [f["id"] for f in form["fields"] if is_shown(f, said) and not f.get("from") and f["type"] in ("person-name", "rows")]
        assert about, f"{form['id']}: an agent stands for nobody"


tap.run(sys.modules[__name__])
