#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A bundle exchanged under a running madoguchi-printd: other printers between two jobs, never during one. Prints TAP."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

BUILD, SOURCE = pathlib.Path(os.environ["MESON_BUILD_ROOT"]), pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
CONFIG = str(BUILD / "shared" / "madoguchi-config")
PRINTD, PRINT = str(BUILD / "printer" / "madoguchi-printd"), str(BUILD / "printer" / "madoguchi-print")
TEMPLATES = str(SOURCE / "shared" / "templates")


def until(condition, what, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"in vain: {what}"
        time.sleep(0.05)


class Printd:
    def __init__(self, folder, uri, serial, *options):
        self.folder = pathlib.Path(folder)
        self.bundle, self.socket = self.folder / "town.mdg", self.folder / "printd.sock"
        subprocess.run([CONFIG, "keygen", "--output", str(self.folder / "key")], check=True)
        self.put(uri, serial, *options)
        self.start()

    def put(self, uri, serial, *options):
        town = self.folder / "town"
        town.mkdir(exist_ok=True)
        (town / "layer.yaml").write_text('extends: municipalities/209996-mihon\ncode: "209996"\nversion: "1"\n')
        (town / "printers.yaml").write_text(json.dumps({"printer": {"roles": {"slip": [{"uri": uri}]}}}))
        subprocess.run([CONFIG, "pack", str(town), "--templates", TEMPLATES, "--key", str(self.folder / "key.key"), "--output",
                        str(self.folder / "packed.mdg"), "--serial", str(serial), *options], check=True)
        os.rename(self.folder / "packed.mdg.minisig", f"{self.bundle}.minisig")
        os.rename(self.folder / "packed.mdg", self.bundle)

    def start(self):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen([PRINTD, "--config", str(self.bundle), "--bundle-key", str(self.folder / "key.pub"), "--device",
                                         "kiosk1", "--office", "209996-honcho", "--state", str(self.folder / "state"), "--socket",
                                         str(self.socket)], stdout=subprocess.PIPE, stderr=self.log, text=True)
        assert self.process.stdout.readline().startswith("ready"), self.said()

    def said(self):
        return (self.folder / "log").read_text(errors="replace")

    def submit(self, key, wait=20):
        page = self.folder / "page.escpos"
        page.write_bytes(b"\x1b@" + key.encode() + b"\n")
        return subprocess.run([PRINT, "submit", str(page), "--role", "slip", "--key", key, "--socket", str(self.socket), "--wait",
                               str(wait)], capture_output=True, text=True, check=False).returncode

    def stop(self):
        self.process.terminate()
        assert self.process.wait(20) == 0, self.said()
        self.process.stdout.close()
        self.log.close()


def settings(printd):
    done = subprocess.run([PRINT, "status", "--socket", str(printd.socket), "--json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["settings"]


def papers(folder):
    return len([name for name in os.listdir(folder) if name.endswith(".escpos")])


def taken(printd):
    return printd.said().count("BUNDLE_TAKEN")


def the_next_job_goes_to_the_printer_of_the_new_bundle(work):
    one, two = work / "one", work / "two"
    one.mkdir(), two.mkdir()
    printd = Printd(work, f"file:{one}", 1)
    try:
        assert printd.submit("a/1/1") == 0 and papers(one) == 1
        printd.put(f"file:{two}", 2)
        until(lambda: taken(printd) == 2, "the new bundle")
        assert printd.submit("a/2/1") == 0 and papers(two) == 1 and papers(one) == 1
        assert printd.submit("a/1/1") == 0 and papers(one) == 1, "what was printed is printed"
        printd.put(f"file:{one}", 1)
        until(lambda: "bundle-older" in printd.said(), "the refusal")
        assert printd.submit("a/3/1") == 0 and papers(two) == 2
        os.unlink(printd.bundle)
        printd.stop()
        printd.start()
        assert "BUNDLE_LAST_GOOD" in printd.said()
        assert printd.submit("a/4/1") == 0 and papers(two) == 3
    finally:
        printd.stop()


def a_job_under_way_is_finished_where_it_was_taken(work):
    two = work / "two"
    two.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as away:
        port = away.getsockname()[1]
    printd = Printd(work, f"socket://127.0.0.1:{port}", 1)
    try:
        assert printd.submit("b/1/1", wait=0) == 0  # taken; its printer is switched off
        printd.put(f"file:{two}", 2)
        time.sleep(4)  # time enough to be taken
        assert taken(printd) == 1 and papers(two) == 0
        with socket.create_server(("127.0.0.1", port)) as printer:
            printer.settimeout(40)
            received = b""
            while b"b/1/1" not in received:  # a check may come before the page
                connection, _ = printer.accept()
                connection.settimeout(10)
                with connection:
                    while True:
                        try:
                            more = connection.recv(65536)
                        except TimeoutError:
                            break
                        if not more:
                            break
                        received += more
        until(lambda: taken(printd) == 2, "the new bundle after the job")
        assert printd.submit("b/2/1") == 0 and papers(two) == 1
    finally:
        printd.stop()


def the_status_tells_staff_of_a_configuration_that_ran_out_or_was_refused(work):
    printd = Printd(work, f"file:{work}", 5, "--expires", "2026-01-31")
    try:
        told = settings(printd)
        assert (told["code"], told["serial"], told["age"], told["refused"]) == ("209996", 5, "expired", ""), told
        printd.put(f"file:{work}", 4)
        until(lambda: settings(printd)["refused"] == "bundle-older", "the refusal")
        plain = subprocess.run([PRINT, "status", "--socket", str(printd.socket)], capture_output=True, text=True, check=True).stdout
        assert "settings bundle-older\nsettings expired 2026-01-31" in plain, plain
    finally:
        printd.stop()


CASES = [the_next_job_goes_to_the_printer_of_the_new_bundle, a_job_under_way_is_finished_where_it_was_taken,
         the_status_tells_staff_of_a_configuration_that_ran_out_or_was_refused]


def main():
    failed = 0
    print(f"1..{len(CASES)}")
    for number, case in enumerate(CASES, 1):
        work = pathlib.Path(tempfile.mkdtemp(prefix="exchange-"))
        try:
            case(work)
            print(f"ok {number} - {case.__name__}", flush=True)
        except Exception as error:  # the next case still runs
            failed += 1
            print(f"not ok {number} - {case.__name__}\n# {type(error).__name__}: {error}", flush=True)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
