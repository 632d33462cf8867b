#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""madoguchi-queued over real HTTP on a real SQLite file: what it gives, what it refuses, what it forgets."""
import glob
import json
import os
import re
import resource
import socket
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
from queue_daemon import OFFICE, SOURCE, Daemon, Tap  # noqa: E402

DRAFT = {"form": "juminhyo", "version": 1, "values": {
    "name": {"value": "見本 花子", "source": "card", "proof": "verified"},
    "phone": {"value": "=1+1", "source": "typed"}}}
d = Daemon().start()


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def events(path, after, headers=None, until_text=None, seconds=10):
    """Reads a stream until a text was seen."""
    with socket.create_connection(("127.0.0.1", d.port), timeout=seconds) as s:
        more = "".join(f"{k}: {v}\r\n" for k, v in (headers or {}).items())
        where = f"/api/v1/offices/{OFFICE}/{path}" + ("" if after is None else f"?after={after}")
        s.sendall(f"GET {where} HTTP/1.1\r\nHost: 127.0.0.1:{d.port}\r\n{more}\r\n".encode())
        text = b""
        while until_text.encode() not in text:
            chunk = s.recv(65536)
            if not chunk:
                break
            text += chunk
        return text.decode()


def a_repeated_request_is_answered_not_repeated():
    first = d.ticket("r1")
    again = d.ticket("r1")
    assert first.status == 201 and again.status == 200, (first.status, again.status)
    assert first.body == again.body
    assert re.fullmatch(r"20261124-A\d{3}", first.json()["id"])
    assert len(first.json()["token"]) >= 22
    assert d.ticket("r1", {"service": "tax"}).problem() == "key-reused"
    assert first.json()["wait"] is None, "no window is open: nothing is promised"


def tickets_need_a_key_a_terminal_and_a_known_service():
    assert d.office("POST", "tickets", {"service": "tax"}, {"Authorization": "Bearer " + d.token}).problem() == "key-required"
    assert d.office("POST", "tickets", {"service": "tax"}, {"Idempotency-Key": "n1"}).status == 401
    assert d.ticket("n2", token="0" * 64).status == 401
    assert d.ticket("n3", {"service": "nothing"}).problem() == "unknown-service"
    assert d.ticket("n4", {"service": "tax", "procedures": ["nothing"]}).problem() == "unknown-procedure"
    assert d.ticket("n5", {"service": "tax", "drafts": [{"form": "nothing", "version": 1, "values": {}}]}).problem() == "malformed-draft"
    number = {"form": "kaigo-nintei", "version": 1, "values": {"individual_number": {"value": "905142867330", "source": "card"}}}
    assert d.ticket("n7", {"service": "tax", "drafts": [number]}).problem() == "malformed-draft", "a number never rests here"
    assert d.call("POST", "/api/v1/offices/209996-nowhere/tickets", {}, {"Idempotency-Key": "n6"}).problem() == "unknown-office"


def bad_bodies_get_the_right_problem():
    sent = {"Authorization": "Bearer " + d.token, "Idempotency-Key": "b1", "Content-Type": "application/json"}
    where = f"/api/v1/offices/{OFFICE}/tickets"
    for raw, status in ((b"{", 400), (b"[]", 422), (b'{"service":1}', 422), (b'{"service":"tax","service":"tax"}', 400),
                        (b"[" * 5000, 400), (b"\xff\xfe{}", 400), (b'{"service":"t\\u0000x"}', 400)):
        answer = d.call("POST", where, raw=raw, headers=sent)
        assert answer.status == status, (raw[:20], answer.status)
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert d.call("POST", where, raw=b"a=b", headers={**sent, "Content-Type": "text/plain"}).status == 415
    assert d.call("POST", where, raw=b'{"x":"' + b"a" * (2 << 20) + b'"}', headers=sent).status == 413
    assert d.call("GET", "/api/v1/nothing").status == 404
    answer = d.call("DELETE", where)
    assert answer.status == 405 and answer.headers["Allow"] == "POST"


