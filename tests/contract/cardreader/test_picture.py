#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Pictures made by other programs (opj_compress, tiffcp, ImageMagick) through madoguchi-card-picture itself."""
import base64
import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.environ["MESON_SOURCE_ROOT"], "tests", "support"))
import tap  # noqa: E402

PROGRAM = os.path.join(os.environ["MESON_BUILD_ROOT"], "cardreader", "madoguchi-card-picture")
MEDIA = {".png": "image/png", ".jp2": "image/jp2", ".j2k": "image/jp2", ".tif": "image/tiff"}
ANSWER_MAX = 128 * 1024
SPOILT_ROUNDS = 60
FOLDER = tempfile.TemporaryDirectory(prefix="picture-")


class Process:
    """madoguchi-card-picture on a link"""

    def __init__(self):
        self.link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.link.settimeout(5)
        descriptor = theirs.fileno()
        self.process = subprocess.Popen([PROGRAM], stdin=subprocess.DEVNULL, close_fds=False,
                                        preexec_fn=lambda: os.dup2(descriptor, 3))
        theirs.close()

    def ask(self, media, data):
        message = {"media": media, "bytes": base64.b64encode(data).decode()}
        self.link.send(b"J" + json.dumps(message).encode())
        answer = self.link.recv(ANSWER_MAX)
        return json.loads(answer[1:]) if answer else None

    def close(self):
        self.link.close()
        return self.process.wait(timeout=10)

    def status(self, field):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(line.split()[1] for line in status if line.startswith(field + ":"))


def is_sanitized():
    """the address sanitizer takes all the address space and three times as long"""
    with open(PROGRAM, "rb") as file:
        return b"__asan_init" in file.read()


def path(name):
    return os.path.join(FOLDER.name, name)


def run(*argv, **more):
    return subprocess.run(argv, check=True, capture_output=True, **more).stdout


def grey_of(name):
    """width, height and grey bytes, as ImageMagick sees the file"""
    size = run("identify", "-format", "%w %h ", name).split()
    return int(size[0]), int(size[1]), run("convert", name, "-alpha", "off", "-colorspace", "gray", "-depth", "8", "gray:-")


def convert(name):
    """through the program; width, height, grey bytes of what came back"""
    process = Process()
    with open(name, "rb") as file:
        answer = process.ask(MEDIA[os.path.splitext(name)[1]], file.read())
    assert process.close() == 0
    assert "png" in answer, answer
    with open(path("out.png"), "wb") as file:
        file.write(base64.b64decode(answer["png"], validate=True))
    return grey_of(path("out.png"))


def draw(name, *how):
    run("convert", *how, path(name))
    return path(name)


def letters(width, height):
    """strokes without a font, so that every machine draws the same"""
    return ["-size", f"{width}x{height}", "xc:white", "+antialias", "-fill", "none", "-stroke", "black", "-strokewidth", "3", "-draw",
            f"line 5,5 {width - 6},{height - 6} circle {width // 2},{height // 2} {width // 2},4 line 9,{height - 4} 60,3",
            "-threshold", "50%"]


def face():
    return ["-seed", "7", "-size", "180x240", "plasma:gray40-gray80", "-blur", "0x6", "-colorspace", "gray", "-depth", "8"]


def test_mmr():
    """tiffcp's MMR comes out pixel for pixel, in every byte and bit order"""
    draw("front.tif", *letters(611, 397), "-type", "bilevel", "-depth", "1", "-compress", "none")
    for order in ("-L", "-B"):
        for fill in ("msb2lsb", "lsb2msb"):
            run("tiffcp", order, "-f", fill, "-c", "g4", path("front.tif"), path("g4.tif"))
            assert convert(path("g4.tif")) == grey_of(path("front.tif")), (order, fill)
    run("tiffcp", "-c", "g4", "-r", "16", path("front.tif"), path("strips.tif"))
    assert convert(path("strips.tif")) == grey_of(path("front.tif"))


def test_lossless():
    """opj_compress without loss comes out grey level for grey level, file and codestream"""
    draw("face.pgm", *face())
    for name in ("face.jp2", "face.j2k"):
        run("opj_compress", "-i", path("face.pgm"), "-o", path(name), "-n", "4")
        assert os.path.getsize(path(name)) < 12288, os.path.getsize(path(name))
        assert convert(path(name)) == grey_of(path("face.pgm"))


