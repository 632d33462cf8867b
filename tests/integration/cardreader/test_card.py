#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""madoguchi-card and OpenSC with the virtual card through pcscd. Run by tests/support/pcsc_world."""
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.environ["MESON_SOURCE_ROOT"], "tests", "support"))
from card_control import tell  # noqa: E402

CARD = os.path.join(os.environ["MESON_BUILD_ROOT"], "cardreader", "madoguchi-card")
PERSONA = """name: {name}
address: {address}
birth_date: {birth_date}
sex: {sex}
number: "209996000010"
pin: "1234"
expires: 2033-04-12
security_code: "9876"
tries: {{pin: {pin_tries}, a: 10, b: 10}}
{files}
"""
APDUS_OF_A_READING = 4


def card(*arguments, pin=None, environment=None):
    began = time.monotonic()
    done = subprocess.run([CARD, *arguments], input=(pin or "") + "\n", capture_output=True, text=True, timeout=60,
                          env={**os.environ, **(environment or {})})
    done.seconds = time.monotonic() - began
    return done


def read(pin="1234", *more, wait="10"):
    done = card("read", "--pin-stdin", "--json", "--wait", wait, *more, pin=pin)
    assert done.stderr == "", done.stderr
    answer = json.loads(done.stdout)
    answer["exit"], answer["seconds"] = done.returncode, done.seconds
    return answer


def swap(name="見本　花子", address="長野県見本村大字例示１２３番地", birth_date="1960-02-29", sex="female",
         pin_tries=3, files=""):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as persona:
        persona.write(PERSONA.format(**locals()))
        persona.flush()
        tell("swap " + persona.name)


def take_away():
    """Removes the card and waits until pcscd, which looks every 400 ms, has seen it."""
    tell("remove")
    deadline = time.monotonic() + 10
    while any(r["card"] for r in json.loads(card("readers", "--json").stdout)["readers"]):
        assert time.monotonic() < deadline


def status(word):
    words = tell("status").split()
    return int(words[words.index(word) + 1])


def readers_lists_the_reader_and_its_card():
    deadline = time.monotonic() + 10
    while True:
        readers = json.loads(card("readers", "--json").stdout)["readers"]
        if any(r["card"] for r in readers) or time.monotonic() > deadline:
            break
    assert [r["name"] for r in readers if r["card"]] == ["Virtual PCD 00 00"], readers


def read_gives_the_four_attributes_in_four_commands():
    swap()
    answer = read()
    assert answer == {"kind": "my-number", "name": "見本　花子", "address": "長野県見本村大字例示１２３番地",
                      "birth_date": "1960-02-29", "sex": "female", "expires": None, "genuine": "not-checked",
                      "proof": dict.fromkeys(("name", "address", "birth_date", "sex"), "not-checked"),
                      "exit": 0, "seconds": answer["seconds"]}, answer
    assert status("apdus") == APDUS_OF_A_READING


def rare_people_come_through_unchanged():
    for name, address, birth_date, sex in (
            ("𠮷田　葛󠄀", "見本県見本村" + "大字長" * 40, "1950-00-00", "other"),
            ("MIHON TARO", "見本県見本村１", "0000-00-00", "unknown")):
        swap(name=name, address=address, birth_date=birth_date, sex=sex)
        answer = read()
        assert (answer["name"], answer["address"], answer["birth_date"], answer["sex"]) == (
            name, address, birth_date, sex), answer


def tries_are_told_and_not_spent():
    swap(pin_tries=2)
    for _ in range(3):
        done = card("tries", "--json", "--wait", "10")
        assert json.loads(done.stdout) == {"pin": 2, "a": 10, "b": 10, "jpki_auth": 3, "jpki_sign": 5}, done.stdout


def wrong_pin_counts_down_and_the_last_try_is_kept():
    swap()
    for left in (2, 1):
        answer = read("9999")
        assert (answer["exit"], answer["error"], answer["tries_left"]) == (20, "pin-incorrect", left), answer
    answer = read("9999")
    assert (answer["exit"], answer["error"], answer["tries_left"]) == (22, "last-try", 1), answer
    assert status("pin") == 1
    assert read("1234", "--spend-last-try")["exit"] == 0
    assert status("pin") == 3


def blocked_pin_is_told_without_another_verify():
    swap(pin_tries=0)
    answer = read()
    assert (answer["exit"], answer["error"], answer["tries_left"]) == (21, "pin-blocked", 0), answer


def malformed_pin_never_reaches_the_card():
    swap()
    for pin in ("123", "12345", "abcd", "", "1" * 100):
        assert read(pin)["exit"] == 23
    assert status("apdus") == 0