def answers_carry_the_security_headers():
    answer = d.call("GET", "/")
    assert answer.status == 200 and "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert d.call("GET", "/", headers={"If-None-Match": answer.headers["ETag"]}).status == 304
    assert d.office("GET", "board").headers["Cache-Control"] == "no-store"


def staff_need_session_csrf_token_and_own_origin():
    assert d.office("GET", "windows/w1").status == 401
    assert d.call("POST", "/api/v1/sessions", {"user": "hanako", "password": "wrong-password"}).status == 401
    cookie = d.sign_in().headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    good = {"Cookie": d.cookie, "Idempotency-Key": "s1"}
    assert d.office("POST", "windows/w1/open", {}, good).problem() == "csrf"
    assert d.office("POST", "windows/w1/open", {}, {**good, "X-CSRF-Token": "0" * 64}).problem() == "csrf"
    assert d.office("POST", "windows/w1/open", {}, {**good, "X-CSRF-Token": d.csrf, "Origin": "http://evil.example"}).problem() == "foreign-origin"
    assert d.office("POST", "windows/w1/open", {}, {"Cookie": d.cookie, "X-CSRF-Token": d.csrf}).problem() == "key-required"
    me = d.call("GET", "/api/v1/sessions", headers={"Cookie": d.cookie}).json()
    assert me["csrf"] == d.csrf and me["role"] == "clerk" and me["office"] == OFFICE


def a_clerk_calls_serves_and_finishes():
    number = d.ticket("c1").json()["number"]
    assert d.window("next", "c2").problem() == "window-closed"
    assert d.window("open", "c3").json()["state"] == "open"
    wait = d.ticket("c4").json()["wait"]
    assert wait["to_min"] >= wait["from_min"] + 5 and wait["from_min"] % 5 == 0
    called = d.window("next", "c5").json()["ticket"]
    assert called["state"] == "called"
    assert d.window("next", "c5").json()["ticket"]["id"] == called["id"], "the same press again"
    assert d.window("recall", "c6").status == 200
    assert d.window("start", "c7").json()["ticket"]["state"] == "serving"
    assert d.window("next", "c8").problem() == "busy"
    assert d.window("call", "c9", {"id": called["id"]}, "w2").problem() == "already-called"
    board = d.office("GET", "board").json()
    assert board["called"][0]["number"] == called["number"] and board["called"][0]["window"] == "w1"
    assert number and "花子" not in json.dumps(board)
    assert d.window("finish", "c10").json()["ticket"] is None
    while d.window("next", "c-" + str(time.monotonic()), {"finish": True}).json()["ticket"]:
        pass
    assert d.window("next", "c11").json()["ticket"] is None
    assert d.window("dance", "c12").status == 404


def a_free_window_promises_no_wait_and_a_busy_one_does():
    def moving():
        return next(s for s in d.office("GET", "board").json()["services"] if s["id"] == "moving")
    assert moving()["waiting"] == 0 and moving()["wait"] == {"from_min": 0, "to_min": 5}, moving()
    first = d.ticket("q1", {"service": "moving"}).json()
    assert first["wait"] == {"from_min": 0, "to_min": 5}, first
    assert d.window("next", "q2").json()["ticket"]["id"] == first["id"]
    assert moving()["waiting"] == 0 and moving()["wait"]["from_min"] > 0, moving()
    assert d.window("start", "q3").status == 200 and d.window("finish", "q4").status == 200


def the_holder_sees_the_place_and_cancels():
    ticket = d.ticket("h1").json()
    seen = d.call("GET", "/api/v1/tickets/" + ticket["token"]).json()
    assert seen["number"] == ticket["number"] and seen["state"] == "waiting" and seen["ahead"] == ticket["ahead"]
    assert d.call("GET", "/api/v1/tickets/" + "A" * 24).status == 404
    assert d.call("GET", "/t/" + ticket["token"]).status == 200
    gone = d.call("POST", f"/api/v1/tickets/{ticket['token']}/cancel", {}, {"Idempotency-Key": "h2"})
    assert gone.status == 200 and gone.json()["state"] == "cancelled"
    assert d.call("POST", f"/api/v1/tickets/{ticket['token']}/later", {}).status == 501


