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


def tell_second(command, timeout_s=40):
    """The same to the card in the second reader."""
    return tell(command, os.environ["MADOGUCHI_CARD_CONTROL_2"], timeout_s)


def tell_world(command, timeout_s=40):
    """pcscd itself: "pcscd stop", "pcscd start", "pcscd no-reader", "pcscd reader", "status"."""
    return tell(command, os.environ["MADOGUCHI_WORLD_CONTROL"], timeout_s)


def verifies(card_status):
    """How often each PIN object was sent something since the insertion, by its word."""
    words = card_status.split()
    return {word[7:]: int(words[i + 1]) for i, word in enumerate(words) if word.startswith("verify-")}


if __name__ == "__main__":
    print(tell(" ".join(sys.argv[1:])))
