#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A specialist's day, from nothing to a counter that serves: a new town, changed in four layers, checked, compared, previewed, packed,
verified with minisign, and then served from its bundle by queued and terminal, read over AT-SPI and at the board. Prints TAP."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["MESON_SOURCE_ROOT"])
BUILD = pathlib.Path(os.environ["MESON_BUILD_ROOT"])
sys.path.insert(0, str(SOURCE / "tests" / "support"))
from terminal_driver import DEVICE, Terminal, restart_inside, wait  # noqa: E402

restart_inside(os.path.abspath(__file__), [str(SOURCE / "tests" / "support" / "pcsc_world"), "--removed", "--"])

import tap  # noqa: E402
from web_hall import Hall  # noqa: E402

TOOL = BUILD / "shared" / "madoguchi-config"
TEMPLATES = SOURCE / "shared" / "templates"
CODE = "209902"
OFFICE = f"{CODE}-honcho"
HOME = pathlib.Path(tempfile.mkdtemp(prefix="madoguchi-day-"))
TOWN = HOME / "209902-aoba"
BUNDLE, KEY = HOME / "aoba.mdg", HOME / "aoba"


def tool(*words, expect=0):
    done = subprocess.run([str(TOOL), *map(str, words), "--templates", str(TEMPLATES)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == expect, f"{words}: exit {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_new():
    """a new town is made over a prefecture of its own and checks without an error"""
    write(HOME / "prefecture" / "layer.yaml", "# 例の県\nextends: base\ntexts:\n"
          "  start.title: {ja: 青葉の ご用件を えらんでください, en: What brings you to Aoba?}\n")
    tool("new", CODE, "--name", "青葉町", "--name-kana", "あおばまち", "--name-en", "Aoba Town", "--extends", HOME / "prefecture", "--output", TOWN)
    assert "error" not in tool("check", TOWN, "--fast").stdout


def test_change():
    """it is changed in the town's, an office's and a device's layer, and explain names the layer that won"""
    text = (TOWN / "town.yaml").read_text(encoding="utf-8")
    write(TOWN / "town.yaml", text.replace("1番窓口", "総合窓口") + "\nservices:\n"
          "  - {id: certificates, name: {ja: 証明と写し, kana: しょうめいと うつし, en: Certificates and copies}}\n")
    write(TOWN / "offices" / "honcho" / "layer.yaml", "texts:\n"
          "  start.ticket-only: {ja: 本庁の 番号札だけ とる, kana: ほんちょうの ばんごうふだだけ とる, en: Just a number for the main office}\n")
    write(TOWN / "devices" / DEVICE / "layer.yaml", "office: honcho\ntexts:\n"
          "  start.guide: {ja: この端末で 手続きを さがす, kana: このたんまつで てつづきを さがす, en: Search at this terminal}\n")
    tool("check", TOWN, "--fast", "--office", OFFICE, "--device", DEVICE)
    lines = tool("explain", TOWN, "services.certificates.name.ja").stdout.splitlines()
    assert lines[0] == "証明と写し" and "209902-aoba/town.yaml:" in lines[1] and "services.yaml:" in lines[2], lines
    assert "devices/t1" in tool("explain", TOWN, "texts.start.guide.ja", "--office", OFFICE, "--device", DEVICE).stdout.splitlines()[1]


def test_mistake():
    """a slip of the hand is named with its line and what to do, and mended"""
    path = TOWN / "more.yaml"
    write(path, "terminal:\n  idel_s: 90\n")
    told = tool("check", TOWN, "--fast", expect=1).stdout
    assert f"{path}:2:3: error" in told and "idle_s" in told, told
    write(path, "terminal:\n  idle_s: 90\n")
    tool("check", TOWN, "--fast")


def test_compare():
    """diff and matrix show what the town does in its own way, and from which layer"""
    other = HOME / "other"
    tool("new", "209988", "--name", "ひながた町", "--extends", "base", "--output", other)
    paths = {d["path"] for d in json.loads(tool("diff", other, TOWN, "--json").stdout)["differences"]}
    assert {"services.certificates.name.ja", "terminal.idle_s", "texts.start.title.ja"} <= paths, paths
    page = HOME / "matrix.html"
    tool("matrix", TOWN, other, "--html", page)
    assert "証明と写し" in page.read_text(encoding="utf-8")


def test_preview():
    """the preview holds every screen, form, slip, board and phone page before anybody else sees them"""
    out = HOME / "preview"
    tool("preview", TOWN, "--output", out)
    index = (out / "index.html").read_text(encoding="utf-8")
    assert "青葉町" in index
    merged = json.loads(tool("print", TOWN, "--json").stdout)
    for form in merged["forms"]:
        for side in ("blank", "filled"):
            assert (out / "forms" / f"{form['id']}-{side}.pdf").read_bytes().startswith(b"%PDF"), form["id"]
    for language in merged["terminal"]["languages"]:
        assert list((out / "screens").glob(f"{language}-*-start.png")) and (out / "slips" / f"{language}.png").exists()
        assert (out / "pages" / f"phone-honcho-waiting-{language}.html").exists()
    assert "証明と写し" in (out / "pages" / "board-honcho-called.html").read_text(encoding="utf-8")


def test_pack():
    """one signed file holds it all; minisign and verify say that it is whole, and that an altered one is not"""
    tool("keygen", "--output", KEY)
    tool("pack", TOWN, "--key", f"{KEY}.key", "--output", BUNDLE)
    subprocess.run(["minisign", "-V", "-p", f"{KEY}.pub", "-m", str(BUNDLE), "-x", f"{BUNDLE}.minisig"], check=True, capture_output=True, timeout=30)
    assert CODE in tool("verify", BUNDLE, "--pub", f"{KEY}.pub").stdout
    altered = HOME / "altered.mdg"
    bytes_of = bytearray(BUNDLE.read_bytes())
    bytes_of[len(bytes_of) // 2] ^= 0xff
    altered.write_bytes(bytes_of)
    shutil.copy(f"{BUNDLE}.minisig", f"{altered}.minisig")
    tool("verify", altered, "--pub", f"{KEY}.pub", expect=1)


class BundleHall(Hall):
    """queued with the town's bundle and nothing else"""

    def own(self):
        return ["--config", str(BUNDLE), "--bundle-key", f"{KEY}.pub", "--database", f"sqlite:{self.state}/queue.db",
                "--state", str(self.state)]


def test_serve():
    """queued and terminal serve the bundle: the changed words stand on the screen, on the board and on the phone"""
    with BundleHall() as hall:
        token = hall.add_device(DEVICE)
        folder = HOME / "terminal"
        folder.mkdir()
        with Terminal(folder, hall.url, token, BUNDLE, clock=hall.clock, more=["--office", OFFICE, "--bundle-key", f"{KEY}.pub"]) as terminal:
            terminal.expect("青葉の ご用件を えらんでください")
            for text in ("証明と写し", "本庁の 番号札だけ とる", "この端末で 手続きを さがす"):
                terminal.expect_text(text)
            if os.environ.get("TERMINAL_PICTURES"):
                terminal.picture(pathlib.Path(os.environ["TERMINAL_PICTURES"]) / "specialist.png")
            terminal.press("証明と写し")
            assert wait(lambda: terminal.title() != "青葉の ご用件を えらんでください"), terminal.texts()
            assert terminal.stop() == 0, terminal.said()
        issued = hall.ask("POST", f"/api/v1/offices/{OFFICE}/tickets", {"service": "certificates"}, token=token)[0]
        assert issued["number"] == "A001", issued
        phone = hall.ask("GET", f"/api/v1/tickets/{issued['token']}/texts?lang=ja")[0]
        assert phone["services"]["certificates"] == "証明と写し" and phone["windows"] == {"w1": "総合窓口"}, phone
        board = hall.ask("GET", f"/api/v1/offices/{OFFICE}/board")[0]
        assert board["municipality"] == "青葉町"
        assert {"証明と写し"} <= {service["name"] for service in board["services"]}
        assert [window["label"] for window in board["windows"]] == ["総合窓口"]


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
