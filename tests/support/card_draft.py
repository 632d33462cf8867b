# SPDX-License-Identifier: MIT
"""Drafts as a terminal sends them after a card was read: values with proof and dispute, the card, its pictures. The pictures
are real PNGs made here, each with a mark of its own inside, so that a search finds any copy of them."""
import base64
import copy
import hashlib
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def noise(seed, n_bytes):
    """Bytes that nothing packs any smaller and nobody else has."""
    out, n = b"", 0
    while len(out) < n_bytes:
        out += hashlib.sha256(f"{seed} {n}".encode()).digest()
        n += 1
    return out[:n_bytes]


def png(seed, width, height, is_letters=False):
    """A grey picture of noise, or black strokes on white; not packed, so that its bytes lie in the file as they are."""
    rows = b""
    for y in range(height):
        if is_letters:
            row = bytes(0 if (x // 6 + y // 6) % 3 == 0 and 4 < y < height - 4 else 255 for x in range(width))
        else:
            row = noise(f"{seed} {y}", width)
        rows += b"\0" + row
    return SIGNATURE + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) \
        + _chunk(b"IDAT", zlib.compress(rows, 9 if is_letters else 0)) + _chunk(b"IEND", b"")


def text_of(picture):
    return base64.b64encode(picture).decode()


def value(text, source="card", proof="verified", **more):
    return {"value": text, "source": source, "proof": proof, **more}


NAME, ADDRESS = "見本　〓子", "長野県見本村大字例示123番地の4"
FACE = png("face", 120, 160)
NAME_PICTURE, ADDRESS_PICTURE = png("name", 180, 32, True), png("address", 320, 56, True)

DRAFT = {
    "form": "juminhyo", "version": 1,
    "values": {"name": value(NAME), "kana": value("ミホン　ヨシコ", "typed", "not-checked"),
               "address": value(ADDRESS, disputed=True), "birth_date": value("1960-02-29"),
               "copies": value("2", "typed", "not-checked")},
    "card": {"kind": "my-number", "genuine": "verified", "revocation": "not-checked", "expires": "2031-02-28"},
    "pictures": {"name": text_of(NAME_PICTURE), "address": text_of(ADDRESS_PICTURE), "face": text_of(FACE)},
}


def failed_draft():
    """The same card when it could not prove itself."""
    draft = copy.deepcopy(DRAFT)
    for entry in draft["values"].values():
        entry.pop("disputed", None)
        if entry["source"] == "card":
            entry.update(source="typed", proof="failed") # as a terminal marks what it cannot rely on
    draft["card"].update(genuine="failed", expires="2026-03-01")
    return draft


def traces():
    """What may lie nowhere readable: the face as bytes and in base64 wherever that begins, the name as UTF-8 and UTF-16."""
    part = FACE[200:296]
    found = [part[i:i + 24] for i in range(0, 72, 24)] + [SIGNATURE + b"\0\0\0\rIHDR", b"iVBORw0KGgo"]
    for shift in range(3):
        found.append(base64.b64encode(FACE[300 + shift:360 + shift])[:40])
    return found + [NAME.encode(), NAME.encode("utf-16-le"), "例示123番地の4".encode()]
