#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""One whole visit by deploy/try --walk, judged by programs nobody here wrote: poppler, qpdf, zbar."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.environ["MESON_SOURCE_ROOT"]
sys.path.insert(0, os.path.join(ROOT, "tests/support"))
import tap  # noqa: E402

OUT = tempfile.mkdtemp()


def output(*argv):
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def walk_json():
    with open(os.path.join(OUT, "walk.json"), encoding="utf-8") as handle:
        return json.load(handle)


def test_every_step_is_seen_to_happen():
    """deploy/try --walk exits 0: card, form, number, call, board, console"""
    done = subprocess.run(["/usr/bin/python3", os.path.join(ROOT, "deploy/try.py"), "--walk", OUT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_contract_lists_is_there():
    """form.pdf, slip.escpos, slip.png, board.png, console.png, walk.json and numbered screenshots"""
    names = os.listdir(OUT)
    for name in ("form.pdf", "slip.escpos", "slip.png", "board.png", "console.png", "walk.json"):
        assert name in names and os.path.getsize(os.path.join(OUT, name)) > 100, name
    assert sum(name[:2].isdigit() and name.endswith(".png") for name in names) >= 8, sorted(names)


def test_the_form_gives_its_values_back():
    """pdftotext finds the card's name, address and era date; fonts are embedded; qpdf has no complaint"""
    text = output("pdftotext", "-layout", os.path.join(OUT, "form.pdf"), "-")
    for value in ("見本", "花子", "長野県見本村", "昭和35年", "住民票の写し等交付請求書", "令和8年11月24日"):
        assert value in text, (value, text)
    fonts = output("pdffonts", os.path.join(OUT, "form.pdf")).splitlines()[2:]
    # columns from the right: object id, gen, uni, sub, emb
    assert fonts and all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts), fonts
    output("qpdf", "--check", os.path.join(OUT, "form.pdf"))


def test_zbar_reads_the_slip():
    """the QR on the paper is the ticket's phone page"""
    read = output("zbarimg", "-q", "--nodbus", "--raw", os.path.join(OUT, "slip.png")).strip()
    assert read.endswith("/t/" + walk_json()["token"]), read


def test_a_refused_card_does_not_end_the_visit():
    """an expired card: the walk goes on without it, as the screen offers, to a number and a form to write on"""
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run(["/usr/bin/python3", os.path.join(ROOT, "deploy/try.py"), "--walk", out, "--card", "expired"],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0 and "on-without-the-card" in done.stdout, done.stdout + done.stderr
        form = output("pdftotext", "-layout", os.path.join(out, "form.pdf"), "-")
        assert "住民票の写し等交付請求書" in form and "長野県見本村" not in form, form


def test_nothing_is_left_running():
    """no process of the walk survives it"""
    mine = output("ps", "-eo", "args")
    assert not any(OUT in line and "test_walk" not in line for line in mine.splitlines()), mine


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(OUT, ignore_errors=True)