def test_lossy():
    """opj_compress to 3000 bytes as on a residence card stays close to the picture"""
    width, height, before = grey_of(draw("lossy.pgm", *face()))
    run("opj_compress", "-i", path("lossy.pgm"), "-o", path("lossy.jp2"), "-r", "15", "-I")
    assert os.path.getsize(path("lossy.jp2")) <= 3100
    after = convert(path("lossy.jp2"))
    assert after[:2] == (width, height)
    assert sum(abs(a - b) for a, b in zip(before, after[2])) / len(before) < 3


def test_png():
    """ImageMagick's PNG of one bit, grey, palette and interlaced come out alike, letters enlarged"""
    original = grey_of(draw("name.png", *letters(300, 48), "-depth", "1"))
    tripled = grey_of(draw("tripled.png", path("name.png"), "-scale", "300%"))
    for how in (["-define", "png:bit-depth=1"], ["-define", "png:color-type=0", "-define", "png:bit-depth=8"],
                ["-define", "png:color-type=3"], ["-interlace", "PNG"], ["-define", "png:color-type=6"]):
        draw("way.png", path("name.png"), *how)
        got = convert(path("way.png"))
        assert got == tripled, (how, got[:2], original[:2])


def test_rights():
    """the running process is filtered, cannot gain rights, and has bounds on memory, files and cores"""
    process = Process()
    process.ask("image/png", b"nothing")  # it answers: the lock-down is behind it
    assert process.status("Seccomp") == "2"
    assert process.status("NoNewPrivs") == "1"
    if not is_sanitized():
        assert resource.prlimit(process.process.pid, resource.RLIMIT_AS)[0] == 256 << 20
    assert resource.prlimit(process.process.pid, resource.RLIMIT_FSIZE) == (0, 0)
    assert resource.prlimit(process.process.pid, resource.RLIMIT_CORE) == (0, 0)
    assert os.listdir(f"/proc/{process.process.pid}/task") == [str(process.process.pid)]
    assert process.close() == 0


def test_spoilt():
    """pictures with changed bytes are answered: nothing in them makes the process do what is forbidden"""
    chance = random.Random(20261122)
    draw("s.pgm", *face())
    run("opj_compress", "-i", path("s.pgm"), "-o", path("s.jp2"), "-r", "15")
    run("convert", *letters(611, 397), "-compress", "Group4", path("s.tif"))
    draw("s.png", *letters(300, 48))
    n_pictures = 0
    for name in ("s.jp2", "s.tif", "s.png"):
        with open(path(name), "rb") as file:
            whole = file.read()
        process = Process()
        for _ in range(SPOILT_ROUNDS):
            spoilt = bytearray(whole)
            for _ in range(chance.randint(1, 4)):
                spoilt[chance.randrange(min(len(spoilt), chance.choice((64, 256, 1 << 20))))] ^= 1 << chance.randrange(8)
            answer = process.ask(MEDIA[os.path.splitext(name)[1]], bytes(spoilt))
            assert answer is not None and ("png" in answer) != ("error" in answer), (name, process.process.poll())
            n_pictures += "png" in answer
        assert process.close() == 0
    assert 0 < n_pictures < 3 * SPOILT_ROUNDS


def test_rules():
    """what is no message of the link ends the process"""
    for message in (b"X", b"J[]", b"J{", b"S" + b"1" * 65):
        process = Process()
        process.link.send(message)
        assert process.link.recv(ANSWER_MAX) == b""
        assert process.close() in (0, 1)


def test_time():
    """name, address, face and front of one card take less than 300 ms, start included"""
    draw("t.pgm", *face())
    run("opj_compress", "-i", path("t.pgm"), "-o", path("t.jp2"), "-r", "8")
    run("convert", *letters(1200, 757), "-compress", "Group4", path("t.tif"))
    draw("t.png", *letters(300, 48))
    best = 9
    for _ in range(5):
        begun = time.monotonic()
        process = Process()
        for name in ("t.png", "t.png", "t.jp2", "t.tif"):
            with open(path(name), "rb") as file:
                assert "png" in process.ask(MEDIA[os.path.splitext(name)[1]], file.read())
        best = min(best, time.monotonic() - begun)
        process.close()
    print(f"# {best * 1000:.0f} ms")
    assert best < (2 if is_sanitized() else 0.3)


if __name__ == "__main__":
    signal.alarm(120)
    tap.run(sys.modules[__name__])
