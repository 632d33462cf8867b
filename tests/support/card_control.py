#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Speaks to madoguchi-virtual-card's control socket: card_control.py COMMAND..., or import tell()."""
import os
import socket
import sys


def tell(command, path=None, timeout_s=40):
    """One command; returns the words behind "ok", raises on "error"."""
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(timeout_s)
        control.connect(path or os.environ["MADOGUCHI_CARD_CONTROL"])
        control.sendall((command + "\n").encode())
        answer = control.makefile().readline().strip()
    if answer != "ok" and not answer.startswith("ok "):
        raise RuntimeError(f"{command}: {answer}")
    return answer[3:]


if __name__ == "__main__":
    print(tell(" ".join(sys.argv[1:])))
