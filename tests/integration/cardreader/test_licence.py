#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Licences through a locked-up cardd and real pcscd: whoever moved, and マイナ免許証. Run by tests/support/pcsc_world
--no-card."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["MESON_SOURCE_ROOT"], "tests", "support"))
from card_command import VirtualCard, command, persona_file, run_tests, sample  # noqa: E402

FOLDER = tempfile.mkdtemp(dir="/run")
CARD = VirtualCard()
ABOARD = """licence: {number: "209996000026", issued: 2025-04-01, expires: 2030-03-29, colour: 優良,
  conditions: [眼鏡等], categories: {普通: 1985-04-01, 準中型: 1985-04-01}, pin: "5678"}
"""


def lay(text):
    CARD.tell("swap " + persona_file(FOLDER, text))


def read(pin, *more, exit=0):
    done = command("read", "--pin-stdin", "--json", "--wait", "10", "--kind", "driver-licence", *more, secret=pin)
    assert done.returncode == exit, done
    return done.answer


def jis(text):
    return bytes(byte & 0x7F for byte in text.encode("euc-jp"))


def entry(tag, date, text):
    value = b"\x13" + b"".join(b"\x23" + digit.encode() for digit in date) + jis(text) + jis("長野県公委")
    return bytes([tag, len(value)]) + value


def changes(*entries):
    data = b"\x50\x01\x01" + b"".join(entries)
    return f'files: {{"df1/0004": {(data + bytes([0xFF]) * (640 - len(data))).hex()}}}\n'


def whoever_moved_and_married_is_read_as_of_today():
    lay(sample("licence") + changes(entry(0x60, "5070401", "架空　次郎"), entry(0x70, "5050401", "長野県見本村字新町１番地"),
                                    entry(0x71, "5070401", "長野県見本村字北町２番地")))
    answer = read("1234")
    assert (answer["name"], answer["address"]) == ("架空　次郎", "長野県見本村字北町２番地"), answer


def an_old_address_is_never_shown_as_the_present_one():
    moved = entry(0x70, "5070401", "長野県見本村字北町２番地")
    lay(sample("licence") + changes(moved[:10] + b"\x00" + moved[11:]))
    answer = read("1234")
    assert (answer["name"], answer["address"], answer["birth_date"]) == (None, None, "1985-07-03"), answer


def a_my_number_card_tells_its_licence_to_who_asks_for_it():
    lay(sample() + ABOARD)
    answer = read("5678")
    assert answer["kind"] == "my-number" and answer["name"] is None and answer["expires"] == "2030-03-29", answer
    assert answer["licence"] == {"number": "209996000026", "colour": "優良", "conditions": ["眼鏡等"],
                                 "categories": ["普通", "準中型"]}, answer
    assert read("0000", exit=20)["tries_left"] == 9
    done = command("read", "--pin-stdin", "--json", "--wait", "10", secret="1234")
    assert done.answer["kind"] == "my-number" and done.answer["name"] == "見本　花子", done


def the_holder_of_a_my_number_licence_is_shown_to_who_wants_pictures():
    lay(sample() + ABOARD)
    folder = tempfile.mkdtemp(dir=FOLDER)
    assert sorted(read("5678", "--want", "images", "--images", folder)["images"]) == ["face.png"]


TESTS = [whoever_moved_and_married_is_read_as_of_today, an_old_address_is_never_shown_as_the_present_one,
         a_my_number_card_tells_its_licence_to_who_asks_for_it,
         the_holder_of_a_my_number_licence_is_shown_to_who_wants_pictures]

if __name__ == "__main__":
    status = run_tests(TESTS)
    CARD.close()
    sys.exit(status)
