#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What a card gave, from the terminal's request to the clerk and to its end: shown to the window that serves, to nobody
before or after, readable on no disk, in no log, on no paper, and gone with the draft."""
import glob
import json
import os
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
from card_draft import ADDRESS, DRAFT, FACE, failed_draft, png, text_of, traces, value  # noqa: E402
from queue_daemon import OFFICE, Daemon, Tap  # noqa: E402

d = Daemon(layer="terminal: {card_pictures: [name, address, face]}\n").start()


def until(condition, what, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain: " + what
        time.sleep(0.02)


def issue(key, draft, status=201):
    answer = d.ticket(key, {"service": "certificates", "procedures": ["juminhyo"], "drafts": [draft]})
    assert answer.status == status, (answer.status, answer.body[:300])
    return answer.json() if status == 201 else answer


def serve(key, ticket):
    assert d.window("call", key + "-call", {"id": ticket["id"]}).status == 200
    assert d.window("start", key + "-start").status == 200


def drafts(ticket):
    answer = d.staff("GET", f"tickets/{ticket['id']}/drafts")
    assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store", answer.body[:200]
    return answer.json()["drafts"]


def readable(*more):
    """Files under the state folder and of the log that hold a trace of the card."""
    found = []
    for folder, _, names in os.walk(d.base):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as handle:
                content = handle.read()
            found += [(path, trace[:12]) for trace in [*traces(), *more] if trace in content]
    return found


SHADOW_BYTES = 1 << 36


def in_memory():
    """Traces in what the daemon has mapped and may write to. The office's name must be there, or the search is blind."""
    wanted = traces()
    found, has_sight = [], False
    with open(f"/proc/{d.process.pid}/maps", encoding="utf-8") as maps:
        areas = [line.split()[0].split("-") for line in maps if line.split()[1].startswith("rw")]
    if any(int(high, 16) - int(low, 16) > SHADOW_BYTES for low, high in areas):
        print("# AddressSanitizer keeps what was freed: memory is searched in the plain build")
        return []
    with open(f"/proc/{d.process.pid}/mem", "rb", 0) as memory:
        for low, high in areas:
            try:
                memory.seek(int(low, 16))
                content = memory.read(int(high, 16) - int(low, 16))
            except (OSError, ValueError, OverflowError):
                continue
            has_sight = has_sight or OFFICE.encode() in content
            found += [(low, trace[:12]) for trace in wanted if trace in content]
    assert has_sight, "the daemon's memory cannot be read"
    return found


def the_serving_window_gets_card_pictures_proof_and_dispute():
    d.sign_in()
    assert d.window("open", "o1").status == 200
    ticket = d.first = issue("c1", DRAFT)
    serve("c1", ticket)
    draft = drafts(ticket)[0]
    assert draft["pictures"] == DRAFT["pictures"] and draft["card"] == DRAFT["card"], draft["card"]
    assert draft["values"]["address"] == value(ADDRESS, disputed=True)
    assert "disputed" not in draft["values"]["name"]
    sources = {field["id"]: field["from"] for field in draft["fields"]}
    assert sources["name"] == "person.name" and sources["copies"] == "", sources


def nothing_of_it_lies_readable_on_the_disk_or_in_the_log():
    assert not readable(), readable()
    sealed = glob.glob(d.state + "/drafts/*")
    assert sealed and max(os.path.getsize(path) for path in sealed) > len(FACE), "it does lie there, sealed"


def nothing_of_it_stays_in_the_memory_of_the_daemon():
    time.sleep(1)  # the issue's own figure: one second after
    assert not in_memory(), in_memory()


