#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Readers as they are: two of them, none, gone and back, taken by others, cheap ones; and cards that mean no good. Run by
tests/support/pcsc_world --no-service: the reader service is started and stopped here."""
import os
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.environ["MESON_SOURCE_ROOT"], "tests", "support"))
from card_command import (CARD, FIRST_READER, SECOND_READER, OtherProgram, RawCard, Service, VirtualCard, command,  # noqa: E402
                          persona_file, run_tests, sample, wait_until)

BOUND_S = 3.0        # what a card may cost: the client's bound for one request
START_S = 2.0        # what starting the programs may cost on a busy machine, on top
SERVICE = Service()
FOLDER = tempfile.mkdtemp(dir="/run")


class World:
    """pcscd for one test, with what lies in the readers"""

    def __init__(self, reader=True):
        self.reader, self.cards = reader, []

    def __enter__(self):
        SERVICE.start(self.reader)
        return self

    def __exit__(self, *_):
        for card in self.cards:
            card.close()
        SERVICE.stop()

    def card(self, **options):
        self.cards.append(VirtualCard(**options))
        return self.cards[-1]

    def raw(self, answer, **options):
        self.cards.append(RawCard(answer, **options))
        return self.cards[-1]

    def take_away(self):
        self.cards.pop().close()
        wait_until(lambda: not any(r["card"] for r in readers()))


def readers():
    return command("readers", "--json").answer["readers"]


def read(*more, wait="10", secret="1234"):
    return command("read", "--pin-stdin", "--json", "--wait", wait, *more, secret=secret)


def waiting_read(wait="40"):
    waiting = subprocess.Popen([CARD, "read", "--pin-stdin", "--json", "--wait", wait], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    waiting.stdin.write("1234\n")
    waiting.stdin.close()
    return waiting


def other_person():
    return persona_file(FOLDER, sample().replace("見本　花子", "見本　次郎"), "jiro.yaml")


def a_card_in_the_second_reader_is_read():
    with World() as world:
        world.card(port=35964)
        assert read().answer["name"] == "見本　花子"
        assert [(r["name"], r["card"]) for r in readers()] == [(FIRST_READER, False), (SECOND_READER, True)]


def a_named_reader_is_the_only_one_looked_at():
    with World() as world:
        world.card()
        assert read("--reader", SECOND_READER, wait="1").returncode == 11
        world.card(port=35964, persona=other_person())
        assert read("--reader", SECOND_READER).answer["name"] == "見本　次郎"
        assert read("--reader", FIRST_READER).answer["name"] == "見本　花子"
        assert read("--reader", "No Such Reader", wait="1").returncode == 10


def a_service_that_starts_while_waiting_is_used():
    waiting = waiting_read()
    with World() as world:
        world.card()
        assert "見本　花子" in waiting.stdout.read()
        assert waiting.wait() == 0


def a_service_stopped_and_started_while_waiting_is_used_again():
    for how in (15, 9):
        with World() as world:
            waiting = waiting_read()
            wait_until(lambda: len(readers()) == 2)
            SERVICE.stop(how)
            SERVICE.start()
            world.card()
            assert "見本　花子" in waiting.stdout.read()
            assert waiting.wait() == 0


def a_reader_that_is_plugged_in_while_waiting_is_used():
    with World(reader=False):
        assert read(wait="0").returncode == 10
        assert readers() == []
        waiting = waiting_read()
        SERVICE.stop()
    with World() as world:
        world.card()
        assert "見本　花子" in waiting.stdout.read()
        assert waiting.wait() == 0


def another_program_at_the_card_is_named_and_waited_out_in_bounds():
    with World() as world:
        world.card()
        assert read().returncode == 0
        other = OtherProgram()
        done = read()
        assert (done.returncode, done.answer["error"]) == (15, "service-unavailable"), done
        assert "another program" in done.answer["message"], done
        assert done.seconds < BOUND_S + START_S, done.seconds
        other.close()
        assert read().returncode == 0


def a_card_that_does_not_answer_to_reset_is_told():
    with World() as world:
        world.raw(lambda _: b"\x90\x00", atr=b"")
        done = read(wait="2")
        assert done.returncode in (11, 13), done
        world.take_away()
        world.card()
        assert read().returncode == 0


def cheap_readers_read_the_same():
    with World() as world:
        card = world.card(persona=persona_file(FOLDER, sample().replace("大字例示", "大字例示" * 40), "long.yaml"))
        wanted = read().answer
        assert len(wanted["address"]) > 160
        for fault in ("no-extended on", "t0 on", "short-answers 40", "short-answers 1"):
            card.tell("heal")
            card.tell(fault)
            done = read("--want", "attributes,expiry")
            assert done.returncode == (0 if fault != "short-answers 1" else done.returncode), (fault, done)
            if done.returncode == 0:
                assert {**done.answer, "expires": None} == wanted, fault
            else:
                assert done.returncode == 14, (fault, done)


def blocked_is_blocked_whatever_the_card_calls_it():
    with World() as world:
        card = world.card(persona=persona_file(FOLDER, sample().replace("pin: 3", "pin: 0"), "blocked.yaml"))
        for word in ("6983", "6984"):
            card.tell("blocked-sw " + word)
            done = read("--spend-last-try")
            assert (done.returncode, done.answer["tries_left"]) == (21, 0), (word, done)


def next_card_is_read(world):
    world.take_away()
    world.card()
    done = read()
    assert done.returncode == 0, done


HOSTILE = {
    "more bytes for ever": lambda _: b"\x00" * 256 + b"\x61\x00",
    "more bytes, none come": lambda _: b"\x61\xff",
    "wrong length for ever": lambda _: b"\x6c\x01",
    "a file without end": lambda c: b"\xff\x20\x82\x7f\xff" + b"\x00" * 251 + b"\x90\x00" if c[1] == 0xB0 else b"\x90\x00",
    "the longest answer": lambda c: b"\x41" * 65533 + b"\x90\x00" if c[1] == 0xB0 else b"\x90\x00",
    "nothing but a byte": lambda _: b"\x90",
    "no tries but no end": lambda c: b"\x63\xcf" if c[1] == 0x20 else b"\x90\x00",
    "indefinite length": lambda c: b"\xff\x20\x80\xdf\x22" + b"\x90\x00" if c[1] == 0xB0 else b"\x90\x00",
    "silence": lambda _: None,
}


def slow(seconds):
    def answer(_):
        time.sleep(seconds)
        return b"\x90\x00"
    return answer


def a_hostile_card_costs_its_bound_and_never_the_next_card():
    for what, answer in {**HOSTILE, "half a second each": slow(0.5), "just too long": slow(3.2)}.items():
        with World() as world:
            world.raw(answer)
            done = read()
            assert done.returncode in (12, 13, 14, 15, 20, 21, 22), (what, done)
            assert done.seconds < BOUND_S + START_S, (what, done.seconds)
            next_card_is_read(world)


def garbage_of_many_seeds_is_refused_in_bounds():
    with World() as world:
        for seed in range(25):
            noise = random.Random(seed)

            def answer(_, noise=noise):
                status = noise.choice([b"", b"\x90\x00", b"\x90\x00", b"\x61\x10", b"\x6c\x20", b"\x63\xc2"])
                return noise.randbytes(noise.choice([0, 1, 2, 9, 30, 256, 300])) + status or b"\x00"
            card = world.raw(answer)
            done = read()
            assert done.returncode in (12, 13, 14, 15, 20, 21, 22), (seed, done)
            assert done.seconds < BOUND_S + START_S, (seed, done.seconds)
            assert card.n_commands <= 400, (seed, card.n_commands)
            world.take_away()
        world.card()
        assert read().returncode == 0


def verify_is_sent_once_whatever_is_answered():
    for n in range(8):
        noise = random.Random(1000 + n)
        seen = []

        def answer(message, noise=noise, seen=seen):
            if message[1] == 0x20 and len(message) > 5:
                seen.append(message)
                return noise.choice([b"\x6c\x04", b"\x61\x00", b"\x67\x00", b"\x69\x85", b"\x63\xc2", b"\x90\x00", b"\x00"])
            return noise.choice([b"\x90\x00", b"\x90\x00", b"\x63\xc3"])
        with World() as world:
            world.raw(answer)
            read("--spend-last-try")
            assert len(seen) <= 1, (n, seen)


def a_card_that_never_answers_leaves_a_trace_without_its_holder():
    with World() as world:
        world.raw(lambda c: None if c[1] == 0xB0 else b"\x63\xc3" if c[1] == 0x20 and len(c) == 4 else b"\x90\x00")
        path = os.path.join(FOLDER, "trace.txt")
        assert read("--record", path).returncode == 15
        with open(path, encoding="ascii") as file:
            trace = file.read()
        assert "> 0020009104........\n< 9000" in trace and "> 00B0820000\n# neither card nor reader" in trace, trace
        assert "31323334" not in trace and os.stat(path).st_mode & 0o777 == 0o600, trace


def a_trace_that_cannot_be_kept_is_told_before_the_card_is_read():
    with World() as world:
        card = world.card()
        done = command("read", "--pin-stdin", "--record", "/nowhere/trace.txt", secret="1234")
        assert done.returncode == 1 and " apdus 0" in " " + card.tell("status"), (done, card.tell("status"))


TESTS = [a_card_in_the_second_reader_is_read, a_named_reader_is_the_only_one_looked_at,
         a_service_that_starts_while_waiting_is_used, a_service_stopped_and_started_while_waiting_is_used_again,
         a_reader_that_is_plugged_in_while_waiting_is_used, another_program_at_the_card_is_named_and_waited_out_in_bounds,
         a_card_that_does_not_answer_to_reset_is_told, cheap_readers_read_the_same,
         blocked_is_blocked_whatever_the_card_calls_it, a_hostile_card_costs_its_bound_and_never_the_next_card,
         garbage_of_many_seeds_is_refused_in_bounds, verify_is_sent_once_whatever_is_answered,
         a_card_that_never_answers_leaves_a_trace_without_its_holder,
         a_trace_that_cannot_be_kept_is_told_before_the_card_is_read]

if __name__ == "__main__":
    sys.exit(run_tests(TESTS))