def card_removed_at_any_command_is_told_and_the_next_card_works():
    for n in range(APDUS_OF_A_READING):
        swap()
        tell(f"remove after {n}")
        answer = read()
        assert (answer["exit"], answer["error"]) == (12, "card-removed"), (n, answer)
        tell("insert")
        assert read()["exit"] == 0, n


def foreign_and_malformed_cards_are_told_apart():
    swap()
    assert read()["exit"] == 0
    tell("answer 6A82")
    assert (read()["exit"]) == 13
    for record in ("FF205CDF2108", "FF2080DF2203414243", "30820100", "FF2002DF22", "FF208210005100"):
        swap(files='files: {"0002": "%s"}' % record)
        assert read()["exit"] == 14, record


def no_card_is_told_after_the_wait():
    swap()
    read()
    take_away()
    answer = read(wait="1")
    assert (answer["exit"], answer["error"]) == (11, "no-card"), answer
    assert 0.9 < answer["seconds"] < 3, answer
    tell("insert")


def a_card_placed_while_waiting_is_read():
    swap()
    read()
    take_away()
    waiting = subprocess.Popen([CARD, "read", "--pin-stdin", "--json", "--wait", "20"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    waiting.stdin.write("1234\n")
    waiting.stdin.close()
    tell("insert")
    answer = json.loads(waiting.stdout.read())
    assert answer.get("name") == "見本　花子", answer
    assert waiting.wait() == 0


def a_card_that_hangs_is_given_up_in_time_and_the_next_one_works():
    swap()
    assert read()["exit"] == 0
    tell("stall 30000")
    answer = read()
    assert (answer["exit"], answer["error"]) == (15, "service-unavailable"), answer
    assert 2.5 < answer["seconds"] < 5, answer
    tell("remove")
    tell("insert")
    answer = read()
    assert answer["exit"] == 0 and answer["seconds"] < 5, answer


def without_pcscd_the_service_is_told_missing():
    done = card("read", "--pin-stdin", "--json", pin="1234", environment={"PCSCLITE_CSOCK_NAME": "/nowhere"})
    assert (done.returncode, json.loads(done.stdout)["error"]) == (15, "service-unavailable"), done


def nothing_personal_is_printed_in_a_failure():
    swap()
    for done in (card("read", "--pin-stdin", "--wait", "10", pin="9876"), card("read", "--pin-stdin", pin="98765")):
        assert done.returncode in (20, 23) and "987" not in done.stdout + done.stderr, done
        assert done.stderr.count("\n") == 1, done


def wrong_usage_is_2_with_the_right_one():
    for arguments in ((), ("read",), ("tries", "--pin-stdin"), ("read", "--pin-stdin", "--wait", "x"), ("reed",),
                      ("read", "--auth", "sight", "--secret-stdin")):
        done = card(*arguments)
        assert done.returncode == 2 and "\nusage:" in done.stderr, (arguments, done)
    assert card("--help").returncode == 0 and card("--version").stdout.startswith("madoguchi-card ")


def the_wrong_word_is_named_first():
    for arguments, first in (
            (("read", "--pin-stdin", "--wait", "x"), "--wait x: this value is not understood"),
            (("reed",), "reed: no such command"), (("read", "--colour"), "--colour: no such option, or not in this way"),
            (("tries", "--pin-stdin"), "--pin-stdin: tries does not take it"), (("read", "--wait"), "--wait: its value is missing"),
            (("read", "--pin-stdin", "1234"), "read: nothing may follow it; a secret comes on standard input")):
        done = card(*arguments)
        assert done.returncode == 2 and done.stderr.splitlines()[0] == "madoguchi-card: " + first, done
        done = card("--json", *arguments)
        assert done.returncode == 2 and json.loads(done.stdout) == {"error": "failed", "message": first}, done


def every_failure_is_one_json_object():
    swap()
    assert read()["exit"] == 0
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        os.mkfifo(os.path.join(folder, "pipe.crt"))
        for more in (("--trust", folder), ("--images", folder), ("--images", "/etc/none"), ("--trust", folder + "/none"),
                     ("--record", folder + "/none/trace")):
            done = card("read", "--pin-stdin", "--json", "--wait", "5", *more, pin="1234")
            answer = json.loads(done.stdout)
            assert done.returncode == 1 and answer["error"] == "failed" and more[1] in answer["message"], (more, done)
    done = subprocess.run(["sh", "-c", 'exec "$0" read --pin-stdin --json <&-', CARD], capture_output=True, text=True,
                          check=False, timeout=60)
    answer = json.loads(done.stdout)
    assert done.returncode == 1 and answer["error"] == "failed" and "standard input" in answer["message"], done
    done = card("read", "--pin-stdin", "--json", "--reader", "nosuch", pin="1234")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["error"]) == (10, "no-reader"), done
    assert '"nosuch"' in answer["message"] and '"Virtual PCD 00 00"' in answer["message"], answer


def output_that_is_lost_is_a_failure():
    swap()
    assert read()["exit"] == 0
    for arguments in ("read --pin-stdin --wait 5", "read --pin-stdin --wait 5 --json", "readers", "readers --json",
                      "tries --wait 5", "tries --wait 5 --json", "--help", "--version"):
        for where in (">/dev/full", ">&-"):
            done = subprocess.run(["sh", "-c", f'exec "$0" {arguments} {where}', CARD], input="1234\n", capture_output=True,
                                  text=True, check=False, timeout=60)
            assert done.returncode == 1 and "output could not be written" in done.stderr, (arguments, where, done)


def whoever_wants_pictures_and_gets_none_is_told_why():
    swap()
    assert read()["exit"] == 0
    with tempfile.TemporaryDirectory() as folder:
        for more, why in ((("--want", "images"), "--images DIR"), (("--images", folder), "--auth b")):
            done = card("read", "--pin-stdin", "--json", "--wait", "5", *more, pin="1234")
            assert done.returncode == 0 and json.loads(done.stdout)["name"], done
            assert done.stderr.count("\n") == 1 and "no pictures: " in done.stderr and why in done.stderr, done


def opensc_sees_the_card_and_lists_its_certificates():
    swap()
    read()
    assert subprocess.run(["opensc-tool", "-a"], capture_output=True, text=True,
                          check=True, timeout=30).stdout.strip() == "3b:e0:00:ff:81:31:fe:45:14"
    assert subprocess.run(["opensc-tool", "-n"], capture_output=True, text=True, check=True, timeout=30).stdout.strip() == "jpki"
    listed = subprocess.run(["pkcs15-tool", "--list-certificates"], capture_output=True, text=True, check=True, timeout=30).stdout
    for name in ("User Authentication Certificate]", "Digital Signature Certificate]",
                 "User Authentication Certificate CA]", "Digital Signature Certificate CA]"):
        assert name in listed, listed


def opensc_signs_with_the_pin_and_openssl_agrees():
    with tempfile.TemporaryDirectory() as where:
        certificate, text, signature = (os.path.join(where, n) for n in ("certificate", "text", "signature"))
        with open(text, "w", encoding="utf-8") as file:
            file.write("見本")
        subprocess.run(["pkcs15-tool", "--read-certificate", "1", "--output", certificate], check=True,
                       capture_output=True)
        subprocess.run(["pkcs11-tool", "--slot-index", "0", "--login", "--pin", "1234", "--sign", "-m",
                        "SHA256-RSA-PKCS", "--id", "1", "-i", text, "-o", signature], check=True, capture_output=True)
        key = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-pubkey"], check=True,
                             capture_output=True).stdout
        with open(certificate, "wb") as file:
            file.write(key)
        done = subprocess.run(["openssl", "dgst", "-sha256", "-verify", certificate, "-signature", signature, text],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, done


TESTS = [readers_lists_the_reader_and_its_card, read_gives_the_four_attributes_in_four_commands,
         rare_people_come_through_unchanged, tries_are_told_and_not_spent,
         wrong_pin_counts_down_and_the_last_try_is_kept, blocked_pin_is_told_without_another_verify,
         malformed_pin_never_reaches_the_card, card_removed_at_any_command_is_told_and_the_next_card_works,
         foreign_and_malformed_cards_are_told_apart, no_card_is_told_after_the_wait, a_card_placed_while_waiting_is_read,
         a_card_that_hangs_is_given_up_in_time_and_the_next_one_works, without_pcscd_the_service_is_told_missing,
         nothing_personal_is_printed_in_a_failure, wrong_usage_is_2_with_the_right_one,
         the_wrong_word_is_named_first, every_failure_is_one_json_object, output_that_is_lost_is_a_failure,
         whoever_wants_pictures_and_gets_none_is_told_why,
         opensc_sees_the_card_and_lists_its_certificates, opensc_signs_with_the_pin_and_openssl_agrees]


def main():
    print(f"1..{len(TESTS)}")
    failed = 0
    for i, test in enumerate(TESTS, 1):
        try:
            test()
            print(f"ok {i} - {test.__name__}", flush=True)
        except Exception as why:  # every test is run, whatever one of them meets
            failed += 1
            print(f"not ok {i} - {test.__name__}\n# {type(why).__name__}: {why}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