def a_correction_ends_the_dispute_and_leaves_the_pictures():
    where = f"tickets/{d.first['id']}/drafts/0"
    changed = d.staff("PATCH", where, {"values": {"address": "長野県見本村大字例示5番地"}}).json()
    assert changed["values"]["address"] == value("長野県見本村大字例示5番地", "staff", "not-checked"), changed["values"]["address"]
    assert changed["history"][0]["before"] == ADDRESS and changed["history"][0]["source"] == "card"
    assert "pictures" not in changed and changed["card"] == DRAFT["card"], "who corrects has them already"
    again = drafts(d.first)[0]
    assert again["pictures"] == DRAFT["pictures"] and again["values"]["name"] == DRAFT["values"]["name"], "the rest is as it was"
    refused = d.staff("PATCH", where, {"values": {"pictures": {"value": text_of(FACE)}}})
    assert refused.problem() == "malformed-draft", "pictures come from a card only"


def pictures_are_seen_only_while_the_person_stands_there():
    d.sign_in("taro")
    waiting = issue("c2", DRAFT)
    seen = drafts(waiting)[0]
    assert "pictures" not in seen and seen["card"]["kind"] == "my-number", "a chief may read, but has nobody to compare with"
    assert "pictures" in drafts(d.first)[0]
    d.sign_in()
    assert d.window("hold", "h1").status == 200
    d.sign_in("taro")
    assert "pictures" not in drafts(d.first)[0]
    d.sign_in()
    assert d.window("resume", "h2", {"id": d.first["id"]}).status == 200
    assert "pictures" in drafts(d.first)[0]


def paper_is_the_same_with_and_without_them():
    plain = {key: DRAFT[key] for key in ("form", "version", "values")}
    assert d.window("finish", "pf").status == 200
    pages = []
    for key, draft in (("p1", DRAFT), ("p2", plain)):
        ticket = issue(key, draft)
        serve(key, ticket)
        pages.append([d.staff("GET", f"tickets/{ticket['id']}/drafts/0.{ending}").body for ending in ("pdf", "png")])
        assert d.window("finish", key + "-finish").status == 200
    assert pages[0] == pages[1] and pages[0][0].startswith(b"%PDF"), "the same values make the same bytes"


def ticket_board_phone_and_events_tell_nothing_of_it():
    ticket = issue("t1", DRAFT)
    serve("t1", ticket)
    told = [json.dumps(ticket), d.office("GET", "board").body.decode(), d.office("GET", "windows/w1", None, {"Cookie": d.cookie}).body.decode(),
            d.call("GET", "/api/v1/tickets/" + ticket["token"]).body.decode(), d.call("GET", "/metrics").body.decode()]
    rows = sqlite3.connect(d.state + "/queue.db").execute("SELECT * FROM event WHERE ticket = ?", (ticket["id"],)).fetchall()
    assert len(rows) >= 3
    told.append(repr(rows))
    for text in told:
        for word in ("picture", "disputed", "genuine", "my-number", "2031-02-28", "iVBOR", "proof"):
            assert word not in text, (word, text[:300])
    assert d.window("finish", "t1-finish").status == 200


