#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""kill -9 under load, again and again: every acknowledged ticket is there afterwards, no number was given twice, and a
request whose answer was lost is settled by its key."""
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))
from queue_daemon import BUILD, OFFICE, Daemon, Tap  # noqa: E402

ROUNDS, CLIENTS = int(os.environ.get("MADOGUCHI_CRASH_ROUNDS", "12")), 16
seed = int(os.environ.get("MADOGUCHI_SEED", "20261124"))
chance = random.Random(seed)
d = Daemon(layer="services: [{id: certificates, numbers: 1-99999}]\n")
acks = os.path.join(d.base, "acks")
restarts = []


def acked():
    """key -> id; a line the load program was writing at the end counts for nothing."""
    with open(acks, encoding="ascii") as handle:
        pairs = [line.split() for line in handle.read().split("\n")[:-1]]
    assert len({key for key, _ in pairs}) == len(pairs)
    return dict(pairs)


def stored():
    with sqlite3.connect(d.state + "/queue.db") as db:
        return [row[0] for row in db.execute("SELECT ticket FROM event WHERE kind = 'issued'")]


def every_acknowledged_ticket_is_there_after_each_kill():
    for n in range(ROUNDS):
        begin = time.monotonic()
        d.start()
        restarts.append(time.monotonic() - begin)
        load = subprocess.Popen([os.path.join(BUILD, "tests/integration/queue/queue_load"), str(d.port), OFFICE, d.token,
                                 "certificates", str(CLIENTS), "20", f"round{n}", acks], stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.05, 0.6))  # the random instant
        d.stop(signal.SIGKILL)
        load.wait(timeout=30)
        there = stored()
        assert len(there) == len(set(there)), "a number twice"
        lost = set(acked().values()) - set(there)
        assert not lost, f"seed {seed} round {n}: lost {sorted(lost)[:3]}"
    assert len(acked()) > 20 * ROUNDS, "the load was no load"


def no_two_acknowledged_requests_got_one_number():
    given = list(acked().values())
    assert len(given) == len(set(given))


def a_lost_answer_is_settled_by_its_key():
    d.start()
    n_before = len(stored())
    known = acked()
    for key in list(known)[-20:]:
        again = d.call("POST", f"/api/v1/offices/{OFFICE}/tickets", raw=b'{"service":"certificates"}',  # byte for byte
                       headers={"Authorization": "Bearer " + d.token, "Idempotency-Key": key, "Content-Type": "application/json"})
        assert again.status == 200 and again.json()["id"] == known[key], (key, again.body)
    assert len(stored()) == n_before, "a repeated key made a ticket"


def the_log_verifies_and_numbers_have_no_holes():
    d.stop()
    assert " 0 findings" in d.command("verify")
    numbers = sorted(int(i.split("-A")[1]) for i in stored())
    assert numbers == list(range(1, len(numbers) + 1))
    print(f"# {len(numbers)} tickets over {ROUNDS} kills, slowest start {max(restarts) * 1e3:.0f} ms", flush=True)


try:
    code = Tap().run([every_acknowledged_ticket_is_there_after_each_kill, no_two_acknowledged_requests_got_one_number,
                      a_lost_answer_is_settled_by_its_key, the_log_verifies_and_numbers_have_no_holes])
finally:
    d.close()
sys.exit(code)
