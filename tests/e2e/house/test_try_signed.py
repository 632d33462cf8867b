#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""deploy/try serves what is signed: a form with an individual number can be walked to its paper, and a bundle is served as is."""
import json
import os
import subprocess
import sys
import tempfile
import urllib.request

ROOT, BUILD = os.environ["MESON_SOURCE_ROOT"], os.environ["MESON_BUILD_ROOT"]
sys.path[:0] = [os.path.join(ROOT, "tests/support"), os.path.join(ROOT, "deploy")]
import tap  # noqa: E402
from counter import Process  # noqa: E402

TRY = ["/usr/bin/python3", os.path.join(ROOT, "deploy/try.py")]
CONFIG = os.path.join(BUILD, "shared/madoguchi-config")


def test_an_individual_number_is_read_and_stands_on_the_paper():
    """certification of care: permitted, since what is served was signed"""
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run([*TRY, "--walk", out, "--procedure", "kaigo-nintei"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        form = subprocess.run(["pdftotext", "-layout", os.path.join(out, "form.pdf"), "-"], check=True, capture_output=True, text=True).stdout
        assert "209996000010" in "".join(form.split()), form


def test_a_bundle_is_served_as_it_is():
    """--config FILE.mdg --bundle-key FILE.pub; without the key it says what to give"""
    with tempfile.TemporaryDirectory() as work:
        town = os.path.join(work, "town")
        os.mkdir(town)
        with open(os.path.join(town, "layer.yaml"), "w", encoding="utf-8") as out:
            out.write("extends: municipalities/209996-mihon\n"
                      "printer: {roles: {slip: [{uri: \"file:%s\"}], form: [{uri: \"file:%s\"}]}}\n" % (work, work))
        subprocess.run([CONFIG, "keygen", "--output", f"{work}/key"], check=True)
        subprocess.run([CONFIG, "pack", town, "--key", f"{work}/key.key", "--output", f"{work}/town.mdg"], check=True)
        refused = subprocess.run([*TRY, "--config", f"{work}/town.mdg"], capture_output=True, text=True, check=False)
        assert refused.returncode == 1 and "--bundle-key" in refused.stderr, refused.stderr
        environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        attended = Process("try", [*TRY, "--config", f"{work}/town.mdg", "--bundle-key", f"{work}/key.pub"], f"{work}/log", environment)
        try:
            url = attended.wait_for(r"(http://\S+)/board/209996-honcho").group(1)
            with urllib.request.urlopen(f"{url}/api/v1/offices/209996-honcho/board", timeout=10) as answer:
                assert json.load(answer)["services"]
        finally:
            attended.stop()


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
