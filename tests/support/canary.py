# SPDX-License-Identifier: MIT
"""Canaries: people nobody has ever heard of, and the search for what is left of them. Each value is looked for as UTF-8,
UTF-16, UTF-32, Shift_JIS, hex and BCD, whole and in pieces long enough not to occur by chance."""
import os
import pathlib
import random
import subprocess

BUILD = pathlib.Path(os.environ.get("MESON_BUILD_ROOT", "build"))
SEARCH = BUILD / "tests" / "canary_search"
# JIS level 2, none of which our texts use: pairs of them meet by chance nowhere
RARE = "".join(bytes((row + 0xA0, cell + 0xA0)).decode("euc_jp") for row in range(50, 80) for cell in range(1, 95))


class Canary:
    """One invented resident; the same seed gives the same person."""

    def __init__(self, seed):
        dice = random.Random(seed)
        kanji = lambda n: "".join(dice.choice(RARE) for _ in range(n))  # noqa: E731
        self.name = kanji(4) + "　" + kanji(4)
        self.address = "長野県" + kanji(12)
        self.birth = f"{dice.randint(1932, 1987)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        self.number = wrong_check_digit("".join(str(dice.randint(0, 9)) for _ in range(11)))
        self.pin = f"{dice.randint(0, 9999):04}"
        self.code = f"{dice.randint(0, 9999):04}"
        self.expires = "2034-05-06"

    def persona(self, folder):
        path = pathlib.Path(folder) / f"canary-{self.number}.yaml"
        path.write_text(f"kind: my-number\nname: {self.name}\naddress: {self.address}\nbirth_date: {self.birth}\nsex: female\n"
                        f'number: "{self.number}"\npin: "{self.pin}"\nexpires: {self.expires}\nsecurity_code: "{self.code}"\n'
                        "tries: {pin: 3, a: 10, b: 10}\n", encoding="utf-8")
        return path

    def b(self):
        """照合番号B of somebody born in 昭和 (1926-12-25 to 1989-01-07)"""
        year, month, day = self.birth.split("-")
        return f"{int(year) - 1925:02}{month}{day}{self.expires[:4]}{self.code}"

    def patterns(self):
        """label, piece length in bytes, bytes"""
        for what, text in (("name", self.name), ("address", self.address[3:])):
            yield f"{what}/utf-8", 9, text.encode()
            for order in ("le", "be"):
                yield f"{what}/utf-16{order}", 6, text.encode("utf-16-" + order)
                yield f"{what}/utf-32{order}", 12, text.encode("utf-32-" + order)
            yield f"{what}/shift_jis", 6, text.replace("　", "").encode("shift_jis")
            yield f"{what}/hex", 18, text.encode().hex().encode()
            yield f"{what}/HEX", 18, text.encode().hex().upper().encode()
        for what, digits, piece in (("number", self.number, 9), ("b", self.b(), 12)):
            yield f"{what}/ascii", piece, digits.encode()
            yield f"{what}/utf-16", 2 * piece, digits.encode("utf-16-le")
            yield f"{what}/utf-32", 4 * piece, digits.encode("utf-32-le")
            yield f"{what}/hex", 2 * piece, digits.encode().hex().encode()
            yield f"{what}/bcd", len(digits) // 2, bytes.fromhex(digits)
        yield "birth/iso", 10, self.birth.encode()
        # four digits alone occur by chance: the PIN as it stands in commands and messages
        yield "pin/verify", 9, bytes.fromhex("0020009104") + self.pin.encode()
        yield "pin/verify-hex", 18, ("0020009104" + self.pin.encode().hex()).encode()
        yield "pin/json", 6, f'"{self.pin}"'.encode()


def wrong_check_digit(digits):
    """twelve digits that nobody's individual number can be"""
    total = sum(int(d) * (n + 1 if n <= 6 else n - 5) for n, d in enumerate(reversed(digits), 1))
    right = 0 if total % 11 <= 1 else 11 - total % 11
    return digits + str((right + 1) % 10)


def search(canaries, pids=(), files=()):
    """what was found where, as lines; [] nothing. Raises when something could not be looked at."""
    lines = "".join(f"{label} {piece} {data.hex()}\n" for canary in canaries for label, piece, data in canary.patterns())
    command = [str(SEARCH)]
    for pid in pids:
        command += ["--pid", str(pid)]
    command += [str(f) for f in files]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=300)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"the search did not see everything: {done.stderr.strip()}")
    return sorted(set(done.stdout.splitlines()))


def processes_of_ours(but=("madoguchi-virtual-card",)):
    """process ids of every program of this build, in this process namespace"""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            exe = os.readlink(path / "exe")
        except OSError:
            continue
        if exe.startswith(str(BUILD.resolve()) + "/") and os.path.basename(exe) not in (*but, "canary_search"):
            found.append(int(path.name))
    return found


def files_since(moment_s, folders, but=()):
    """regular files under the folders that were written after the moment"""
    found = []
    for folder in folders:
        for root, names, files in os.walk(folder):
            names[:] = [n for n in names if not any(os.path.join(root, n).startswith(str(b)) for b in but)]
            for name in files:
                path = os.path.join(root, name)
                try:
                    status = os.lstat(path)
                except OSError:
                    continue
                if (status.st_mode & 0o170000) == 0o100000 and status.st_mtime >= moment_s and \
                        not any(path.startswith(str(b)) for b in but):
                    found.append(path)
    return found
