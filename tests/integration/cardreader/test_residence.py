#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A residence card over real pcscd: madoguchi-card, the locked-up madoguchi-cardd and madoguchi-card-picture together.

Run inside pcsc_world with --persona residence-card.yaml; argument: the folder of anchors that --trust-out wrote."""
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.environ["MESON_SOURCE_ROOT"], "tests", "support"))
import card_control  # noqa: E402
import tap  # noqa: E402

PROGRAM = os.path.join(os.environ["MESON_BUILD_ROOT"], "cardreader", "madoguchi-card")
ADDRESS = "長野県見本村大字例示１２３番地見本荘２０１号"
NUMBER = b"AA12345678BB\n"
TRUST = sys.argv[1]


def read(*more, number=NUMBER):
    argv = [PROGRAM, "read", "--json", "--auth", "card-number", "--secret-stdin", "--wait", "5", *more]
    done = subprocess.run(argv, input=number, capture_output=True, timeout=30)
    return done.returncode, json.loads(done.stdout)


def test_address():
    """the typed number opens the address; name, birth date and sex are not there as text"""
    exit_code, card = read()
    assert exit_code == 0, card
    assert card["kind"] == "residence-card" and card["address"] == ADDRESS, card
    assert not card.get("name") and not card.get("birth_date") and not card.get("sex"), card
    assert card["genuine"] == "not-checked"


def test_proof():
    """with the town's anchors the card verifies, after the lock-down of cardd"""
    exit_code, card = read("--trust", TRUST)
    assert exit_code == 0 and card["genuine"] == "verified", card


def test_unsigned_address():
    """a verified card lends its signature to no address: JSON, text and one line on stderr say so"""
    card = read("--trust", TRUST)[1]
    assert card["genuine"] == "verified" and card["proof"] == {"address": "not-checked"}, card
    argv = [PROGRAM, "read", "--auth", "card-number", "--secret-stdin", "--wait", "5"]
    done = subprocess.run([*argv, "--trust", TRUST], input=NUMBER, capture_output=True, timeout=30)
    assert f"address\t{ADDRESS}\tnot-checked\n" in done.stdout.decode(), done
    assert done.stderr.decode() == ("madoguchi-card: the address is not covered by the card's signature; "
                                    "compare it with the card\n"), done
    done = subprocess.run(argv, input=NUMBER, capture_output=True, timeout=30)
    assert done.returncode == 0 and done.stderr == b"", done


def test_small_letters():
    """a number typed in small letters is the same number"""
    exit_code, card = read(number=b"aa12345678bb\n")
    assert exit_code == 0 and card["address"] == ADDRESS, card


def test_images():
    """front and face come out as PNG"""
    with tempfile.TemporaryDirectory() as folder:
        exit_code, card = read("--want", "attributes,images", "--images", folder)
        assert exit_code == 0, card
        names = sorted(os.listdir(folder))
        assert names == ["face.png", "front.png"], names
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                assert file.read(8) == b"\x89PNG\r\n\x1a\n"


def test_images_all_or_none():
    """when one picture cannot be put in its place none is left, and the text that was read still comes"""
    for obstacle in ("face.png", ".face.png.new"):
        with tempfile.TemporaryDirectory() as folder:
            os.makedirs(os.path.join(folder, obstacle, "full"))
            exit_code, card = read("--images", folder)
            assert exit_code == 1 and card["error"] == "failed" and "pictures" in card["message"], card
            assert card["address"] == ADDRESS and "images" not in card, card
            assert os.listdir(folder) == [obstacle], os.listdir(folder)


def test_wrong_number():
    """another number is refused without a count of tries, as often as one likes"""
    for _ in range(3):
        exit_code, answer = read(number=b"AA12345678BC\n")
        assert exit_code == 20 and answer["error"] == "pin-incorrect", answer
        assert "tries_left" not in answer, answer
    exit_code, answer = read(number=b"12345678\n")
    assert exit_code == 23, answer
    assert read()[0] == 0


def test_poor_reader():
    """a reader without extended length gets the same, images and proof included, within the request's bound"""
    card_control.tell("no-extended on")
    try:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.monotonic()
            exit_code, card = read("--trust", TRUST, "--want", "attributes,images", "--images", folder)
            assert exit_code == 0 and card["genuine"] == "verified" and card["address"] == ADDRESS, card
            assert len(os.listdir(folder)) == 2
            print(f"# {(time.monotonic() - begun) * 1000:.0f} ms")
    finally:
        card_control.tell("heal")


def test_removed():
    """a card taken away while its image is read is told as removed, and nothing of it is told"""
    card_control.tell("remove after 10")
    exit_code, answer = read("--trust", TRUST)
    assert exit_code == 12, answer
    assert ADDRESS not in json.dumps(answer, ensure_ascii=False)
    card_control.tell("insert")
    assert read()[0] == 0


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
