#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Bundles as files: madoguchi-config and Debian's minisign read each other, and every program takes a bundle. Prints TAP."""
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile

BUILD = os.environ["MESON_BUILD_ROOT"]
SOURCE = os.environ["MESON_SOURCE_ROOT"]
CONFIG = os.path.join(BUILD, "shared", "madoguchi-config")
FORM = os.path.join(BUILD, "shared", "madoguchi-form")
TOWN = os.path.join(SOURCE, "shared", "templates", "municipalities", "209996-mihon")


def run(*words, expect=0, text=""):
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, input=text)
    assert done.returncode == expect, f"{words}: exit {done.returncode}, wanted {expect}: {done.stdout}{done.stderr}"
    return done


def ours(folder, name="ours"):
    run(CONFIG, "keygen", "--output", os.path.join(folder, name))
    return os.path.join(folder, name + ".key"), os.path.join(folder, name + ".pub")


def theirs(folder):
    key, pub = os.path.join(folder, "theirs.key"), os.path.join(folder, "theirs.pub")
    run("minisign", "-G", "-W", "-s", key, "-p", pub)
    return key, pub


def pack(folder, key, town=TOWN, *options):
    bundle = os.path.join(folder, "town.mdg")
    run(CONFIG, "pack", town, "--key", key, "--output", bundle, *options)
    return bundle


def minisign_accepts_what_we_sign(folder):
    for key, pub in (ours(folder), theirs(folder)):
        bundle = pack(folder, key)
        assert "Signature and comment signature verified" in run("minisign", "-V", "-m", bundle, "-p", pub).stdout
        assert "209996" in run(CONFIG, "verify", bundle, "--pub", pub).stdout


def we_accept_what_minisign_signs_in_both_its_forms(folder):
    for key, pub in (ours(folder), theirs(folder)):
        bundle = pack(folder, key)
        for form in ((), ("-l",)):
            run("minisign", "-S", *form, "-s", key, "-m", bundle, "-t", "a comment of its own")
            assert "209996" in run(CONFIG, "verify", bundle, "--pub", pub).stdout


def a_changed_bundle_is_refused_by_both(folder):
    key, pub = ours(folder)
    bundle = pack(folder, key)
    with open(bundle, "r+b") as out:
        out.seek(1000)
        byte = out.read(1)[0]
        out.seek(1000)
        out.write(bytes([byte ^ 0xFF]))
    run("minisign", "-V", "-m", bundle, "-p", pub, expect=1)
    done = run(CONFIG, "verify", bundle, "--pub", pub, expect=1)
    assert "is not what was signed" in done.stderr, done.stderr


def a_bundle_says_what_is_in_it(folder):
    key, pub = ours(folder)
    bundle = pack(folder, key, TOWN, "--serial", "7", "--not-before", "2026-04-01", "--expires", "2031-03-31")
    told = json.loads(run(CONFIG, "verify", bundle, "--pub", pub, "--json").stdout)
    assert (told["code"], told["name"], told["serial"]) == ("209996", "見本村", 7), told
    assert (told["not_before"], told["expires"]) == ("2026-04-01", "2031-03-31"), told
    assert told["layers"][0]["name"].endswith("209996-mihon") and told["layers"][-1]["name"] == "base", told["layers"]
    paths = [file["path"] for file in told["files"]]
    assert paths == sorted(paths) and any(path.endswith("/base/common.yaml") for path in paths), paths
    # the tar itself holds exactly these, the manifest first
    members = run("tar", "--zstd", "-tf", bundle).stdout.split()
    assert members == ["manifest.json", *paths], members
    assert "serial:7\tcode:209996" in run("minisign", "-V", "-m", bundle, "-p", pub).stdout
    plain = run(CONFIG, "verify", bundle, "--pub", pub).stdout
    assert "serial: 7" in plain and "expires: 2031-03-31" in plain and "見本村" in plain, plain
    for wrong in (("--serial", "0"), ("--serial", "x"), ("--expires", "2031-02-30"),
                  ("--not-before", "2031-01-02", "--expires", "2031-01-01")):
        run(CONFIG, "pack", TOWN, "--key", key, "--output", os.path.join(folder, "x.mdg"), *wrong, expect=1)
        assert not os.path.exists(os.path.join(folder, "x.mdg"))


def the_usual_serial_is_the_time_and_the_same_input_gives_the_same_bytes(folder):
    key, pub = ours(folder)
    os.environ["SOURCE_DATE_EPOCH"] = "1795482720"
    try:
        bundle = pack(folder, key)
    finally:
        del os.environ["SOURCE_DATE_EPOCH"]
    assert json.loads(run(CONFIG, "verify", bundle, "--pub", pub, "--json").stdout)["serial"] == 20261124011200
    with open(bundle, "rb") as one:
        first = one.read()
    pack(folder, key, TOWN, "--serial", "20261124011200")
    with open(bundle, "rb") as two:
        assert first == two.read()
    pack(folder, key)
    assert json.loads(run(CONFIG, "verify", bundle, "--pub", pub, "--json").stdout)["serial"] > 20260101000000


