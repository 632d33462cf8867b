#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""madoguchi-config at its command line, over the two sample towns: what a specialist sees. Prints TAP."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

BUILD = os.environ["MESON_BUILD_ROOT"]
SOURCE = os.environ["MESON_SOURCE_ROOT"]
PROGRAM = os.path.join(BUILD, "shared", "madoguchi-config")
TEMPLATES = os.path.join(SOURCE, "shared", "templates")
TOWNS = [os.path.join(TEMPLATES, "municipalities", name) for name in ("209996-mihon", "209988-hinagata", "209970-reiji")]
FINDING = re.compile(r"^\S.*:\d+:\d+: (error|warning): .* — .*$")


def run(*words, program=PROGRAM, expect=0):
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == expect, f"{words}: exit {done.returncode}, wanted {expect}: {done.stdout}{done.stderr}"
    return done


def write(folder, name, text):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        out.write(text)


def form_of(town, form):
    return next(f for f in town["forms"] if f["id"] == form)


def field_of(town, form, field):
    return next(f for f in form_of(town, form)["fields"] if f["id"] == field)


def both_towns_are_without_findings(folder):
    assert run("check", *TOWNS, "--fast").stdout == ""


def all_towns(folder):
    """every folder of the templates that makes a town, twelve generated ones, and each office and device of them"""
    subprocess.run([os.path.join(SOURCE, "tests/support/make-towns"), "12", os.path.join(folder, "made")], check=True)
    for parent in (os.path.join(TEMPLATES, "municipalities"), os.path.join(folder, "made")):
        for name in sorted(os.listdir(parent)):
            town = os.path.join(parent, name)
            yield [town]
            for kind in ("office", "device"):
                places = os.path.join(town, kind + "s")
                yield from ([town, f"--{kind}", place] for place in (sorted(os.listdir(places)) if os.path.isdir(places) else []))


def print_load_print_is_a_fixed_point(folder):
    printed = os.path.join(folder, "printed")
    count = 0
    for words in all_towns(folder):
        first = run("print", *words).stdout
        write(printed, "layer.yaml", first)
        assert run("check", printed, "--fast").stdout == run("check", words[0], "--fast").stdout == "", words
        assert run("print", printed).stdout == first, words
        assert run("print", printed, "--json").stdout == run("print", *words, "--json").stdout, words
        count += 1
    assert count > 15, count


def json_and_yaml_say_the_same(folder):
    for town in TOWNS:
        merged = json.loads(run("print", town, "--json").stdout)
        assert merged == yaml.safe_load(run("print", town).stdout)
        assert isinstance(merged["services"][0]["minutes"], int)
        assert field_of(merged, "juminhyo", "name")["required"] is True
        assert merged["municipality"]["code"] == os.path.basename(town)[:6]


def the_towns_differ_in_services_windows_a_form_and_texts(folder):
    mihon, hinagata = (json.loads(run("print", town, "--json").stdout) for town in TOWNS[:2])
    assert [s["id"] for s in mihon["services"]] != [s["id"] for s in hinagata["services"]]
    assert len(mihon["windows"]) == 1 and len(hinagata["windows"]) == 5
    fields = [{f["id"] for f in form_of(town, "juminhyo")["fields"]} for town in (mihon, hinagata)]
    assert fields[1] - fields[0] == {"district"}
    types = [field_of(town, "juminhyo", "submit_to")["type"] for town in (mihon, hinagata)]
    assert types == ["text", "choice"]
    assert {f["id"] for f in hinagata["forms"]} - {f["id"] for f in mihon["forms"]} == {"suido"}
    assert mihon["theme"] != hinagata["theme"]