def hostile_pictures_and_cards_are_refused_and_give_no_number():
    def sent(key, **members):
        return issue(key, {**DRAFT, **members}, 422).problem()
    good = text_of(FACE)
    bad = [{"face": good[:-8]}, {"face": good + "\n"}, {"face": "-" * 64}, {"face": ""}, {"face": None}, {"face": 7}, {"nose": good},
           {"face": text_of(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")}, {"face": text_of(FACE + b"tail")},
           {"face": text_of(FACE[:16] + b"\x7f\xff\xff\xff" * 2 + FACE[24:])}, {"face": text_of(png("big", 240, 210))},
           {kind: text_of(png(kind, 200, 180)) for kind in ("name", "address", "face")}, [good], good]
    before = d.office("GET", "board").json()["seq"]
    for i, pictures in enumerate(bad):
        assert sent(f"b{i}", pictures=pictures) == "malformed-draft", i
    for i, card in enumerate([{}, [], "my-number", {"kind": "<b>"}, {"kind": "my-number", "expires": "tomorrow"},
                              {"kind": "my-number", "genuine": "yes"}, {"kind": "my-number", "number": "1"}]):
        assert sent(f"k{i}", card=card) == "malformed-draft", card
    assert sent("d1", values={"name": value("x", disputed="yes")}) == "malformed-draft"
    most = {kind: text_of(png(kind, 200, 150)) for kind in ("name", "address", "face")}  # 3 × 30 kB
    assert issue("most", {**DRAFT, "pictures": most})["number"], "what fits is taken"
    assert d.office("GET", "board").json()["seq"] == before + 1, "only that one got a number"
    large = d.ticket("large", {"service": "certificates", "drafts": [{**DRAFT, "pictures": {"face": "A" * 400000}}]})
    assert large.status == 413, large.status


def a_town_that_shows_no_front_keeps_none():
    front = text_of(png("front", 100, 60))
    ticket = issue("f1", {**DRAFT, "pictures": {**DRAFT["pictures"], "front": front}})
    serve("f1", ticket)
    assert drafts(ticket)[0]["pictures"] == DRAFT["pictures"]
    assert d.window("finish", "f1-finish").status == 200
    none = Daemon(layer="terminal: {card_pictures: []}\n").start()
    try:
        issued = none.ticket("n1", {"service": "certificates", "drafts": [DRAFT]}).json()
        none.sign_in()
        assert none.window("open", "n2").status == none.window("next", "n3").status == 200
        seen = none.staff("GET", f"tickets/{issued['id']}/drafts").json()["drafts"][0]
        assert "pictures" not in seen and seen["card"] == DRAFT["card"]
        assert [os.path.basename(path)[32:] for path in glob.glob(none.state + "/drafts/*")] == [".0"], "no file for pictures"
    finally:
        none.close()


def drafts_of_an_older_terminal_still_open():
    ticket = issue("old", {"form": "juminhyo", "version": 1, "values": {"name": value("見本 太郎", proof="failed")}})
    serve("old", ticket)
    draft = drafts(ticket)[0]
    assert draft["values"]["name"]["proof"] == "failed" and "card" not in draft and "pictures" not in draft
    assert d.window("finish", "old-finish").status == 200


def accepting_hands_over_values_only_and_the_rest_goes_with_the_draft():
    ticket = issue("a1", failed_draft())
    serve("a1", ticket)
    assert d.staff("POST", f"tickets/{ticket['id']}/drafts/0/accept", {}).status == 200
    written = glob.glob(d.state + "/handover/certificates/*")
    assert len(written) == 2
    for path in written:
        with open(path, encoding="utf-8-sig") as handle:
            text = handle.read()
        assert ADDRESS in text and "iVBOR" not in text and "pictures" not in text and '"card":' not in text, path
        os.unlink(path)
    assert d.window("finish", "a1-finish").status == 200
    d.set_clock("2026-12-02T04:00:01+09:00")  # seven days and the night after
    until(lambda: "madoguchi_drafts_at_rest 0\n" in d.call("GET", "/metrics").body.decode(), "the retention to end")
    assert not glob.glob(d.state + "/drafts/*"), "the sealed files are gone"
    assert os.path.getsize(d.state + "/draft-keys") == 16, "and their keys"
    assert not readable(), readable()


def nothing_stays_in_memory_at_the_end():
    time.sleep(1)
    assert not in_memory(), in_memory()


try:
    code = Tap().run([
        the_serving_window_gets_card_pictures_proof_and_dispute, nothing_of_it_lies_readable_on_the_disk_or_in_the_log,
        nothing_of_it_stays_in_the_memory_of_the_daemon, a_correction_ends_the_dispute_and_leaves_the_pictures,
        pictures_are_seen_only_while_the_person_stands_there, paper_is_the_same_with_and_without_them,
        ticket_board_phone_and_events_tell_nothing_of_it, hostile_pictures_and_cards_are_refused_and_give_no_number,
        a_town_that_shows_no_front_keeps_none, drafts_of_an_older_terminal_still_open,
        accepting_hands_over_values_only_and_the_rest_goes_with_the_draft,
        nothing_stays_in_memory_at_the_end])
finally:
    d.close()
sys.exit(code)
