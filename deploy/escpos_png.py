#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""escpos_png.py SLIP.escpos SLIP.png - what a receipt printer would put on paper.

Reads the raster command GS v 0 (1D 76 30 m xL xH yL yH data, 1 is black) and skips initialise, feed and cut. Written
apart from the encoder, so that the picture shows what the bytes say and not what the encoder meant.
"""
import struct
import sys
import zlib


def rows_of(data):
    """the black-and-white rows, each a bytes of 1 bit per dot, and their width in bytes"""
    rows, width, at = [], 0, 0
    while at < len(data):
        if data[at:at + 3] == b"\x1dv0":
            _, x, y = struct.unpack_from("<BHH", data, at + 3)
            at += 8
            width = max(width, x)
            rows += [data[at + i * x:at + (i + 1) * x] for i in range(y)]
            at += x * y
        elif data[at:at + 2] == b"\x1b@":
            at += 2
        elif data[at:at + 2] in (b"\x1bd", b"\x1bJ", b"\x1ba", b"\x1b3"):  # feed lines, feed dots, align, line spacing
            at += 3
        elif data[at:at + 2] == b"\x1dV":  # cut; modes 65 and 66 carry a feed
            at += 4 if data[at + 2] in (65, 66) else 3
        elif data[at:at + 1] in (b"\n", b"\r"):
            at += 1
        else:
            raise ValueError(f"unknown command {data[at:at + 4].hex()} at byte {at}")
    return rows, width


def png(rows, width):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    # in PNG 0 is black, on the printer 1 is
    body = b"".join(b"\0" + bytes(255 - b for b in row.ljust(width, b"\0")) for row in rows)
    header = struct.pack(">IIBBBBB", width * 8, len(rows), 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def convert(source, target):
    with open(source, "rb") as handle:
        rows, width = rows_of(handle.read())
    with open(target, "wb") as handle:
        handle.write(png(rows, width))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    convert(sys.argv[1], sys.argv[2])
