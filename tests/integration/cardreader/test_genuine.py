#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What a My Number card proves through pcscd and a cardd that has locked itself up: genuine, forged, copied, unknown; its
drawn pictures; its JPKI keys. Run by virtual_world, whose $TRUST holds the anchors of the card in the first reader."""
import json
import os
import re
import subprocess
import sys
import tempfile

SOURCE = os.environ["MESON_SOURCE_ROOT"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
import tap  # noqa: E402
from card_control import tell, verifies  # noqa: E402

CARD = os.path.join(os.environ["MESON_BUILD_ROOT"], "cardreader", "madoguchi-card")
READER = "Virtual PCD 00 00"
TRUST = os.environ["TRUST"]
B = "35022920339876"
LINKS = ("hash", "signature", "certificate", "internal-key", "clone")
with open(os.path.join(SOURCE, "cardreader", "virtual", "personas", "mihon-hanako.yaml"), encoding="utf-8") as sample:
    SAMPLE = sample.read()


def swap(more=""):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as persona:
        persona.write(SAMPLE + more + "\n")
        persona.flush()
        tell("swap " + persona.name)


def card(command, secret, *arguments, trust=TRUST):
    done = subprocess.run([CARD, command, "--reader", READER, "--secret-stdin", "--wait", "15", "--json",
                           *(["--trust", trust] if trust else []), *arguments], input=secret + "\n", capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.stdout, done.stderr
    answer = json.loads(done.stdout)
    answer["exit"] = done.returncode
    return answer


def read(secret="1234", *arguments, trust=TRUST):
    answer = card("read", secret, *arguments, trust=trust)
    assert answer["exit"] == 0 and answer["name"] == "見本　花子", answer
    return answer


def commands():
    return int(re.search(r"apdus (\d+)", tell("status"))[1])


def test_a_genuine_card_is_verified_with_at_most_five_more_commands():
    """a genuine card is verified with the town's anchors, not-checked without, four commands more"""
    swap()
    assert read(trust=None)["genuine"] == "not-checked"
    plain = commands()
    swap()
    answer = read()
    assert answer["genuine"] == "verified", answer
    assert answer["proof"] == dict.fromkeys(("name", "address", "birth_date", "sex"), "verified"), answer
    assert (plain, commands()) == (4, 8)


def test_anchors_of_others_leave_a_card_unchecked():
    """with an empty folder, or only another issuer's key, nothing is verified"""
    swap()
    with tempfile.TemporaryDirectory() as other:
        assert read(trust=other)["genuine"] == "not-checked"
        with open(os.path.join(TRUST, sorted(n for n in os.listdir(TRUST) if n.endswith(".pem"))[0]), encoding="ascii") as key:
            pem = key.read()
        with open(os.path.join(other, "00" * 16 + ".pem"), "w", encoding="ascii") as anchor:
            anchor.write(pem)
        assert read(trust=other)["genuine"] == "not-checked"


def test_every_broken_link_is_failed_and_the_values_still_come():
    """hash, signature, certificate, internal key, copy on another chip: each is failed, and the visit can go on"""
    for link in LINKS:
        swap("tamper: " + link)
        assert read()["genuine"] == "failed", link


def test_a_link_broken_inside_the_card_needs_no_anchor_to_be_seen():
    """without anchors only the issuer's own signature goes unseen"""
    with tempfile.TemporaryDirectory() as empty:
        for link in LINKS:
            swap("tamper: " + link)
            genuine = read(trust=empty)["genuine"]
            assert genuine == "failed" or (link == "certificate" and genuine == "not-checked"), (link, genuine)


def test_the_drawn_card_comes_by_b_and_is_proven_with_it():
    """照合番号B opens the pictures with one VERIFY more, and they are proven too"""
    swap()
    with tempfile.TemporaryDirectory() as images:
        answer = read(B, "--auth", "b", "--want", "attributes,images,expiry", "--images", images)
        assert answer["genuine"] == "verified" and answer["expires"] == "2033-04-12", answer
        assert sorted(os.listdir(images)) == ["address.png", "face.png", "name.png"]
        spent = verifies(tell("status"))
        assert sorted(spent.values()) == [1, 1] and len(spent) == 2, spent


def test_a_reader_without_extended_length_proves_as_well():
    """256 bytes at a time, on T=0 and with short answers: the same proof"""
    for habit in ("no-extended on", "t0 on", "short-answers 120"):
        swap()
        tell(habit)
        with tempfile.TemporaryDirectory() as images:
            answer = read(B, "--auth", "b", "--want", "attributes,images", "--images", images)
            assert answer["genuine"] == "verified" and len(os.listdir(images)) == 3, (habit, answer)
        tell("heal")


def test_a_card_that_goes_on_for_ever_loses_its_pictures_only():
    """200 commands are the end: the attributes stay, proven; the drawn card is left out"""
    swap()
    tell("short-answers 60")
    with tempfile.TemporaryDirectory() as images:
        answer = read(B, "--auth", "b", "--want", "attributes,images", "--images", images)
        assert answer["genuine"] == "verified" and not os.listdir(images), answer
    assert commands() == 200
    tell("heal")


def test_jpki_keys_answer_a_challenge():
    """both JPKI keys sign the challenge, their chains hold, the signing certificate tells the attributes"""
    swap()
    for certificate, secret in (("auth", "1234"), ("sign", "mihon1")):
        answer = card("prove", secret, "--certificate", certificate)
        assert (answer["exit"], answer["challenge_answered"], answer["chain"], answer["in_date"]) == (0, True, "verified", True)
        assert answer["revocation"] == "not-checked"
    assert (answer["name"], answer["birth_date"], answer["sex"]) == ("見本　花子", "1960-02-29", "female"), answer
    with tempfile.TemporaryDirectory() as empty:
        assert card("prove", "1234", trust=empty)["chain"] == "not-checked"


def test_a_certificate_out_of_date_proves_nothing():
    """a certificate whose last day has passed ends with not-genuine"""
    swap("certificates_expire: 2024-03-31")
    answer = card("prove", "1234")
    assert answer["exit"] == 30 and answer["error"] == "not-genuine", answer


def test_jpki_pins_are_kept_like_all_others():
    """a wrong signing PIN costs one try, a malformed one none"""
    swap()
    answer = card("prove", "WRONG1", "--certificate", "sign")
    assert (answer["exit"], answer["tries_left"]) == (20, 4), answer
    assert card("prove", "short", "--certificate", "sign")["exit"] == 23
    assert sum(verifies(tell("status")).values()) == 1


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
