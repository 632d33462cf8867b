#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Two towns side by side from the same build: each with its own queue, numbers, forms and colours."""
import json
import os
import subprocess
import sys
import tempfile
import urllib.request

ROOT = os.environ["MESON_SOURCE_ROOT"]
BUILD = os.environ["MESON_BUILD_ROOT"]
sys.path.insert(0, os.path.join(ROOT, "tests/support"))
sys.path.insert(0, os.path.join(ROOT, "deploy"))
import tap  # noqa: E402
from counter import Process  # noqa: E402

TOWNS = {"209996-honcho": "209996-mihon", "209988-honcho": "209988-hinagata"}


def town(office):
    return os.path.join(ROOT, "shared/templates/municipalities", TOWNS[office])


class Queue:
    """one queued serving one town or both"""

    def __init__(self, offices):
        self.directory = tempfile.TemporaryDirectory()
        os.chmod(self.directory.name, 0o700)
        self.options = [word for office in offices for word in ("--config", town(office))]
        self.options += ["--database", f"sqlite:{self.directory.name}/queue.db", "--state", self.directory.name]
        clock = os.path.join(self.directory.name, "clock")
        with open(clock, "w", encoding="ascii") as handle:
            handle.write("2026-11-24T10:12:00+09:00\n")
        self.process = Process("queued", [f"{BUILD}/queue/madoguchi-queued", "--listen", "127.0.0.1:0", "--clock-file", clock, *self.options],
                               os.path.join(self.directory.name, "log"))
        self.url = self.process.wait_for(r"^ready (http\S+)").group(1)
        done = subprocess.run([f"{BUILD}/queue/madoguchi-queue", "device", "add", "kiosk1", *self.options], check=True, capture_output=True, text=True)
        self.token = done.stdout.split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stop()
        self.directory.cleanup()

    def board(self, office):
        with urllib.request.urlopen(f"{self.url}/api/v1/offices/{office}/board", timeout=10) as answer:
            return json.load(answer)

    def issue(self, office, service, key):
        request = urllib.request.Request(
            f"{self.url}/api/v1/offices/{office}/tickets", json.dumps({"service": service}).encode(),
            {"Authorization": "Bearer " + self.token, "Idempotency-Key": key, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def test_two_queues_of_two_towns_run_at_once():
    """each town gives its own first number and shows its own services"""
    with Queue(["209996-honcho"]) as one, Queue(["209988-honcho"]) as other:
        first = one.issue("209996-honcho", one.board("209996-honcho")["services"][0]["id"], "k1")
        second = other.issue("209988-honcho", other.board("209988-honcho")["services"][0]["id"], "k1")
        assert first["number"] and second["number"]
        assert one.board("209996-honcho")["services"] != other.board("209988-honcho")["services"]


def test_one_queue_serves_both_towns():
    """the same daemon keeps the two towns' numbers apart"""
    with Queue(list(TOWNS)) as both:
        for office in TOWNS:
            service = both.board(office)["services"][0]["id"]
            numbers = [both.issue(office, service, f"{office}-{i}")["number"] for i in range(3)]
            assert len(set(numbers)) == 3, numbers
        assert sum(s["waiting"] for s in both.board("209996-honcho")["services"]) == 3


def test_the_form_of_each_town_names_that_town():
    """the same program prints 見本村長 for one and ひながた町長 for the other"""
    with tempfile.TemporaryDirectory() as directory:
        for office, name in (("209996-honcho", "見本村"), ("209988-honcho", "ひながた町")):
            person = os.path.join(directory, "person.json")
            with open(person, "w", encoding="utf-8") as handle:
                json.dump({"name": {"value": "見本　花子", "source": "card", "proof": "not-checked"}}, handle, ensure_ascii=False)
            form = f"{BUILD}/shared/madoguchi-form"
            draft = subprocess.run([form, "fill", "juminhyo", "--config", town(office), "--person", person], check=True, capture_output=True).stdout
            path = os.path.join(directory, "draft.json")
            with open(path, "wb") as handle:
                handle.write(draft)
            subprocess.run([form, "render", path, "--config", town(office), "--output", f"{directory}/{office}.pdf"], check=True)
            text = subprocess.run(["pdftotext", f"{directory}/{office}.pdf", "-"], check=True, capture_output=True, text=True).stdout
            assert name in text, text


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
