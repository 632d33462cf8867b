#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Turns the files of the pages into one C table, sorted by path. The ETag is the hash of the content, so that a
browser keeps a file exactly as long as it is the same, and the same sources give the same C file."""
import hashlib
import pathlib
import sys

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def c_bytes(content):
    lines = [content[i:i + 24] for i in range(0, len(content), 24)]
    return ",\n\t".join(",".join(str(byte) for byte in line) for line in lines)


def main():
    if len(sys.argv) < 4:
        sys.exit("usage: embed.py ROOT OUTPUT FILE...")
    root, output = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    files = {"/assets/" + str(pathlib.Path(name).resolve().relative_to(root)): pathlib.Path(name)
             for name in sys.argv[3:]}
    parts = ['/* Made by queue/web/embed.py from the pages beside it. */\n#include "queue/web/table.h"\n\n']
    table = []
    for number, (path, name) in enumerate(sorted(files.items(), key=lambda item: item[0].encode())):
        content = name.read_bytes()
        tag = hashlib.sha256(content).hexdigest()[:32]
        parts.append(f"static const unsigned char bytes_{number}[] = {{\n\t{c_bytes(content)}}};\n")
        table.append(f'\t{{"{path}", "{MEDIA_TYPES[name.suffix]}", "\\"{tag}\\"", bytes_{number}, {len(content)}}},\n')
    parts.append("\nconst struct web_asset web_asset_table[] = {\n" + "".join(table) + "};\n")
    parts.append(f"const size_t n_web_asset_table = {len(table)};\n")
    output.write_text("".join(parts))


if __name__ == "__main__":
    main()
