#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every subcommand of madoguchi-card with every kind of card, over pcscd. Run by tests/support/pcsc_world --no-card."""
import os
import re
import stat
import struct
import subprocess
import sys
import tempfile

SOURCE = os.environ["MESON_SOURCE_ROOT"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
from card_command import VirtualCard, command, persona_file, run_tests, sample  # noqa: E402

FOLDER = tempfile.mkdtemp(dir="/run")
TRUST = os.path.join(FOLDER, "trust")
CONFIG = os.path.join(os.environ["MESON_BUILD_ROOT"], "shared", "madoguchi-config")
TOWN = os.path.join(SOURCE, "shared", "templates", "municipalities", "209996-mihon")
PROCEDURE = "kaigo-nintei"  # marked in the base layer
B = "35022920339876"
PERSON = {"name": "見本　花子", "address": "長野県見本村大字例示１２３番地", "birth_date": "1960-02-29", "sex": "female"}
os.mkdir(TRUST, 0o700)
CARD = VirtualCard(trust_out=TRUST)


def lay(text):
    CARD.tell("swap " + persona_file(FOLDER, text))
    CARD.tell("heal")


def lay_tampered(what):
    lay(sample() + f"tamper: {what}\n")


def run(secret, *arguments, exit=0):
    done = command(*arguments, "--json", "--wait", "10", secret=secret)
    # keys are made when first asked for, and on a busy machine that may take longer than a card may
    if done.returncode == 15:
        done = command(*arguments, "--json", "--wait", "10", secret=secret)
    assert done.returncode == exit, (arguments, done)
    return done.answer


def apdus():
    words = CARD.tell("status").split()
    return int(words[words.index("apdus") + 1])


def images_folder(mode=0o700):
    folder = tempfile.mkdtemp(dir=FOLDER)
    os.chmod(folder, mode)
    return folder


def shape(png):
    with open(png, "rb") as file:
        head = file.read(24)
    assert head[:8] == b"\x89PNG\r\n\x1a\n", head
    return struct.unpack(">II", head[16:24])


def attributes_expiry_and_proof_by_pin():
    lay(sample())
    assert run("1234", "read", "--pin-stdin", "--want", "attributes,expiry", "--trust", TRUST) == {
        "kind": "my-number", **PERSON, "expires": "2033-04-12", "genuine": "verified",
        "proof": dict.fromkeys(PERSON, "verified")}


def the_counts_of_commands_hold():
    lay(sample())
    for arguments, n in ((["--spend-last-try"], 3), ([], 4), (["--want", "expiry"], 6)):
        before = apdus()
        run("1234", "read", "--pin-stdin", *arguments)
        assert apdus() - before == n, (arguments, apdus() - before)
    before = apdus()
    run("1234", "read", "--pin-stdin", "--trust", TRUST)
    assert apdus() - before <= 4 + 5, apdus() - before


def without_anchors_nothing_is_called_verified():
    lay(sample())
    empty = tempfile.mkdtemp(dir=FOLDER)
    assert run("1234", "read", "--pin-stdin")["genuine"] == "not-checked"
    assert run("1234", "read", "--pin-stdin", "--trust", empty)["genuine"] == "not-checked"


def every_broken_link_of_the_proof_is_failed_and_read_all_the_same():
    for what in ("hash", "signature", "certificate", "internal-key", "clone"):
        lay_tampered(what)
        answer = run("1234", "read", "--pin-stdin", "--trust", TRUST)
        assert (answer["genuine"], answer["name"]) == ("failed", PERSON["name"]), (what, answer)


def what_was_printed_on_the_card_opens_it_without_its_pin():
    lay(sample().replace('pin: "1234"', "pin_unusable: true"))
    assert run(B, "read", "--auth", "b", "--secret-stdin", "--trust", TRUST)["genuine"] == "verified"
    assert run("1234", "read", "--pin-stdin", exit=21)["error"] == "pin-blocked"
    answer = run(B[:-1] + "0", "read", "--auth", "b", "--secret-stdin", exit=20)
    assert (answer["error"], answer["tries_left"]) == ("pin-incorrect", 9), answer
    assert run(B[:-1], "read", "--auth", "b", "--secret-stdin", exit=23)["error"] == "pin-malformed"


def pictures_go_into_a_private_folder_whole():
    lay(sample())
    folder = images_folder()
    answer = run(B, "read", "--auth", "b", "--secret-stdin", "--want", "images", "--images", folder)
    assert sorted(answer["images"]) == sorted(os.listdir(folder)) == ["address.png", "face.png", "name.png"], answer
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        width, height = shape(path)
        assert width > 20 and height > 10, (name, width, height)


def pictures_do_not_go_where_others_may_look():
    lay(sample())
    before = apdus()
    for mode in (0o755, 0o701, 0o770):
        done = command("read", "--auth", "b", "--secret-stdin", "--images", images_folder(mode), secret=B)
        assert done.returncode == 1 and "0700" in done.stderr or "700" in done.stderr, done
    assert command("read", "--pin-stdin", "--images", os.path.join(FOLDER, "nowhere"), secret="1234").returncode == 1
    assert apdus() == before


def a_broken_folder_of_anchors_is_named():
    bad = tempfile.mkdtemp(dir=FOLDER)
    with open(os.path.join(bad, "0" * 32 + ".pem"), "w", encoding="ascii") as file:
        file.write("no key\n")
    for folder in (bad, os.path.join(FOLDER, "nowhere")):
        done = command("read", "--pin-stdin", "--trust", folder, secret="1234")
        assert done.returncode == 1 and folder in done.stderr, done


def a_licence_is_read_with_what_it_allows():
    lay(sample("licence"))
    answer = run("1234", "read", "--pin-stdin", "--want", "expiry")
    assert (answer["kind"], answer["expires"], answer["sex"]) == ("driver-licence", "2029-08-03", None), answer
    assert "〓" in answer["name"] and answer["licence"]["number"] in sample("licence"), answer
    assert answer["licence"]["categories"] and answer["licence"]["conditions"], answer
    assert run("9999", "read", "--pin-stdin", "--kind", "driver-licence", exit=20)["tries_left"] == 2


def a_licence_without_pin_needs_no_secret():
    lay(re.sub(r"(?m)^pin[12]:.*\n", "", sample("licence")))
    assert run("", "read", "--kind", "driver-licence")["kind"] == "driver-licence"
    lay(sample("licence"))
    refused = command("read", "--kind", "driver-licence", "--json", "--wait", "10")
    assert refused.returncode in (13, 20, 22, 23), refused


def a_residence_card_opens_by_its_number():
    lay(sample("residence-card"))
    folder = images_folder()
    answer = run("AA12345678BB", "read", "--auth", "card-number", "--secret-stdin", "--trust", TRUST, "--want", "images",
                 "--images", folder)
    assert (answer["kind"], answer["genuine"], answer["name"]) == ("residence-card", "verified", None), answer
    assert answer["address"].startswith("長野県見本村"), answer
    assert sorted(answer["images"]) == ["face.png", "front.png"], answer
    assert run("AA12345678BC", "read", "--auth", "card-number", "--secret-stdin", exit=20)["error"] == "pin-incorrect"
    assert run("AA1234567BBB", "read", "--auth", "card-number", "--secret-stdin", exit=23)["error"] == "pin-malformed"


def a_card_of_another_kind_is_refused_without_a_try():
    lay(sample())
    for kind, secret, auth in (("driver-licence", "1234", "pin"), ("residence-card", "AA12345678BB", "card-number")):
        assert run(secret, "read", "--kind", kind, "--auth", auth, "--secret-stdin", exit=13)["error"] == "card-unsupported"
    assert " pin 3" in " " + CARD.tell("status")


def the_card_answers_a_challenge_with_either_key():
    lay(sample())
    answer = run("1234", "prove", "--pin-stdin", "--trust", TRUST)
    assert answer["challenge_answered"] and answer["chain"] == "verified" and answer["in_date"], answer
    assert answer["revocation"] == "not-checked" and "name" not in answer, answer
    answer = run("MIHON1", "prove", "--secret-stdin", "--certificate", "sign", "--trust", TRUST)
    assert {key: answer[key] for key in PERSON} == PERSON and answer["substitute_characters"] is False, answer
    assert run("9999", "prove", "--pin-stdin", "--trust", TRUST, exit=20)["tries_left"] == 2


def a_certificate_out_of_date_is_not_genuine_and_a_strange_ca_says_nothing():
    lay(sample() + "certificates_expire: 2021-04-12\n")
    answer = run("1234", "prove", "--pin-stdin", "--trust", TRUST, exit=30)
    assert (answer["error"], answer["in_date"], answer["not_after"]) == ("not-genuine", False, "2021-04-12"), answer
    assert "message" in answer and "1234" not in str(answer), answer
    lay(sample())
    other = os.path.join(FOLDER, "other-trust")
    if not os.path.isdir(other):
        os.mkdir(other, 0o700)
        keys = os.path.join(FOLDER, "other-keys")
        os.mkdir(keys, 0o700)
        VirtualCard(port=35964, trust_out=other, keys=keys).close()
    assert run("1234", "prove", "--pin-stdin", "--trust", other)["chain"] == "not-checked"


def bundle(name, town=TOWN):
    """a signed bundle and its key's public half"""
    key, packed = os.path.join(FOLDER, name), os.path.join(FOLDER, name + ".mdg")
    if not os.path.exists(packed):
        subprocess.run([CONFIG, "keygen", "--output", key], check=True, capture_output=True)
        subprocess.run([CONFIG, "pack", town, "--key", key + ".key", "--output", packed], check=True, capture_output=True)
    return packed, key + ".pub"


def number(secret, procedure, config, key, exit):
    return run(secret, "number", "--secret-stdin", "--purpose", procedure, "--config", config, *(["--bundle-key", key] if key else []),
               exit=exit)


def the_number_comes_by_pin_or_by_itself_from_a_signed_and_marked_procedure():
    lay(sample())
    packed, key = bundle("town")
    assert number("1234", PROCEDURE, packed, key, 0) == {"number": "209996000010", "kind": "my-number", **PERSON}
    assert number("209996000010", PROCEDURE, packed, key, 0) == {"number": "209996000010", "kind": "my-number"}


def the_number_stays_on_the_card_without_a_permit():
    lay(sample())
    packed, key = bundle("town")
    _, other_key = bundle("other")
    torn = os.path.join(FOLDER, "torn.mdg")
    with open(packed, "rb") as whole, open(torn, "wb") as file:
        data = bytearray(whole.read())
        data[len(data) // 2] ^= 0xff
        file.write(data)
    with open(packed + ".minisig", "rb") as whole, open(torn + ".minisig", "wb") as file:
        file.write(whole.read())
    before = apdus()
    for procedure, config, with_key in (("juminhyo", packed, key), ("no-such", packed, key), (PROCEDURE, packed, None),
                                        (PROCEDURE, packed, other_key), (PROCEDURE, torn, key), (PROCEDURE, TOWN, key),
                                        (PROCEDURE, TOWN, None)):
        answer = number("1234", procedure, config, with_key, 31)
        assert answer["error"] == "not-permitted", (procedure, config, answer)
    assert number("12345", PROCEDURE, packed, key, 23)["error"] == "pin-malformed"
    assert apdus() == before


def wrong_usage_is_told_before_any_card_is_touched():
    lay(sample())
    before = apdus()
    for arguments in (("number", "--secret-stdin"), ("number", "--purpose", "x", "--config", TOWN), ("prove", "--secret-stdin"),
                      ("prove", "--trust", TRUST), ("read", "--auth", "b"), ("read", "--pin-stdin", "--auth", "b"),
                      ("read", "--pin-stdin", "--want", "everything"), ("read", "--pin-stdin", "--kind", "passport"),
                      ("tries", "--trust", TRUST), ("prove", "--pin-stdin", "--trust", TRUST, "--certificate", "both")):
        done = command(*arguments)
        assert done.returncode == 2 and "\nusage:" in done.stderr, (arguments, done)
    assert apdus() == before


TESTS = [attributes_expiry_and_proof_by_pin, the_counts_of_commands_hold, without_anchors_nothing_is_called_verified,
         every_broken_link_of_the_proof_is_failed_and_read_all_the_same,
         what_was_printed_on_the_card_opens_it_without_its_pin, pictures_go_into_a_private_folder_whole,
         pictures_do_not_go_where_others_may_look, a_broken_folder_of_anchors_is_named,
         a_licence_is_read_with_what_it_allows, a_licence_without_pin_needs_no_secret,
         a_residence_card_opens_by_its_number, a_card_of_another_kind_is_refused_without_a_try,
         the_card_answers_a_challenge_with_either_key, a_certificate_out_of_date_is_not_genuine_and_a_strange_ca_says_nothing,
         the_number_comes_by_pin_or_by_itself_from_a_signed_and_marked_procedure,
         the_number_stays_on_the_card_without_a_permit, wrong_usage_is_told_before_any_card_is_touched]

if __name__ == "__main__":
    status = run_tests(TESTS)
    CARD.close()
    sys.exit(status)
