#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""madoguchi-printd and madoguchi-print, on real ends: ippeveprinter (through tests/support/ipp_world), a TCP sink, folders.

Prints TAP. Takes the paths of the programs from the environment of the Meson tests.
"""
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

BUILD, SOURCE = os.environ["MESON_BUILD_ROOT"], os.environ["MESON_SOURCE_ROOT"]
PRINTD, PRINT = BUILD + "/printer/madoguchi-printd", BUILD + "/printer/madoguchi-print"
TEMPLATES = SOURCE + "/shared/templates"
VIRTUAL, DECODE = SOURCE + "/printer/virtual/virtual-printer", SOURCE + "/tests/support/escpos_decode"
IPP, PRINTED = os.environ["MADOGUCHI_IPP_URI"], os.environ["MADOGUCHI_IPP_OUTPUT"]
WAIT_S = 20
TICKET = {"id": "20261124-A015", "number": "A015", "token": "Zk3l9QmT2xVb7Rw1Yc8NpA", "service": "certificates", "ahead": 4,
          "wait": {"from_min": 20, "to_min": 35}, "url": None, "issued_at": "2026-11-24T10:02:00+09:00"}


def until(condition, what):
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"in vain: {what}")


class Printd:
    """A printd of its own town, state and socket."""

    def __init__(self, work, roles):
        self.config, self.state, self.socket = work + "/town", work + "/state", work + "/print.sock"
        os.makedirs(self.config, exist_ok=True)
        with open(self.config + "/layer.yaml", "w", encoding="utf-8") as handle:
            handle.write('extends: municipalities/209996-mihon\ncode: "209996"\nversion: "1"\n')
        with open(self.config + "/printers.yaml", "w", encoding="utf-8") as handle:
            json.dump({"printer": {"roles": {role: [{"uri": uri} for uri in uris] for role, uris in roles.items()}}}, handle)
        self.start()

    def start(self):
        self.log = open(self.state + ".log", "a", encoding="utf-8")
        self.process = subprocess.Popen([PRINTD, "--config", self.config, "--device", "t1", "--state", self.state, "--socket",
                                         self.socket, "--templates", TEMPLATES], stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        assert line == f"ready {self.socket}\n", f"printd said {line!r}: {open(self.state + '.log', encoding='utf-8').read()}"

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(WAIT_S)
        self.process.stdout.close()
        self.log.close()
        assert how == signal.SIGKILL or code == 0, f"printd ended with {code}"

    def submit(self, path, role, key, wait=WAIT_S):
        done = subprocess.run([PRINT, "submit", path, "--role", role, "--key", key, "--socket", self.socket, "--json", "--wait",
                               str(wait)], capture_output=True, text=True, check=False)
        return json.loads(done.stdout), done.returncode

    def status(self):
        done = subprocess.run([PRINT, "status", "--socket", self.socket, "--json"], capture_output=True, text=True, check=True)
        return {role["role"]: role["reasons"] for role in json.loads(done.stdout)["roles"]}


class Sink:
    """A network receipt printer that only listens: the bytes of each connection."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.uri = f"socket://127.0.0.1:{self.server.getsockname()[1]}"
        self.jobs = []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            connection, _ = self.server.accept()
            data = b""
            while chunk := connection.recv(65536):
                data += chunk
            connection.close()
            if len(data) > 6:
                self.jobs.append(data)


def make_pdf(path, text="Mihon-mura 209996"):
    body = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
               b"<</Length %d>>stream\n%s\nendstream" % (len(body), body), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    data, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj%s\nendobj\n" % (number, content)
    table = len(data)
    data += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    with open(path, "wb") as handle:
        handle.write(data + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table)
    return path


def printed(folder=PRINTED):
    return sorted(os.path.join(folder, name) for name in os.listdir(folder) if not name.startswith("."))


def read(path):
    with open(path, "rb") as handle:
        return handle.read()


