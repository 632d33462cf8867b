# SPDX-License-Identifier: MIT
"""madoguchi-config check: one town, and 1,741 generated towns over one base. Peer of one town: PyYAML's C loader, which only
parses the same files. Peer of the cost of one town more: the same among a hundred towns."""
import glob
import importlib.machinery
import importlib.util
import os
import resource
import shutil
import subprocess
import tempfile
import time

import yaml
from measure import median

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TEMPLATES = os.path.join(ROOT, "shared/templates")
TOWN = os.path.join(TEMPLATES, "municipalities/209988-hinagata")
CONFIG = os.path.join(ROOT, "build/shared/madoguchi-config")
LAYERS = [os.path.join(TEMPLATES, "base"), os.path.join(TEMPLATES, "prefectures/20"), TOWN]


def make_towns(count, out):
    path = os.path.join(ROOT, "tests/support/make-towns")
    loader = importlib.machinery.SourceFileLoader("make_towns", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_towns", loader))
    loader.exec_module(module)
    return module.make(count, out)


def seconds(*words):
    begin = time.monotonic()
    done = subprocess.run([CONFIG, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stdout.decode()[:2000] + done.stderr.decode()
    return time.monotonic() - begin


def yaml_seconds():
    """what PyYAML takes for the files of one town, in this process, without starting anything"""
    files = [path for layer in LAYERS for path in glob.glob(layer + "/*.yaml") + glob.glob(layer + "/lang/*.yaml")]
    texts = []
    for path in files:
        with open(path, encoding="utf-8") as text:
            texts.append(text.read())
    begin = time.monotonic()
    for text in texts:
        yaml.load(text, Loader=yaml.CSafeLoader)
    return time.monotonic() - begin, sum(len(text.encode()) for text in texts)


def one_town():
    (_, size), parse = yaml_seconds(), median([yaml_seconds()[0] for _ in range(5)])
    start = median([seconds("--version") for _ in range(9)])
    fast = median([seconds("check", TOWN, "--fast") for _ in range(15)])
    full = median([seconds("check", TOWN) for _ in range(5)])
    what = f"check of one town, {size // 1024} KiB of YAML"
    yield f"{what}, --fast (PyYAML, parse only)", f"{fast * 1000:.1f} ms", f"{parse * 1000:.1f} ms", fast / parse, "<= 40 ms"
    yield "  of that, the program's start", f"{start * 1000:.1f} ms", f"{fast * 1000:.1f} ms", start / fast, "-"
    yield f"{what}, measured (PyYAML, parse only)", f"{full * 1000:.1f} ms", f"{parse * 1000:.1f} ms", full / parse, "<= 300 ms"


def many_towns(folder):
    towns = make_towns(1741, folder)
    few = median([seconds("check", "--fast", *towns[:100]) for _ in range(3)])
    first = median([seconds("check", "--fast", *towns[:10]) for _ in range(3)])
    all_seconds = median([seconds("check", "--fast", *towns) for _ in range(3)])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # of the largest process; there are two or more
    early, late = (few - first) / 90, (all_seconds - few) / 1641
    yield "check of 1,741 towns, --fast (100 towns)", f"{all_seconds:.2f} s", f"{few:.2f} s", all_seconds / few, "<= 10 s"
    yield "  one town more, up to 1,741 (up to 100)", f"{late * 1000:.2f} ms", f"{early * 1000:.2f} ms", late / early, "<= 1.10"
    yield "  memory of the largest of its processes", f"{peak:.0f} MiB", "300 MiB", peak / 300, f"<= {1 / (os.cpu_count() or 1):.2f}"


def run():
    yield from one_town()
    folder = tempfile.mkdtemp()
    try:
        yield from many_towns(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
