#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The part of deploy/try after the build: starts the counter and, with --walk, walks one visit through it."""
import argparse
import os
import shutil
import socket
import sys

from counter import ROOT, Counter, CounterError, interruptible
from try_cards import USUAL, CardTable, line_at_prompt, persona_file, personas

TOWN = os.path.join(ROOT, "shared/templates/municipalities/209996-mihon")
WALK_CLOCK = "2026-11-24T10:12:00+09:00"  # a Tuesday, within office hours


def usual_port():
    """8080, so that the addresses are the same every day; any free one when that is taken"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", 8080))
        except OSError:
            return 0
    return 8080


def attend(counter, persona):
    """a counter for a person: says where everything is, hands specimen cards, waits for Ctrl-C"""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        counter.start_terminal(os.environ, "--windowed", "540x960")
        window = "端末の画面を ウィンドウに 出しました / the terminal is in its window"
    else:
        window = "画面がないため 端末は 動かしていません / no display: the terminal was not started"
    print(f"""
見本のカウンターが 動いています / the counter is running
  {window}
  職員の画面 / clerk console   {counter.url}/clerk/   （利用者 madoguchi ・ パスワード {counter.password}）
  呼出表示 / board             {counter.url}/board/{counter.office}
  番号のページ / phone page    {counter.url}/t/…  （番号札の QR / the QR code on the slip）
  番号札と申請書 / paper       {counter.path('slips')}  {counter.path('forms')}""", flush=True)
    table = None
    if counter.is_virtual_reader:
        table = CardTable(counter, persona)
        table.show()
    print("  受付時間の外では 職員の画面で 窓口を 開けると 番号札が 出ます / outside office hours: open a window at the console first",
          flush=True)
    print("  止めるには Ctrl-C / Ctrl-C stops everything", flush=True)
    while all(process.process.poll() is None for process in counter.processes):
        line = line_at_prompt(0.5)
        if line is not None and table:
            table.line(line)
    ended = next(p for p in counter.processes if p.process.poll() is not None)
    if ended.name == "terminal" and ended.process.returncode == 0:
        return 0  # its window was closed
    raise CounterError(f"{ended.name} ended: {ended.last_words()}")


def main():
    parser = argparse.ArgumentParser(prog="deploy/try", description="from a checkout to a working counter")
    parser.add_argument("--walk", metavar="DIR", help="walk one visit without a person; leaves pictures and paper in DIR")
    parser.add_argument("--procedure", metavar="ID", default="juminhyo", help="what is walked for (default: juminhyo)")
    parser.add_argument("--keep", action="store_true", help="leave the state under build/try/")
    parser.add_argument("--port", type=int, default=0, help="port of the queue; without it 8080, or a free one")
    parser.add_argument("--config", metavar="DIR", default=TOWN, help="the town's folder, packed and signed here, or its bundle FILE.mdg (default: the sample town 見本村)")
    parser.add_argument("--bundle-key", metavar="FILE.pub", help="the key FILE.mdg was signed with")
    parser.add_argument("--card", metavar="PERSONA", default=USUAL,
                        help="the specimen card to begin with, by name (" + " ".join(personas()) + ") or a persona file")
    options = parser.parse_args()
    interruptible()
    state = os.path.join(ROOT, "build/try") if options.keep else None
    try:
        persona_file(options.card)
        if options.walk:
            import walk
            if state:
                shutil.rmtree(state, ignore_errors=True)  # a walk starts with an empty hall
            with Counter(options.config, options.port, state, WALK_CLOCK, reader="virtual",
                         persona=persona_file(options.card), key=options.bundle_key) as counter:
                return walk.walk(counter, os.path.abspath(options.walk), options.procedure)
        with Counter(options.config, options.port or usual_port(), state, persona=persona_file(options.card),
                     key=options.bundle_key) as counter:
            return attend(counter, options.card)
    except CounterError as error:
        print(f"deploy/try: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n止めました / stopped")
        return 0


if __name__ == "__main__":
    sys.exit(main())
