#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Another program that holds the card: connects exclusively, prints `held`, lets go when its stdin ends."""
import ctypes
import sys

SCARD_SCOPE_SYSTEM, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_ANY, SCARD_LEAVE_CARD = 2, 1, 3, 0


def main():
    pcsc = ctypes.CDLL("libpcsclite.so.1")
    context, handle, protocol = ctypes.c_long(), ctypes.c_long(), ctypes.c_ulong()
    reader = (sys.argv[1] if len(sys.argv) > 1 else "Virtual PCD 00 00").encode()
    status = pcsc.SCardEstablishContext(ctypes.c_ulong(SCARD_SCOPE_SYSTEM), None, None, ctypes.byref(context))
    if status == 0:
        status = pcsc.SCardConnect(context, reader, ctypes.c_ulong(SCARD_SHARE_EXCLUSIVE),
                                   ctypes.c_ulong(SCARD_PROTOCOL_ANY), ctypes.byref(handle), ctypes.byref(protocol))
    if status:
        sys.exit(f"hold_card: {status & 0xffffffff:08x}")
    print("held", flush=True)
    sys.stdin.read()
    pcsc.SCardDisconnect(handle, ctypes.c_ulong(SCARD_LEAVE_CARD))
    pcsc.SCardReleaseContext(context)


if __name__ == "__main__":
    main()
