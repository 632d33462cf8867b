#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The virtual reader's world through pcscd: two readers, pcscd stopped and started, the reader unplugged, another program
holding the card, keys that last. Run by tests/support/pcsc_world with a second card (driver's licence) and --trust-out."""
import os
import re
import subprocess
import sys
import tempfile
import time

SOURCE = os.environ["MESON_SOURCE_ROOT"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
import tap  # noqa: E402
from card_control import tell, tell_second, tell_world, verifies  # noqa: E402

PERSONAS = os.path.join(SOURCE, "cardreader", "virtual", "personas")
CARD = os.path.join(os.environ["MESON_BUILD_ROOT"], "cardreader", "madoguchi-virtual-card")
HOLD = os.path.join(SOURCE, "tests", "support", "hold_card.py")
SELECT_TEXT = "00A4040C0AD3921000310001010408"


def run(*argv, good=True):
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert not good or done.returncode == 0, done
    return done


def readers():
    """{number: has a card} of what pcscd tells"""
    return {int(m[1]): m[2] == "Yes" for m in re.finditer(r"^(\d+)\s+(Yes|No)", run("opensc-tool", "-l", good=False).stdout, re.M)}


def until(wanted):
    deadline = time.monotonic() + 10
    while readers() != wanted:
        assert time.monotonic() < deadline, readers()


def apdu(command, reader=0):
    """status word and data of one command on a fresh connection"""
    said = run("opensc-tool", "-c", "default", "-r", str(reader), "-s", command, good=False).stdout
    status = re.search(r"SW1=0x(..), SW2=0x(..)", said)
    return (status[1] + status[2] if status else None), "".join(re.findall(r"^((?:[0-9A-F]{2} )+)", said, re.M)).replace(" ", "")


def test_two_readers_hold_two_kinds_of_card():
    """the second one is a driver's licence with PIN"""
    until({0: True, 1: True})
    assert apdu(SELECT_TEXT)[0] == "9000" and apdu(SELECT_TEXT, 1)[0] == "6A82"
    assert apdu("00B08A0003", 1) == ("9000", "050101")
    tell_second("remove")
    until({0: True, 1: False})
    tell_second("swap " + os.path.join(PERSONAS, "residence-card.yaml"))
    tell_second("insert")
    until({0: True, 1: True})
    assert apdu("00B08A0003", 1) == ("9000", "C10131")


def test_pcscd_stops_and_starts_and_the_reader_is_unplugged_and_plugged():
    """what programs see follows each step"""
    assert tell_world("status") == "reader"
    tell_world("pcscd stop")
    assert tell_world("status") == "stopped"
    assert not readers()
    tell_world("pcscd no-reader")
    assert not readers()
    tell_world("pcscd reader")
    tell("insert")
    tell_second("insert")
    until({0: True, 1: True})
    assert apdu(SELECT_TEXT)[0] == "9000"


def test_a_new_card_is_seen_and_proves_at_once():
    """whose keys nobody has made before: no command of the card waits for them, and the program's first look finds the card"""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [os.path.join(SOURCE, "cardreader/virtual/virtual-reader"), "--programs", os.path.dirname(CARD), "--keys", folder + "/keys",
             "--trust-out", folder + "/trust", "--control", folder + "/card.sock", "--world", folder + "/world.sock", "--", sys.executable, "-c", f"""
import subprocess, time
start = time.monotonic()
done = subprocess.run([{os.path.join(os.path.dirname(CARD), "madoguchi-card")!r}, "prove", "--secret-stdin", "--trust",
                       {folder + "/trust"!r}, "--json"], input="1234\\n", capture_output=True, text=True)
print(done.returncode, round(time.monotonic() - start, 2), done.stdout, done.stderr)
"""], capture_output=True, text=True, timeout=90, check=True)
    code, seconds, said = done.stdout.split(" ", 2)
    assert code == "0" and '"chain":"verified"' in said, done
    assert float(seconds) < 1.5, done  # 0.05 s on an idle machine; making one key takes longer than the rest


def test_heal_undoes_what_is_still_to_come():
    """a removal that waits for its command, and an answer held back"""
    tell("swap " + os.path.join(PERSONAS, "mihon-hanako.yaml"))
    until({0: True, 1: readers()[1]})
    tell("remove after 0")
    tell("answer 6F00 always")
    tell("heal")
    assert apdu(SELECT_TEXT)[0] == "9000"
    assert tell("status").startswith("inserted")
    tell("stall 60000")
    waiting = subprocess.Popen(["opensc-tool", "-c", "default", "-r", "0", "-s", SELECT_TEXT], stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 10
    counted = re.search(r"apdus (\d+)", tell("status"))[1]
    while re.search(r"apdus (\d+)", tell("status"))[1] == counted:
        assert time.monotonic() < deadline, tell("status")
        time.sleep(0.05)
    tell("heal")
    assert "SW1=0x90" in waiting.communicate(timeout=10)[0]


def test_another_program_can_hold_the_card():
    """and lets it go"""
    holder = subprocess.Popen([HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    assert "in use" in run("opensc-tool", "-r", "0", "-s", SELECT_TEXT, good=False).stderr
    holder.communicate("")
    assert apdu(SELECT_TEXT)[0] == "9000"


def test_faults_are_set_and_healed_over_the_control_socket():
    """no-extended, t0, blocked-sw, short-answers, garbage, repeated answers"""
    tell("swap " + os.path.join(PERSONAS, "pin-blocked.yaml"))
    until({0: True, 1: True})
    tell("answer 6A82 always")
    assert [apdu(SELECT_TEXT)[0] for _ in range(3)] == ["6A82"] * 3
    tell("answer off")
    assert apdu(SELECT_TEXT)[0] == "9000"
    blocked = ("-s", SELECT_TEXT, "-s", "002000910431323334")
    assert "SW1=0x69, SW2=0x84" in run("opensc-tool", "-r", "0", *blocked).stdout
    tell("blocked-sw 6983")
    assert "SW1=0x69, SW2=0x83" in run("opensc-tool", "-r", "0", *blocked).stdout
    assert verifies(tell("status")) == {"pin": 2}
    tell("garbage 7")
    assert {apdu("00200091")[0] for _ in range(5)} != {"63C0"}
    tell("heal")
    assert apdu(SELECT_TEXT)[0] == "9000"
    for command in ("t0", "t0 on", "t0 off", "no-extended", "no-extended off", "short-answers 20", "short-answers off"):
        tell(command)
    for wrong in ("t0 perhaps", "no-extended maybe", "blocked-sw 9000", "short-answers x", "garbage", "answer 6", "answer 90 x0"):
        try:
            tell(wrong)
        except RuntimeError:
            continue
        raise AssertionError(wrong)


def test_opensc_lists_the_pins_and_signs_with_the_signature_pin():
    """tries of both PINs are seen; the signature verifies with the certificate that the PIN opens"""
    tell("swap " + os.path.join(PERSONAS, "mihon-hanako.yaml"))
    until({0: True, 1: True})
    pins = run("pkcs15-tool", "-r", "0", "--list-pins").stdout
    assert re.findall(r"Tries left\s+: (\d)", pins) == ["3", "5"], pins
    with tempfile.TemporaryDirectory() as where:
        certificate, text, signature, key = (os.path.join(where, n) for n in ("certificate", "text", "signature", "key"))
        with open(text, "w", encoding="utf-8") as file:
            file.write("見本")
        run("pkcs15-tool", "-r", "0", "--verify-pin", "--auth-id", "2", "--pin", "MIHON1", "--read-certificate", "2", "--output",
            certificate)
        run("pkcs11-tool", "--slot-index", "1", "--login", "--pin", "MIHON1", "--sign", "-m", "SHA256-RSA-PKCS", "--id", "2", "-i",
            text, "-o", signature)
        with open(key, "w", encoding="ascii") as file:
            file.write(run("openssl", "x509", "-in", certificate, "-noout", "-pubkey").stdout)
        run("openssl", "dgst", "-sha256", "-verify", key, "-signature", signature, text)
        run("openssl", "verify", "-no_check_time", "-CAfile", os.path.join(os.environ["TRUST"], "jpki-signature-ca.crt"), certificate)


def test_keys_last_over_restarts_and_are_the_owners_alone():
    """--keys: the same anchors twice; without it others"""
    with tempfile.TemporaryDirectory() as where:
        def anchors(*options):
            out = tempfile.mkdtemp(dir=where)
            card = subprocess.Popen([CARD, "--removed", "--trust-out", out, *options], stdout=subprocess.PIPE, text=True)
            assert card.stdout.readline() == "ready\n"
            card.terminate()
            assert card.wait(10) == 0
            return {name: open(os.path.join(out, name), encoding="ascii").read() for name in sorted(os.listdir(out))}

        kept = os.path.join(where, "keys")
        first = anchors("--keys", kept)
        assert first == anchors("--keys", kept) and first != anchors()
        assert sum(name.endswith(".pem") for name in first) == 3 and sum(name.endswith(".crt") for name in first) == 3, list(first)
        assert oct(os.stat(kept).st_mode)[-3:] == "700"
        assert {oct(os.stat(os.path.join(kept, name)).st_mode)[-3:] for name in os.listdir(kept)} == {"600"}


def test_a_face_is_printed_for_every_persona():
    """85.6 x 54 mm at 300 dpi"""
    with tempfile.TemporaryDirectory() as where:
        for name in sorted(os.listdir(PERSONAS)):
            face = os.path.join(where, name + ".png")
            run(CARD, "--persona", os.path.join(PERSONAS, name), "--print-face", face)
            assert run("identify", "-format", "%w %h", face).stdout == "1011 638", name
        named = os.path.join(where, "named.png")
        run(CARD, "--persona", "pin-less", "--print-face", named)
        with open(named, "rb") as one, open(os.path.join(where, "pin-less.yaml.png"), "rb") as other:
            assert one.read() == other.read()
        def pixel(name, at):
            return run("convert", os.path.join(where, name + ".yaml.png"), "-format", "%[pixel:p{" + at + "}]", "info:").stdout

        # the green line under the security code, at the lower right where the terminal's drawing has it
        assert pixel("mihon-hanako", "800,556") == pixel("moved", "800,556") == "srgb(17,133,92)", pixel("moved", "800,556")
        # a moved card's 追記欄 holds the new address, the address above it the former one
        same = tempfile.NamedTemporaryFile("w", dir=where, suffix=".yaml", encoding="utf-8")
        with same, open(os.path.join(PERSONAS, "moved.yaml"), encoding="utf-8") as moved:
            same.write("".join(line for line in moved if not line.startswith("printed_address:")))
            same.flush()
            run(CARD, "--persona", same.name, "--print-face", named)
        for area in ("820x70+120+170", "400x60+320+485"):
            faces = [run("convert", face, "-crop", area, "+repage", "-format", "%#", "info:").stdout
                     for face in (named, os.path.join(where, "moved.yaml.png"))]
            assert faces[0] != faces[1], area
        assert run(CARD, "--persona", "nobody", "--print-face", named, good=False).returncode == 1


if __name__ == "__main__":
    tap.run(sys.modules["__main__"])
