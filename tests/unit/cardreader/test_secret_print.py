#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What would print a secret does not compile. Each line below goes through the project's own compiler with the flags of
its own sources; the first one, which prints nothing secret, must pass, so that no other mistake fails the rest."""
import json
import os
import re
import shlex
import subprocess
import sys

BUILD, SOURCE = os.environ["MESON_BUILD_ROOT"], os.environ["MESON_SOURCE_ROOT"]
FRAME = """#include <stdio.h>
#include "shared/base/fault.h"
#include "shared/base/buf.h"
#include "shared/base/secret.h"
#include "shared/log/log.h"
int probe(struct secret *pin, char *text, struct buf *buf);
int probe(struct secret *pin, char *text, struct buf *buf) { %s; return 0; }
"""
ALLOWED = 'printf("%zu\\n", secret_length(pin))'
FORBIDDEN = {
    "its bytes as a text": 'printf("%s", secret_bytes(pin))',
    "itself as a text": 'printf("%s", pin)',
    "a part of its bytes": 'printf("%.4s", secret_bytes(pin))',
    "its inner bytes": 'printf("%s", pin->bytes)',
    "its first digit": 'printf("%c", secret_bytes(pin)[0])',
    "its bytes on stderr": 'fprintf(stderr, "PIN %s\\n", secret_bytes(pin))',
    "its bytes into a text": 'snprintf(text, 10, "%s", secret_bytes(pin))',
    "its bytes into a buffer": '(void)!buf_addf(buf, "%s", secret_bytes(pin))',
    "a copy of the whole": "struct secret copy = *pin",
}


def compiler():
    with open(os.path.join(BUILD, "compile_commands.json"), encoding="utf-8") as file:
        command = next(c["command"] for c in json.load(file) if c["file"].endswith("cardreader/client_request.c"))
    words = [w for w in shlex.split(command) if not re.match(r"-(M[DQFG]*|o|c)$|.*\.(o|d|c)$", w)]
    # as every build of ours is checked: with -Dwerror=true; without the fortified printf, whose macro form hides the
    # format from clang (gcc sees it either way)
    return words + ["-Werror", "-U_FORTIFY_SOURCE", "-I", SOURCE, "-fsyntax-only", "-x", "c", "-"]


def compiles(statement):
    done = subprocess.run(compiler(), input=FRAME % statement, capture_output=True, text=True, cwd=BUILD, timeout=60)
    return done.returncode == 0, done.stderr


def main():
    print(f"1..{1 + len(FORBIDDEN)}")
    passed, why = compiles(ALLOWED)
    print(f"{'ok' if passed else 'not ok'} 1 - a secret's length may be printed")
    failed = not passed
    print("".join(f"# {line}\n" for line in why.splitlines()) if failed else "", end="")
    for n, (what, statement) in enumerate(FORBIDDEN.items(), 2):
        passed, _ = compiles(statement)
        failed |= passed
        print(f"{'not ok' if passed else 'ok'} {n} - {what} cannot be printed")
    return 1 if failed else 0


sys.exit(main())
