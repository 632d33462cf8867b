#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""count.py BROKEN JUNIT... - adds up meson's JUnit files, names what failed or was skipped, ends with the closing line."""
import sys
import xml.etree.ElementTree as ElementTree


def add_up(path):
    """(passed, failed, skipped) of one file, printing the names of what did not pass"""
    passed, failed, skipped = 0, 0, 0
    for suite in ElementTree.parse(path).getroot().iter("testsuite"):
        for case in suite.iter("testcase"):
            name = f"{suite.get('name')} {case.get('name')}"
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
                print(f"failed: {name}")
            elif case.find("skipped") is not None:
                skipped += 1
                print(f"skipped: {name}")
            else:
                passed += 1
    return passed, failed, skipped


def main():
    passed, failed, skipped = 0, int(sys.argv[1]), 0
    for path in sys.argv[2:]:
        try:
            here = add_up(path)
        except (OSError, ElementTree.ParseError) as error:
            print(f"not run: {path}: {error}")
            failed += 1
            continue
        if sum(here) == 0:
            print(f"no test ran: {path}")
            failed += 1
        passed, failed, skipped = passed + here[0], failed + here[1], skipped + here[2]
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if failed == 0 and passed else 1


if __name__ == "__main__":
    sys.exit(main())