def the_holder_is_told_what_to_bring_and_what_it_costs():
    def told(key, procedure, drafts=()):
        token = d.ticket(key, {"service": "certificates", "procedures": [procedure], "drafts": list(drafts)}).json()["token"]
        seen = d.call("GET", "/api/v1/tickets/" + token)
        d.call("POST", f"/api/v1/tickets/{token}/cancel", {}, {"Idempotency-Key": key + "-gone"})
        assert "花子" not in seen.body.decode()
        assert "bring" not in d.call("GET", "/api/v1/tickets/" + token).json(), "nothing to bring for a ticket that is over"
        return seen.json()["bring"], seen.json()["fees"]
    papers = [{"ja": "本人確認書類", "id": "id-document"}]
    two = {**DRAFT, "values": {**DRAFT["values"], "copies": {"value": "2", "source": "typed"}}}
    assert told("g1", "juminhyo", [two]) == (papers, [{"yen": 600, "copies": 2}])
    assert told("g2", "juminhyo", [DRAFT]) == (papers, [{"yen_per_copy": 300}]), "copies are not known"
    assert told("g3", "koseki") == (papers, [{"yen_per_copy": 450}])


def drafts_are_read_by_the_window_only_corrected_accepted_and_audited():
    ticket = d.ticket("d1", {"service": "certificates", "procedures": ["juminhyo"], "drafts": [DRAFT]}).json()
    where = f"tickets/{ticket['id']}/drafts"
    assert d.staff("GET", where).problem() == "drafts-refused", "not before the person was called"
    assert d.window("call", "d2", {"id": ticket["id"]}).status == 200
    answer = d.staff("GET", where)
    draft = answer.json()["drafts"][0]
    assert draft["values"]["name"] == {"value": "見本 花子", "source": "card", "proof": "verified"}
    assert "name" in [f["id"] for f in draft["fields"]] and answer.headers["Cache-Control"] == "no-store"
    changed = d.staff("PATCH", where + "/0", {"values": {"name": "見本 太郎"}})
    assert changed.json()["values"]["name"]["source"] == "staff" and changed.json()["history"][0]["before"] == "見本 花子"
    assert d.staff("PATCH", where + "/0", {"values": {"name": "x", "nothing": "y"}}).problem() == "malformed-draft"
    assert d.staff("GET", where).json()["drafts"][0]["values"]["name"]["value"] == "見本 太郎", "all or nothing"
    late = d.call("PATCH", f"/api/v1/offices/{OFFICE}/{where}/0", {"values": {"name": "見本 次郎"}},
                  {"Cookie": d.cookie, "X-CSRF-Token": d.csrf, "If-Match": '"0"'})
    assert late.problem() == "changed-meanwhile", late.body
    assert d.staff("PATCH", where + "/0", {"values": {"birth_date": "1961-02-29"}}).problem() == "value-refused"
    assert d.staff("PATCH", where + "/0", {"values": {"name": ""}}).problem() == "value-refused"
    assert d.staff("GET", where).json()["drafts"][0]["edition"] == 1
    assert d.staff("POST", where + "/0/accept", {}).status == 200
    csv = open(glob.glob(d.state + "/handover/certificates/*.csv")[0], encoding="utf-8-sig").read()
    assert "見本 太郎" in csv and "\"'=1+1\"" in csv, csv
    assert d.staff("POST", where + "/0/print", {}, key="d3").problem() == "no-printer"
    kinds = [row[0] for row in sqlite3.connect(d.state + "/queue.db").execute("SELECT kind FROM event WHERE ticket = ?", (ticket["id"],))]
    assert "draft-read" in kinds and "draft-changed" in kinds and "draft-accepted" in kinds