def a_key_with_a_password_is_refused_in_words(folder):
    key, pub = os.path.join(folder, "p.key"), os.path.join(folder, "p.pub")
    # minisign asks the terminal for passwords; without one it reads them from standard input
    run("setsid", "minisign", "-G", "-s", key, "-p", pub, text="secret\nsecret\n")
    done = run(CONFIG, "pack", TOWN, "--key", key, "--output", os.path.join(folder, "x.mdg"), expect=1)
    assert "has a password" in done.stderr and not os.path.exists(os.path.join(folder, "x.mdg"))


def keys_are_private_and_never_overwritten(folder):
    key, pub = ours(folder)
    assert stat.S_IMODE(os.stat(key).st_mode) == 0o600
    with open(key, encoding="ascii") as before:
        text = before.read()
    run(CONFIG, "keygen", "--output", key[:-4], expect=1)
    with open(key, encoding="ascii") as after:
        assert after.read() == text
    os.unlink(key)
    run(CONFIG, "keygen", "--output", key[:-4], expect=1)  # half a pair is not left behind
    assert not os.path.exists(key) and os.path.exists(pub)


def a_town_with_errors_is_not_packed(folder):
    key, _ = ours(folder)
    town = os.path.join(folder, "town")
    os.mkdir(town)
    with open(os.path.join(town, "layer.yaml"), "w", encoding="utf-8") as out:
        out.write(f"extends: {TOWN}\n")
    with open(os.path.join(town, "a.yaml"), "w", encoding="utf-8") as out:
        out.write("services: [{id: certificates, minutes: soon}]\n")
    done = run(CONFIG, "pack", town, "--key", key, "--output", os.path.join(folder, "x.mdg"), expect=1)
    assert "a.yaml:1:" in done.stderr and not os.path.exists(os.path.join(folder, "x.mdg"))
    os.rename(os.path.join(town, "a.yaml"), os.path.join(town, "証明書.yaml"))
    with open(os.path.join(town, "証明書.yaml"), "w", encoding="utf-8") as out:
        out.write("services: [{id: certificates, minutes: 7}]\n")
    done = run(CONFIG, "pack", town, "--key", key, "--output", os.path.join(folder, "x.mdg"), expect=1)
    assert "under this name" in done.stderr and not os.path.exists(os.path.join(folder, "x.mdg"))


def a_bundle_stands_alone_and_says_the_same_as_its_folder(folder):
    key, pub = ours(folder)
    bundle = pack(folder, key)
    alone = os.path.join(folder, "alone", "bin")
    os.makedirs(alone)
    program = shutil.copy(CONFIG, alone)  # no templates beside it
    whole = run(program, "print", bundle, "--bundle-key", pub).stdout
    assert whole == run(CONFIG, "print", TOWN).stdout
    run(program, "check", bundle, "--bundle-key", pub, "--fast")


def programs_need_the_key_or_a_word_for_the_unsigned(folder):
    key, pub = ours(folder)
    _, other = ours(folder, "other")
    bundle = pack(folder, key)
    assert "kaigo-nintei" in run(FORM, "list", "--config", bundle, "--bundle-key", pub).stdout
    assert "kaigo-nintei" in run(FORM, "list", "--config", bundle, "--allow-unsigned").stdout
    assert "without a key" in run(FORM, "list", "--config", bundle, expect=1).stderr
    assert "another key" in run(FORM, "list", "--config", bundle, "--bundle-key", other, "--allow-unsigned", expect=1).stderr
    assert "nobody signed" in run(FORM, "list", "--config", TOWN, "--bundle-key", pub, expect=1).stderr


def queued_and_printd_load_a_bundle_by_its_key(folder):
    key, pub = ours(folder)
    _, other = ours(folder, "other")
    bundle = pack(folder, key)
    state = os.path.join(folder, "state")
    os.mkdir(state, 0o700)
    queued = [os.path.join(BUILD, "queue", "madoguchi-queued"), "--config", bundle, "--listen", "127.0.0.1:0", "--database",
              f"sqlite:{state}/queue.db", "--state", state]
    printd = [os.path.join(BUILD, "printer", "madoguchi-printd"), "--config", bundle, "--device", "kiosk1", "--state",
              os.path.join(folder, "printd"), "--socket", os.path.join(folder, "printd.sock")]
    for words in (queued, printd):
        assert "another key" in run(*words, "--bundle-key", other, expect=1).stderr
        daemon = subprocess.Popen([*words, "--bundle-key", pub], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert daemon.stdout.readline().startswith("ready")
        finally:
            daemon.terminate()
            assert daemon.wait(20) == 0


TESTS = [minisign_accepts_what_we_sign, we_accept_what_minisign_signs_in_both_its_forms, a_changed_bundle_is_refused_by_both,
         a_bundle_says_what_is_in_it, the_usual_serial_is_the_time_and_the_same_input_gives_the_same_bytes,
         a_key_with_a_password_is_refused_in_words, keys_are_private_and_never_overwritten, a_town_with_errors_is_not_packed,
         a_bundle_stands_alone_and_says_the_same_as_its_folder, programs_need_the_key_or_a_word_for_the_unsigned,
         queued_and_printd_load_a_bundle_by_its_key]


def main():
    failed = 0
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        with tempfile.TemporaryDirectory(prefix="madoguchi-bundle-") as folder:
            try:
                test(folder)
                print(f"ok {number} - {test.__name__}", flush=True)
            except Exception as problem:
                failed += 1
                print(f"not ok {number} - {test.__name__}", flush=True)
                print(f"# {problem!r}".replace("\n", "\n# "), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
