#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The terminal's client (queue/queue.h) against the real madoguchi-queued: stopped, killed, restarted, behind a line that
loses answers, and against servers that do not keep to the contract."""
import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.environ["MESON_SOURCE_ROOT"], "tests", "support"))
from card_draft import DRAFT, png, text_of  # noqa: E402
from web_hall import OFFICE, Hall, Tap  # noqa: E402

PROBE = sys.argv[1]


class Client:
    def __init__(self, hall):
        self.kept = tempfile.TemporaryDirectory(prefix="madoguchi-client-") # goes with the client
        self.folder = self.kept.name
        self.token_file = pathlib.Path(self.folder, "token")
        self.token_file.write_text(hall.add_device(f"front-{uuid.uuid4().hex[:6]}") + "\n")

    def start(self, url, *words, give_up_ms=5000, token="own", ca="-"):
        return subprocess.Popen([PROBE, url, OFFICE, str(ca), str(self.token_file) if token == "own" else token, str(give_up_ms), *words],
                                stdout=subprocess.PIPE, text=True)

    def ask(self, url, *words, **options):
        return result(self.start(url, *words, **options))


def result(process):
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0, f"the client ended with {process.returncode}: {out}"
    return json.loads(out)


def waiting(hall):
    return sum(service["waiting"] for service in hall.board()["services"])


def a_ticket_is_issued_and_the_same_key_gives_it_again(hall, client):
    key = uuid.uuid4().hex
    before = waiting(hall)
    first = client.ask(hall.url, "issue", "certificates", key)
    second = client.ask(hall.url, "issue", "certificates", key)
    assert first["outcome"] == second["outcome"] == "ok", (first, second)
    assert first["number"] == second["number"] and first["token"] == second["token"], (first, second)
    assert waiting(hall) == before + 1


def a_ticket_is_shown_by_its_token_and_a_foreign_token_is_not_found(hall, client):
    ticket = client.ask(hall.url, "issue", "certificates", uuid.uuid4().hex)
    shown = client.ask(hall.url, "show", ticket["token"])
    assert shown["outcome"] == "ok" and shown["number"] == ticket["number"] and shown["state"] == "waiting", shown
    assert client.ask(hall.url, "show", "A" * 32)["outcome"] == "not-found"
    assert client.ask(hall.url, "show", "../board")["fault"] == "EINVAL"


def the_board_and_the_call_for_staff_are_answered(hall, client):
    board = client.ask(hall.url, "board")
    assert board["outcome"] == "ok" and "certificates" in board["services"] and board["open"] is False, board
    assert client.ask(hall.url, "staff-call", "front-1")["outcome"] == "ok"


def a_wrong_token_and_an_unknown_service_are_refused(hall, client):
    key = uuid.uuid4().hex
    assert client.ask(hall.url, "issue", "certificates", key, token="-")["outcome"] == "refused"
    assert client.ask(hall.url, "issue", "no-such-service", key)["outcome"] == "refused"


def a_dropped_call_is_never_reported(hall, client):
    assert client.ask(hall.url, "drop", "certificates", uuid.uuid4().hex) == {"calls": 0}


def a_queue_that_is_away_gives_away_in_time_and_no_number(hall, client):
    before = waiting(hall)
    hall.stop()
    began = time.monotonic()
    answer = client.ask(hall.url, "issue", "certificates", uuid.uuid4().hex, give_up_ms=1500)
    took = time.monotonic() - began
    hall.start()
    assert answer["outcome"] == "away" and answer["number"] == "", answer
    assert 1.0 < took < 6.0, took
    assert waiting(hall) == before


def a_queue_that_comes_back_in_time_is_found_again(hall, client):
    before = waiting(hall)
    assert hall.stop(signal.SIGKILL) == -signal.SIGKILL
    process = client.start(hall.url, "issue", "certificates", uuid.uuid4().hex, give_up_ms=20000)
    hall.start()
    answer = result(process)
    assert answer["outcome"] == "ok", answer
    assert waiting(hall) == before + 1


class LossyLine(threading.Thread):
    """A line to the queue on which the first @n_lost answers are lost after the request has arrived."""

    def __init__(self, port, n_lost):
        super().__init__(daemon=True)
        self.port, self.left = port, n_lost
        self.n_requests = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.start()

    def run(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(near,), daemon=True).start()

    def carry(self, near):
        with near, socket.create_connection(("127.0.0.1", self.port)) as far:
            request = near.recv(65536)
            if not request:
                return
            self.n_requests += 1
            far.sendall(request)
            answer = far.recv(65536)
            if self.left > 0:
                self.left -= 1
                return
            near.sendall(answer)


def an_answer_lost_on_the_line_is_asked_for_again_and_makes_one_ticket(hall, client):
    before = waiting(hall)
    line = LossyLine(hall.port, 2)
    answer = client.ask(line.url, "issue", "certificates", uuid.uuid4().hex)
    line.listener.close()
    assert answer["outcome"] == "ok", answer
    assert line.n_requests == 3, line.n_requests
    assert waiting(hall) == before + 1


class Stranger(http.server.BaseHTTPRequestHandler):
    """What no queue of ours would say."""
    followed = []

    def log_message(self, *_):
        pass

    def do_GET(self):
        Stranger.followed.append(self.path)
        if self.path.startswith("/redirect"):
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
        elif self.path.startswith("/endless"):
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(64):
                    self.wfile.write(b"[" * 65536)
            except OSError:
                pass # the client has had enough
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>")


def a_stranger_is_refused_not_followed_and_not_read_without_end(hall, client):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    outcomes = [client.ask(url + path, "board", give_up_ms=1000)["outcome"] for path in ("/html", "/redirect", "/endless")]
    server.shutdown()
    assert outcomes == ["refused", "refused", "away"], outcomes
    assert "/elsewhere" not in Stranger.followed


class Recorder(http.server.BaseHTTPRequestHandler):
    """Keeps what was sent and gives a number for it."""
    bodies = []

    def log_message(self, *_):
        pass

    def do_POST(self):
        Recorder.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        answer = json.dumps({"id": "20261124-A001", "number": "A001", "token": "t" * 24, "service": "certificates", "ahead": 0,
                             "wait": None, "url": None, "issued_at": "2026-11-24T10:12:00+09:00"}).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


def pictures_of_the_card_travel_once_with_however_many_forms(hall, client):
    most = {**DRAFT, "pictures": {kind: text_of(png(kind, 200, 160)) for kind in ("name", "address", "face")}} # 96 kB
    files = []
    for number in range(8):
        files.append(pathlib.Path(client.folder, f"draft-{number}.json"))
        files[-1].write_text(json.dumps({"form": "f", "version": 1, "values": {}} if number == 0 else most))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    given = client.ask(f"http://127.0.0.1:{server.server_port}", "issue", "certificates", uuid.uuid4().hex, *map(str, files))
    server.shutdown()
    assert given["outcome"] == "ok", given
    drafts = json.loads(Recorder.bodies[-1])["drafts"]
    assert ["pictures" in draft for draft in drafts] == [False, True] + [False] * 6
    assert drafts[1]["pictures"] == most["pictures"] and drafts[7]["card"] == DRAFT["card"]
    assert drafts[7]["values"]["address"]["disputed"] is True
    assert len(Recorder.bodies[-1]) <= 384 * 1024


def plain_http_is_for_the_machine_itself_only(hall, client):
    assert client.ask("http://192.0.2.1:80", "board")["fault"] == "EPROTONOSUPPORT"
    assert client.ask("ftp://127.0.0.1", "board")["fault"] == "EPROTONOSUPPORT"


def a_certificate_nobody_vouches_for_is_as_good_as_no_answer(hall, client):
    folder = pathlib.Path(client.folder)
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
                    "-keyout", str(key), "-out", str(cert), "-subj", "/CN=mihon", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    with Hall(tls=(cert, key)) as guarded:
        url = f"https://127.0.0.1:{guarded.port}"
        assert client.ask(url, "board", ca=cert, token="-")["outcome"] == "ok"
        assert client.ask(url, "board", token="-", give_up_ms=1000)["outcome"] == "away"


def main():
    with Hall() as hall:
        client = Client(hall)
        return Tap([a_ticket_is_issued_and_the_same_key_gives_it_again,
                    a_ticket_is_shown_by_its_token_and_a_foreign_token_is_not_found,
                    the_board_and_the_call_for_staff_are_answered,
                    a_wrong_token_and_an_unknown_service_are_refused,
                    a_dropped_call_is_never_reported,
                    a_queue_that_is_away_gives_away_in_time_and_no_number,
                    a_queue_that_comes_back_in_time_is_found_again,
                    an_answer_lost_on_the_line_is_asked_for_again_and_makes_one_ticket,
                    a_stranger_is_refused_not_followed_and_not_read_without_end,
                    pictures_of_the_card_travel_once_with_however_many_forms,
                    plain_http_is_for_the_machine_itself_only,
                    a_certificate_nobody_vouches_for_is_as_good_as_no_answer]).run(hall, client)


sys.exit(main())