def a_draft_comes_as_a_pdf_with_its_values():
    ticket = d.ticket("p1", {"service": "certificates", "drafts": [DRAFT]}).json()
    assert d.window("next", "p2", {"finish": True}).json()["ticket"]["id"] == ticket["id"]
    answer = d.staff("GET", f"tickets/{ticket['id']}/drafts/0.pdf")
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/pdf", answer.body[:200]
    text = subprocess.run(["pdftotext", "-", "-"], input=answer.body, capture_output=True, check=True).stdout.decode()
    assert "見本" in text and "花子" in text, text
    where = f"tickets/{ticket['id']}/drafts"
    assert d.staff("GET", where + "/7.pdf").status == 404
    picture = d.staff("GET", where + "/0.png")
    assert picture.status == 200 and picture.headers["Content-Type"] == "image/png" and picture.body[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture.headers["Cache-Control"] == "no-store" and int.from_bytes(picture.body[16:20], "big") > 500
    assert d.staff("GET", where + "/7.png").status == 404 and d.office("GET", where + "/0.png").status == 401
    reads = sqlite3.connect(d.state + "/queue.db").execute("SELECT count(*) FROM event WHERE ticket = ? AND kind = 'draft-read'", (ticket["id"],))
    assert reads.fetchone()[0] == 2, "who looked at the pages is written down"


def the_stream_replays_from_a_number_and_resets_who_is_lost():
    seq = d.office("GET", "board").json()["seq"]
    ticket = d.ticket("e1").json()
    text = events("events", seq, until_text="event: issued")
    assert f'"number":"{ticket["number"]}"' in text and f"id: {seq + 1}\n" in text
    assert "procedures" not in text and "token" not in text and ticket["id"] not in text
    text = events("events", None, {"Last-Event-ID": str(seq)}, until_text="event: issued")
    assert ticket["number"] in text
    assert "event: reset" in events("events", 10 ** 9, until_text="event: reset")
    text = events("staff/events", seq, {"Cookie": d.cookie}, until_text="event: issued")
    assert ticket["id"] in text and '"has_drafts":false' in text
    assert d.office("GET", "staff/events").status == 401
    d.office("POST", "staff-call", {"from": "t1"}, {"Authorization": "Bearer " + d.token, "Idempotency-Key": "e2"})
    assert '"from":"t1"' in events("staff/events", seq, {"Cookie": d.cookie}, until_text="event: staff-call")


def nothing_personal_lies_readable_on_the_disk_or_in_the_log():
    secrets = ["花子".encode(), d.ticket("z1").json()["token"].encode(), d.token.encode(), d.cookie.split("=")[1].encode()]
    for path in glob.glob(d.state + "/*") + glob.glob(d.state + "/drafts/*") + [d.base + "/log"]:
        if os.path.isfile(path):
            content = open(path, "rb").read()
            for secret in secrets:
                assert secret not in content, path


def a_restart_keeps_tickets_windows_and_sessions():
    before, ticket = d.office("GET", "board").json(), d.ticket("k1").json()
    assert d.stop() == 0
    d.start()
    after = d.office("GET", "board").json()
    assert after["seq"] == before["seq"] + 1 and after["windows"] == before["windows"]
    assert d.call("GET", "/api/v1/tickets/" + ticket["token"]).json()["number"] == ticket["number"]
    assert d.ticket("k1").json() == ticket, "answered again after the restart"
    assert d.staff("GET", "windows/w1").status == 200


def the_day_ends_with_its_drafts_tokens_and_windows():
    ticket = d.ticket("y1", {"service": "certificates", "drafts": [DRAFT]}).json()
    n_before = len(os.listdir(d.state + "/drafts"))
    assert n_before > 0
    d.set_clock("2026-11-25T04:00:01+09:00")
    until(lambda: d.call("GET", "/api/v1/tickets/" + ticket["token"]).status == 404)
    until(lambda: "madoguchi_drafts_at_rest 1\n" in d.call("GET", "/metrics").body.decode())  # the accepted one has its retention
    until(lambda: sqlite3.connect(d.state + "/queue.db").execute("SELECT count(*) FROM event WHERE kind = 'draft-erased'").fetchone()[0] > 0)
    assert d.ticket("y2").problem() == "closed", "at four in the morning"
    d.set_clock("2026-11-25T09:00:00+09:00")
    assert d.ticket("y2").json()["id"] == "20261125-A001"
    d.set_clock("2026-11-24T09:00:00+09:00")
    assert d.ticket("y3").json()["id"] == "20261125-A002", "a day never opens twice"


def failed_sign_ins_slow_down():
    seen = [d.call("POST", "/api/v1/sessions", {"user": "nobody", "password": "wrong-password"}).status for _ in range(7)]
    assert seen[0] == 401 and 429 in seen, seen


def health_and_figures_are_there():
    assert d.call("GET", "/healthz").status == 200
    assert "# TYPE madoguchi_tickets_total counter" in d.call("GET", "/metrics").body.decode()


def the_log_verifies():
    assert " 0 findings" in d.command("verify")


def off_loopback_without_tls_no_draft_and_no_staff_page():
    open_one = Daemon(listen="0.0.0.0:0", signed=("--serial", "1")).start()
    try:
        open_one.url = open_one.url.replace("0.0.0.0", "127.0.0.1")
        assert open_one.call("POST", "/api/v1/sessions", {"user": "hanako", "password": "x" * 9}).problem() == "tls-required"
        assert open_one.call("GET", "/clerk/").problem() == "tls-required"
        assert open_one.ticket("t1", {"service": "tax", "drafts": [DRAFT]}).problem() == "tls-required"
        assert open_one.ticket("t2").status == 201
    finally:
        open_one.close()


def a_full_disk_gives_no_number_says_so_and_recovers():
    full = Daemon().start()
    try:
        assert full.ticket("f1").status == 201
        size = sum(os.path.getsize(p) for p in glob.glob(full.state + "/queue.db*"))
        resource.prlimit(full.process.pid, resource.RLIMIT_FSIZE, (size // 2, resource.RLIM_INFINITY))
        seen = [full.ticket(f"f2-{i}") for i in range(60)]
        refused = [i for i, answer in enumerate(seen) if answer.status == 503]
        assert refused, [a.status for a in seen]
        resource.prlimit(full.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        until(lambda: full.ticket("f3").status in (200, 201))
        assert "STORE_FAILED" in full.log_text()
        again = full.ticket(f"f2-{refused[0]}")
        assert again.status == 201, "a refused request may be tried again with its key"
        ids = [a.json()["id"] for a in seen if a.status == 201] + [again.json()["id"]]
        assert len(ids) == len(set(ids))
        assert " 0 findings" in full.command("verify")
    finally:
        full.close()


def two_towns_are_served_by_one_daemon():
    both = Daemon(more=["--config", os.path.join(SOURCE, "shared/templates/municipalities/209988-hinagata")]).start()
    try:
        other = both.call("POST", "/api/v1/offices/209988-honcho/tickets", {"service": "moving"},
                          {"Authorization": "Bearer " + both.token, "Idempotency-Key": "w1"})
        assert other.json()["number"] == "401" and both.ticket("w3").json()["number"] == "A001", other.body
        both.sign_in()
        answer = both.call("POST", "/api/v1/offices/209988-honcho/windows/w1/open", {},
                           {"Cookie": both.cookie, "X-CSRF-Token": both.csrf, "Idempotency-Key": "w2"})
        assert answer.problem() == "other-office"
    finally:
        both.close()


try:
    code = Tap().run([
        a_repeated_request_is_answered_not_repeated, tickets_need_a_key_a_terminal_and_a_known_service,
        bad_bodies_get_the_right_problem, answers_carry_the_security_headers, staff_need_session_csrf_token_and_own_origin,
        a_clerk_calls_serves_and_finishes,
        a_free_window_promises_no_wait_and_a_busy_one_does, the_holder_sees_the_place_and_cancels,
        the_holder_is_told_what_to_bring_and_what_it_costs,
        drafts_are_read_by_the_window_only_corrected_accepted_and_audited, a_draft_comes_as_a_pdf_with_its_values,
        the_stream_replays_from_a_number_and_resets_who_is_lost, nothing_personal_lies_readable_on_the_disk_or_in_the_log,
        a_restart_keeps_tickets_windows_and_sessions, the_day_ends_with_its_drafts_tokens_and_windows,
        failed_sign_ins_slow_down, health_and_figures_are_there, the_log_verifies,
        off_loopback_without_tls_no_draft_and_no_staff_page, a_full_disk_gives_no_number_says_so_and_recovers,
        two_towns_are_served_by_one_daemon])
finally:
    d.close()
sys.exit(code)
