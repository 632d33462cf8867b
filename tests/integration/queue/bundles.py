#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A bundle exchanged under a running madoguchi-queued: what is taken, when, and what is refused. Over HTTP, on a real disk."""
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
from queue_daemon import Daemon, Tap  # noqa: E402

EXTRA = """services:
  - {id: certificates, name: {ja: %s, kana: しょうめいしょ, en: Certificates}, numbers: %s}
%s"""
COUNTER = """  - {id: counsel, name: {ja: 相談, kana: そうだん, en: Counsel}, prefix: X, numbers: 1-9, minutes: 5}
windows:
  - {id: w8, office: honcho, label: {ja: 8番窓口, kana: はちばん まどぐち, en: Window 8}, serves: [counsel, certificates]}
"""


def town(name="証明書", numbers="1-499", counter=True):
    return EXTRA % (name, numbers, COUNTER if counter else "")


d = Daemon(layer=town(), signed=("--serial", "10")).start()


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain: " + d.log_text()[-2000:]
        time.sleep(0.05)


def put(serial, **changes):
    return d.pack(d.write_town(town(**changes), "next"), "--serial", str(serial))


def name_on_board():
    return next(s["name"] for s in d.office("GET", "board").json()["services"] if s["id"] == "certificates")


def refusals(word=""):
    return [line for line in d.log_text().splitlines() if "BUNDLE_REFUSED" in line and word in line]


def a_new_bundle_is_served_without_a_restart():
    pid = d.process.pid
    assert d.ticket("a1").json()["number"] == "A001"
    assert name_on_board() == "証明書"
    put(11, name="証明書の窓口")
    until(lambda: name_on_board() == "証明書の窓口")
    assert d.process.pid == pid and d.process.poll() is None
    assert d.ticket("a1").json()["number"] == "A001", "the same request is still the same ticket"
    assert d.ticket("a2").json()["number"] == "A002"


def a_band_that_moved_gives_no_number_twice():
    put(12, name="証明書B", numbers="200-499")
    until(lambda: name_on_board() == "証明書B")
    assert d.ticket("a3").json()["number"] == "A200"
    put(13, name="証明書C", numbers="1-100")
    until(lambda: name_on_board() == "証明書C")
    assert d.ticket("a4").json()["number"] == "A003"
    put(14, name="証明書D", numbers="1-499")
    until(lambda: name_on_board() == "証明書D")
    assert d.ticket("a5").json()["number"] == "A201"


def a_window_that_goes_first_finishes_whom_it_serves():
    d.sign_in()
    d.window("open", "w-open", window="w8")
    called = d.window("next", "w-next", window="w8").json()["ticket"]
    assert called["number"] == "A001", called
    assert d.ticket("x1", {"service": "counsel"}).json()["number"] == "X001"
    put(15, name="証明書E", counter=False)
    time.sleep(4)  # time enough to be taken; nothing may have changed
    assert name_on_board() == "証明書D"
    assert d.window("start", "w-start", window="w8").status == 200
    assert d.window("finish", "w-finish", window="w8").status == 200
    until(lambda: name_on_board() == "証明書E")
    assert not [w for w in d.office("GET", "board").json()["windows"] if w["id"] == "w8"]
    assert d.ticket("x2", {"service": "counsel"}).problem() == "unknown-service"


def a_ticket_of_a_service_that_is_gone_is_finished_at_another_window():
    d.window("open", "v-open")
    waiting = d.staff("GET", "windows/w1").json()["waiting"]
    left = next(t for t in waiting if t["number"] == "X001")
    assert d.window("call", "v-call", {"id": left["id"]}).json()["ticket"]["number"] == "X001"
    assert d.window("start", "v-start").status == 200
    assert d.window("finish", "v-finish").status == 200


def a_worse_bundle_changes_nothing_and_is_told_once():
    put(3, name="古い設定")
    until(lambda: refusals("bundle-older"))
    os.utime(os.path.join(d.base, "town.mdg"))  # looked at again, not told again
    time.sleep(2)
    assert len(refusals("bundle-older")) == 1, refusals()
    place = d.pack(d.write_town(town(name="変えられた設定"), "next"), "--serial", "16")
    with open(place, "r+b") as torn:
        torn.truncate(os.path.getsize(place) // 2)
    until(lambda: refusals("bundle-altered"))
    other = d.write_town("", "other")
    os.unlink(os.path.join(other, "windows.yaml"))
    with open(os.path.join(other, "layer.yaml"), "w", encoding="utf-8") as out:
        out.write('extends: municipalities/209988-hinagata\nversion: "1"\n')
    d.pack(other, "--serial", "17")
    until(lambda: refusals("bundle-other-town"))
    d.pack(d.write_town(town(name="来年の設定"), "next"), "--serial", "18", "--not-before", "2099-01-01")
    until(lambda: refusals("bundle-not-yet"))
    os.unlink(os.path.join(d.base, "town.mdg.minisig"))
    until(lambda: refusals("bundle-unsigned"))
    assert name_on_board() == "証明書E"
    assert d.ticket("b1").status == 201


def after_a_power_cut_it_starts_from_the_last_good_one():
    d.stop(signal.SIGKILL)
    os.unlink(os.path.join(d.base, "town.mdg"))
    d.start()
    assert name_on_board() == "証明書E"
    assert "BUNDLE_LAST_GOOD" in d.log_text()
    put(19, name="証明書F", counter=False)
    until(lambda: name_on_board() == "証明書F")
    put(18, name="証明書G", counter=False)
    until(lambda: len(refusals("bundle-older")) == 2)
    assert d.ticket("b1").json()["number"] == d.ticket("b1").json()["number"]


def the_log_of_the_day_verifies_by_the_last_bundle():
    d.config = put(20, name="証明書F", counter=False)
    assert " 0 findings" in d.command("verify")


def off_loopback_only_what_is_signed_is_served():
    open_one = Daemon(listen="0.0.0.0:0")
    try:
        try:
            open_one.start()
        except RuntimeError as refused:
            assert "signed bundle" in str(refused), refused
        else:
            raise AssertionError("a folder was served to other machines")
        open_one.more = ["--allow-unsigned"]
        try:
            open_one.start()
        except RuntimeError as refused:
            assert "signed bundle" in str(refused), refused
        else:
            raise AssertionError("a folder was served to other machines")
    finally:
        open_one.close()


try:
    code = Tap().run([
        a_new_bundle_is_served_without_a_restart, a_band_that_moved_gives_no_number_twice,
        a_window_that_goes_first_finishes_whom_it_serves, a_ticket_of_a_service_that_is_gone_is_finished_at_another_window,
        a_worse_bundle_changes_nothing_and_is_told_once, after_a_power_cut_it_starts_from_the_last_good_one,
        the_log_of_the_day_verifies_by_the_last_bundle, off_loopback_only_what_is_signed_is_served])
finally:
    d.close()
sys.exit(code)