def explain_names_the_winner_first(folder):
    lines = run("explain", TOWNS[1], "procedures.juminhyo.fee_yen").stdout.splitlines()
    assert lines[0] == "250" and len(lines) == 3, lines
    for line, layer in zip(lines[1:], ("209988-hinagata/town.yaml", "base/procedures-certificates.yaml")):
        path, number = re.match(r"(.*):(\d+): ", line).groups()
        assert path.endswith(layer), line
        with open(path, encoding="utf-8") as source:
            assert "fee_yen" in source.read().splitlines()[int(number) - 1]
    assert "removed" in run("explain", TOWNS[1], "services.okuyami").stdout
    assert run("explain", TOWNS[1], "texts.bring.fee.en").stdout.startswith("Fee\n")
    assert "built in" in run("explain", TOWNS[0], "procedures.koseki.within_days").stdout
    assert "no layer" in run("explain", TOWNS[0], "services.nobody", expect=1).stderr


def findings_come_as_lines_and_exit_1(folder):
    write(folder, "layer.yaml", f"extends: {TOWNS[0]}\nterminal:\n  idel_s: 5\nwindows:\n- {{id: w9, serves: [nobody]}}\n")
    done = run("check", folder, expect=1)
    lines = done.stdout.splitlines()
    assert all(FINDING.match(line) for line in lines), lines
    assert any(f"{folder}/layer.yaml:3:3: error: unknown key" in line for line in lines), lines
    assert len(done.stderr.splitlines()) == 1
    assert run("print", folder, expect=1).stdout == ""


def a_device_layer_over_a_town_gives_its_printers(folder):
    write(folder, "layer.yaml", f"extends: {TOWNS[0]}\nprinter: {{roles: {{slip: [{{uri: \"file:/tmp/slip.escpos\"}}]}}}}\n")
    merged = json.loads(run("print", folder, "--json").stdout)
    assert merged["printer"]["roles"] == {"slip": [{"uri": "file:/tmp/slip.escpos"}], "form": []}


def wrong_usage_is_exit_2_and_help_lists_what_works(folder):
    for words in ((), ("check",), ("print",), ("print", "a", "b"), ("explain", "a"), ("preview", "a"), ("check", "--loud", "a")):
        assert "usage:" in run(*words, expect=2).stderr
    listed = run("--help").stdout
    assert all(word in listed for word in ("check", "print", "explain", "keygen", "pack", "verify")) and "studio" not in listed
    assert re.match(r"madoguchi-config \d+\.\d+", run("--version").stdout)


def a_program_finds_the_installed_templates(folder):
    os.makedirs(os.path.join(folder, "bin"))
    program = shutil.copy(PROGRAM, os.path.join(folder, "bin"))
    shutil.copytree(TEMPLATES, os.path.join(folder, "share", "madoguchi", "templates"))
    write(os.path.join(folder, "town"), "layer.yaml", "extends: municipalities/209996-mihon\n")
    where = run("explain", os.path.join(folder, "town"), "municipality.code", program=program).stdout
    assert os.path.join("share", "madoguchi", "templates", "municipalities") in where
    run("check", os.path.join(folder, "town"), program=program)
    done = run("check", os.path.join(folder, "town"), "--templates", os.path.join(folder, "bin"), program=program, expect=1)
    assert "there is no layer" in done.stdout


TESTS = [both_towns_are_without_findings, print_load_print_is_a_fixed_point, json_and_yaml_say_the_same,
         the_towns_differ_in_services_windows_a_form_and_texts, explain_names_the_winner_first,
         findings_come_as_lines_and_exit_1, a_device_layer_over_a_town_gives_its_printers,
         wrong_usage_is_exit_2_and_help_lists_what_works, a_program_finds_the_installed_templates]


def main():
    failed = 0
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        with tempfile.TemporaryDirectory(prefix="madoguchi-config-") as folder:
            try:
                test(folder)
                print(f"ok {number} - {test.__name__}", flush=True)
            except Exception as problem:
                failed += 1
                print(f"not ok {number} - {test.__name__}", flush=True)
                print(f"# {problem!r}".replace("\n", "\n# "), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
