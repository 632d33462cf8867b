# SPDX-License-Identifier: MIT
"""A script's tests as TAP: functions named test_*, whose docstring is the sentence."""
import sys
import traceback


def run(module):
    """runs every test_* of the module in the order written; exit status 1 when one failed"""
    tests = [f for name, f in vars(module).items() if name.startswith("test_") and callable(f)]
    print(f"1..{len(tests)}", flush=True)
    n_failed = 0
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {test.__doc__}", flush=True)
        except Exception:
            n_failed += 1
            print(f"not ok {number} - {test.__doc__}", flush=True)
            print("".join("# " + line + "\n" for line in traceback.format_exc().splitlines()), flush=True)
    sys.exit(1 if n_failed else 0)
