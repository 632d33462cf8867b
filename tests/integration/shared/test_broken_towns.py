#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Sixty broken towns: each folder of tests/fixture/broken/ is a layer over the sound town beside it, with the findings
wanted in its file `expected`, one a line as FILE:LINE: rule: words of the message. Compared exactly: none missing, none
more. What is read is the SARIF log, whose shape is looked at on the way. Prints TAP."""
import json
import os
import re
import subprocess
import sys
import urllib.parse

BUILD = os.environ["MESON_BUILD_ROOT"]
SOURCE = os.environ["MESON_SOURCE_ROOT"]
PROGRAM = os.path.join(BUILD, "shared", "madoguchi-config")
FIXTURE = os.path.join(SOURCE, "tests", "fixture", "broken")
RULES = os.path.join(SOURCE, "shared", "config", "rules.h")
LINE = re.compile(r"^(?P<file>[^:]*):(?P<line>\d+): (?P<rule>[a-z0-9-]+): (?P<words>.+)$")

# Rules that no folder of YAML reaches through `check --fast`, with the tests that reach them.
ELSEWHERE = (
    "bundle-",  # tests/unit/shared/test_bundle.c, tests/integration/shared/test_bundle_files.py
    "field-on-field",  # needs forms with places of their own
    "unreadable-file", "missing-templates", "unsigned-folder",  # what lies in a checkout can be read and is a folder
    "other-office",  # tests/unit/shared/test_config_local.c
    "file-too-large", "too-many-files", "too-many-entries", "too-large", "too-many-findings",  # test_config_hostile.c
)


def check(folder):
    """exit status and SARIF log of one town; from 80 on they are measured with the fonts of a counter"""
    fast = [] if folder.startswith("8") else ["--fast"]
    done = subprocess.run([PROGRAM, "check", folder, "--templates", FIXTURE, *fast, "--json"], capture_output=True, text=True,
                          timeout=60, check=False, cwd=FIXTURE)
    assert done.returncode in (0, 1), f"exit {done.returncode}: {done.stderr}"
    return done.returncode, json.loads(done.stdout)


def see_shape(log):
    """the members SARIF 2.1.0 asks for, and those that editors and CI read"""
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "madoguchi-config" and re.match(r"\d+\.\d+", driver["version"])
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    base = run["originalUriBaseIds"]["PWD"]["uri"]
    assert base.startswith("file:///") and base.endswith("/")
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids)
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"].endswith(".") and rule["defaultConfiguration"]["level"] in ("error", "warning")
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] == driver["rules"][result["ruleIndex"]]["defaultConfiguration"]["level"]
        assert " — " in result["message"]["text"], result["message"]["text"]
        for location in result["locations"]:
            physical = location["physicalLocation"]
            uri = physical["artifactLocation"]["uri"]
            assert re.fullmatch(r"[A-Za-z0-9._~/%:-]+", uri), uri
            assert uri.startswith("file:///") != ("uriBaseId" in physical["artifactLocation"])
            assert physical["region"]["startLine"] >= 1 and physical["region"]["startColumn"] >= 1


def found(log, folder):
    """findings as tuples: file relative to the town, line, rule, message"""
    for result in log["runs"][0]["results"]:
        if not result["locations"]:
            yield "", 0, result["ruleId"], result["message"]["text"]
            continue
        physical = result["locations"][0]["physicalLocation"]
        name = urllib.parse.unquote(physical["artifactLocation"]["uri"])
        inside = folder + "/"
        yield (name[len(inside):] if name.startswith(inside) else name), physical["region"]["startLine"], result["ruleId"], \
            result["message"]["text"]


def wanted(folder):
    with open(os.path.join(FIXTURE, folder, "expected"), encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                match = LINE.match(line.rstrip("\n"))
                assert match, f"{folder}/expected: {line!r} is not FILE:LINE: rule: words"
                yield match["file"], int(match["line"]), match["rule"], match["words"]


def compare(folder, log):
    """the differences between what is wanted and what was found, as lines"""
    left = list(found(log, folder))
    differences = []
    for file, line, rule, words in wanted(folder):
        hit = next((f for f in left if f[:3] == (file, line, rule) and words in f[3]), None)
        if hit:
            left.remove(hit)
        else:
            differences.append(f"missing: {file}:{line}: {rule}: {words}")
    return differences + [f"more:    {file}:{line}: {rule}: {text}" for file, line, rule, text in left]


def rule_words():
    with open(RULES, encoding="utf-8") as text:
        return re.findall(r'^\tX\([A-Z0-9_]+, "([a-z0-9-]+)", (?:ERROR|WARNING), ', text.read(), re.M)


def towns():
    return sorted(name for name in os.listdir(FIXTURE) if re.match(r"\d\d-", name))


def town_is_told(folder, hit):
    status, log = check(folder)
    see_shape(log)
    hit.update(result["ruleId"] for result in log["runs"][0]["results"])
    differences = compare(folder, log)
    assert not differences, "\n".join(differences)
    assert status == (1 if any(result["level"] == "error" for result in log["runs"][0]["results"]) else 0)


def sound_town_is_without_findings(hit):
    status, log = check("sound")
    see_shape(log)
    assert status == 0 and not log["runs"][0]["results"], log["runs"][0]["results"]


def every_rule_is_hit(hit):
    words = rule_words()
    assert len(words) > 90
    missing = [word for word in words if word not in hit and not word.startswith(ELSEWHERE)]
    assert not missing, f"no broken town breaks {' '.join(missing)}"
    idle = [word for word in words if word in hit and word.startswith(ELSEWHERE)]
    assert not idle, f"a broken town does break {' '.join(idle)}: take it off the list above"


def main():
    hit = set()
    tests = [("the sound town is without findings", lambda: sound_town_is_without_findings(hit))]
    tests += [(f"{name} is told as expected", lambda name=name: town_is_told(name, hit)) for name in towns()]
    tests += [("there are at least 60 broken towns", lambda: check_count()),
              ("every rule is broken by some town", lambda: every_rule_is_hit(hit))]
    failed = 0
    print(f"1..{len(tests)}")
    for number, (sentence, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {sentence}", flush=True)
        except Exception as problem:
            failed += 1
            print(f"not ok {number} - {sentence}", flush=True)
            print("# " + f"{problem}".replace("\n", "\n# "), flush=True)
    return 1 if failed else 0


def check_count():
    assert len(towns()) >= 60, f"only {len(towns())}"


if __name__ == "__main__":
    sys.exit(main())