def set_paper(is_there):
    """The printer's own page: paper tray and envelope feeder; it wants all fields at once."""
    form = {"size1": "iso_a4_210x297mm", "type1": "stationery", "level1": 250 if is_there else 0,
            "size3": "na_number-10_4.125x9.5in", "type3": "envelope", "level3": 25 if is_there else 0}
    urllib.request.urlopen("http://127.0.0.1:8631/media?" + urllib.parse.urlencode(form), timeout=10).read()


def draw_slip(work, ticket, *more):
    with open(work + "/ticket.json", "w", encoding="utf-8") as handle:
        json.dump(ticket, handle)
    out = work + "/slip.escpos"
    subprocess.run([PRINT, "slip", work + "/ticket.json", "--config", TEMPLATES + "/municipalities/209996-mihon", "--templates",
                    TEMPLATES, "--output", out, *more], check=True)
    return out


def qr_of(work, escpos):
    subprocess.run([DECODE, escpos, work + "/slip.pbm"], check=True)
    done = subprocess.run(["zbarimg", "--nodbus", "-q", "--raw", work + "/slip.pbm"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


# ---- the cases ----------------------------------------------------------------------------------------------------------


def form_arrives_byte_identical_and_the_same_key_prints_once(work):
    daemon = Printd(work, {"form": [IPP]})
    page, before = make_pdf(work + "/form.pdf"), len(printed())
    for _ in range(2):
        answer, code = daemon.submit(page, "form", "v1/juminhyo/0")
        assert (answer["state"], code) == ("completed", 0), answer
    assert len(printed()) == before + 1 and read(printed()[-1]) == read(page)
    answer, _ = daemon.submit(page, "form", "v1/juminhyo/1")  # a new copy by a person's decision
    assert answer["state"] == "completed" and len(printed()) == before + 2
    daemon.stop()
    daemon.start()  # and the key is remembered over a restart
    answer, _ = daemon.submit(page, "form", "v1/juminhyo/0")
    assert answer["state"] == "completed" and len(printed()) == before + 2
    daemon.stop()


def printer_without_paper_waits_shows_it_and_prints_after_the_refill(work):
    daemon = Printd(work, {"form": [IPP]})
    page, before = make_pdf(work + "/form.pdf"), len(printed())
    try:
        set_paper(False)
        answer, code = daemon.submit(page, "form", "v2/juminhyo/0", wait=1)
        assert (answer["state"], code) == ("pending", 1) and "media-empty" in answer["reasons"].split(","), answer
        assert "media-empty" in daemon.status()["form"].split(",")
        assert len(printed()) == before
    finally:
        set_paper(True)
    until(lambda: len(printed()) == before + 1, "the page after the refill")
    until(lambda: daemon.submit(page, "form", "v2/juminhyo/0")[0]["state"] == "completed", "completed")
    assert daemon.status()["form"] == "ready" and len(printed()) == before + 1
    daemon.stop()


def second_printer(work, script):
    """A virtual printer on port 8632 whose print command is @script."""
    command = work + "/command"
    with open(command, "w", encoding="utf-8") as handle:
        handle.write("#!/bin/sh\n" + script)
    os.chmod(command, 0o700)
    process = subprocess.Popen([VIRTUAL, "--port", "8632", "--output", work + "/second", "--command", command],
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().startswith("ready ")
    return process


def end(process):
    process.terminate()
    assert process.wait(WAIT_S) == 0
    process.stdout.close()


def job_the_printer_aborts_is_aborted_and_may_be_tried_again(work):
    printer = second_printer(work, f'[ -e {work}/good ] && echo x >> {work}/paper && exit 0; exit 1\n')
    daemon = Printd(work, {"form": ["ipp://127.0.0.1:8632/ipp/print"]})
    page = make_pdf(work + "/form.pdf")
    answer, code = daemon.submit(page, "form", "v3/juminhyo/0")
    assert (answer["state"], code) == ("aborted", 1) and "aborted" in answer["reasons"], answer
    open(work + "/good", "w", encoding="utf-8").close()
    answer, code = daemon.submit(page, "form", "v3/juminhyo/0")
    assert (answer["state"], code) == ("completed", 0), answer
    assert read(work + "/paper") == b"x\n"
    daemon.stop()
    end(printer)


def printd_killed_in_mid_job_leaves_unknown_and_never_sends_again(work):
    printer = second_printer(work, f"echo x >> {work}/paper; while [ ! -e {work}/go ]; do sleep 0.05; done\n")
    daemon = Printd(work, {"form": ["ipp://127.0.0.1:8632/ipp/print"]})
    page = make_pdf(work + "/form.pdf")
    waiting = subprocess.Popen([PRINT, "submit", page, "--role", "form", "--key", "v4/juminhyo/0", "--socket", daemon.socket,
                                "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    until(lambda: os.path.exists(work + "/paper"), "the printer at work")
    answer, _ = daemon.submit(page, "form", "v4/juminhyo/0", wait=1)
    assert answer["state"] == "processing", answer
    daemon.stop(signal.SIGKILL)
    daemon.start()
    answer = json.loads(waiting.communicate(timeout=WAIT_S)[0])  # who waited all along learns it from the journal
    assert (answer["state"], waiting.returncode) == ("unknown", 1), answer
    answer, code = daemon.submit(page, "form", "v4/juminhyo/0")
    assert (answer["state"], code) == ("unknown", 1), answer
    open(work + "/go", "w", encoding="utf-8").close()
    answer, _ = daemon.submit(page, "form", "v4/inkan/0")  # the next one goes through
    assert answer["state"] == "completed", answer
    assert read(work + "/paper") == b"x\nx\n"
    daemon.stop()
    end(printer)


def printer_lost_after_the_page_left_makes_it_unknown(work):
    printer = second_printer(work, f"echo x >> {work}/paper; exec sleep 60\n")
    daemon = Printd(work, {"form": ["ipp://127.0.0.1:8632/ipp/print"]})
    page = make_pdf(work + "/form.pdf")
    answer, _ = daemon.submit(page, "form", "v5/juminhyo/0", wait=1)
    assert answer["state"] == "processing", answer
    until(lambda: os.path.exists(work + "/paper"), "the printer at work")
    end(printer)
    until(lambda: daemon.submit(page, "form", "v5/juminhyo/0", wait=1)[0]["state"] == "unknown", "unknown")
    assert read(work + "/paper") == b"x\n"
    daemon.stop()


def slip_goes_to_the_receipt_printer_and_its_qr_reads_back(work):
    sink = Sink()
    daemon = Printd(work, {"slip": [sink.uri]})
    until(lambda: daemon.status()["slip"] == "ready", "ready")
    escpos = draw_slip(work, TICKET)
    for _ in range(2):
        answer, code = daemon.submit(escpos, "slip", "v6/slip/0")
        assert (answer["state"], code) == ("completed", 0), answer
    until(lambda: sink.jobs, "the slip")
    assert sink.jobs == [read(escpos)], f"{len(sink.jobs)} jobs"
    assert qr_of(work, escpos) == "madoguchi:t/" + TICKET["token"]
    daemon.stop()


def slip_in_a_folder_reads_back_with_the_phone_page_in_two_languages(work):
    os.makedirs(work + "/slips")
    daemon = Printd(work, {"slip": [f"file:{work}/slips"]})
    url = "https://madoguchi.example.jp/t/" + TICKET["token"]
    for number, more in enumerate(([], ["--language", "en", "--copy", "1"]), 1):
        escpos = draw_slip(work, dict(TICKET, url=url), *more)
        assert daemon.submit(escpos, "slip", f"v7/slip/{number}")[0]["state"] == "completed"
        assert read(f"{work}/slips/{number:03}.escpos") == read(escpos)
        assert qr_of(work, f"{work}/slips/{number:03}.escpos") == url
    assert os.listdir(work + "/slips") and len(os.listdir(work + "/slips")) == 2
    daemon.stop()


def next_printer_of_the_role_is_taken_when_the_first_is_away(work):
    os.makedirs(work + "/slips")
    daemon = Printd(work, {"slip": ["socket://127.0.0.1:1", f"file:{work}/slips"]})
    answer, _ = daemon.submit(draw_slip(work, TICKET), "slip", "v8/slip/0")
    assert answer["state"] == "completed" and os.listdir(work + "/slips") == ["001.escpos"], answer
    assert daemon.status() == {"slip": "ready"}
    daemon.stop()


def nothing_of_a_page_is_at_rest_and_no_one_else_may_hand_one_in(work):
    daemon = Printd(work, {"form": [IPP]})
    page = make_pdf(work + "/form.pdf", "MIHON-HANAKO-CANARY")
    assert daemon.submit(page, "form", "v9/juminhyo/0")[0]["state"] == "completed"
    mode = stat.S_IMODE(os.stat(daemon.socket).st_mode)
    assert mode == 0o600, oct(mode)
    daemon.stop(signal.SIGKILL)
    at_rest = [read(os.path.join(daemon.state, name)) for name in os.listdir(daemon.state)] + [read(daemon.state + ".log")]
    assert any(b"v9/juminhyo/0" in content for content in at_rest), "the key is not in the journal"
    assert not any(b"CANARY" in content or b"%PDF" in content for content in at_rest), "a page is at rest"
    os.chmod(daemon.state, 0o755)
    refused = subprocess.run([PRINTD, "--config", daemon.config, "--device", "t1", "--state", daemon.state, "--socket",
                              daemon.socket, "--templates", TEMPLATES], capture_output=True, text=True, check=False)
    assert refused.returncode == 1 and "EACCES" in refused.stderr, refused.stderr


def unencrypted_printer_on_the_network_is_refused_at_start(work):
    try:
        Printd(work, {"form": ["ipp://192.0.2.8/ipp/print"]})
    except AssertionError as refusal:
        assert "use ipps:" in str(refusal), refusal
    else:
        raise AssertionError("it started")


def printd_away_is_said_and_no_page_is_promised(work):
    page = make_pdf(work + "/form.pdf")
    for command in (["submit", page, "--role", "form", "--key", "v10/juminhyo/0"], ["status"]):
        done = subprocess.run([PRINT, *command, "--socket", work + "/none.sock"], capture_output=True, text=True, check=False)
        assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
    done = subprocess.run([PRINT, "submit", page, "--role", "form"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "usage" in done.stderr


CASES = [form_arrives_byte_identical_and_the_same_key_prints_once,
         printer_without_paper_waits_shows_it_and_prints_after_the_refill,
         job_the_printer_aborts_is_aborted_and_may_be_tried_again,
         printd_killed_in_mid_job_leaves_unknown_and_never_sends_again,
         printer_lost_after_the_page_left_makes_it_unknown,
         slip_goes_to_the_receipt_printer_and_its_qr_reads_back,
         slip_in_a_folder_reads_back_with_the_phone_page_in_two_languages,
         next_printer_of_the_role_is_taken_when_the_first_is_away,
         nothing_of_a_page_is_at_rest_and_no_one_else_may_hand_one_in,
         unencrypted_printer_on_the_network_is_refused_at_start,
         printd_away_is_said_and_no_page_is_promised]


def main():
    print(f"1..{len(CASES)}")
    failed = 0
    for number, case in enumerate(CASES, 1):
        work = tempfile.mkdtemp(prefix="printd-")
        try:
            case(work)
            print(f"ok {number} - {case.__name__}", flush=True)
        except Exception as error:  # every failure of a case is a result, not the end of the run
            failed += 1
            print(f"not ok {number} - {case.__name__}\n# {type(error).__name__}: {error}".replace("\n#", "\n# "), flush=True)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
