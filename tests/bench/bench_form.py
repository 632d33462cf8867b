# SPDX-License-Identifier: MIT
"""The form's PDF from the warm render worker against chromium --print-to-pdf of the same page."""
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

from measure import CHROMIUM, median

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TOWN = os.path.join(ROOT, "shared/templates/municipalities/209996-mihon")
FORM = os.path.join(ROOT, "build/shared/madoguchi-form")
PERSON = {"name": {"value": "見本　花子", "source": "card", "proof": "not-checked"},
          "address": {"value": "長野県見本村大字例示１２３番地", "source": "card", "proof": "not-checked"},
          "birth_date": {"value": "1960-02-29", "source": "card", "proof": "not-checked"},
          "sex": {"value": "female", "source": "card", "proof": "not-checked"}}


def draft():
    with tempfile.NamedTemporaryFile("w", suffix=".json") as person:
        json.dump(PERSON, person)
        person.flush()
        done = subprocess.run([FORM, "fill", "juminhyo", "--config", TOWN, "--person", person.name], check=True, capture_output=True)
    return json.loads(done.stdout)


def worker_seconds(rounds):
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    # descriptors of Python are close-on-exec but for the copy made here, which is the one the worker speaks on
    worker = subprocess.Popen([FORM, "--worker", "--config", TOWN], close_fds=False,
                              preexec_fn=lambda: os.dup2(theirs.fileno(), 3, inheritable=True))
    theirs.close()
    request = b"J" + json.dumps({"op": "render", "municipality": None, "draft": draft(), "format": "pdf",
                                 "date": "2026-11-24", "blank": False, "dpi": 0}, ensure_ascii=False).encode()
    seconds = []
    for _ in range(rounds):
        begin = time.monotonic()
        ours.send(request)
        message, fds, _, _ = socket.recv_fds(ours, 131072, 1)
        seconds.append(time.monotonic() - begin)
        assert json.loads(message[1:])["result"] == "ok" and fds, message
        for one in fds:
            os.close(one)
    ours.close()
    worker.wait(10)
    return median(seconds[5:])


def chromium_seconds(rounds):
    seconds = []
    for _ in range(rounds):
        directory = tempfile.mkdtemp()
        begin = time.monotonic()
        subprocess.run(CHROMIUM + ["--headless", f"--user-data-dir={directory}/profile", "--no-pdf-header-footer",
                                   f"--print-to-pdf={directory}/form.pdf", "file://" + os.path.join(HERE, "page_form.html")],
                       check=True, capture_output=True)
        seconds.append(time.monotonic() - begin)
        assert os.path.getsize(f"{directory}/form.pdf") > 1000
        shutil.rmtree(directory, ignore_errors=True)
    return median(seconds)


def run():
    ours, peer = worker_seconds(60), chromium_seconds(5)
    yield "form PDF, warm (chromium --print-to-pdf)", f"{ours * 1000:.1f} ms", f"{peer * 1000:.0f} ms", ours / peer, "<= 0.010"
