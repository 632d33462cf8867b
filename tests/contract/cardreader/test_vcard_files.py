#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the virtual cards hold, looked at by programs that are not ours: OpenJPEG, libtiff's tools, ImageMagick, openssl.
argv[1]: the program vcard_files."""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["MESON_SOURCE_ROOT"], "tests", "support"))
import tap  # noqa: E402

PERSONAS = os.path.join(os.environ["MESON_SOURCE_ROOT"], "cardreader", "virtual", "personas")
WORK = tempfile.TemporaryDirectory()
KEYS = os.path.join(WORK.name, "keys")  # RSA keys are made once for all cards


def run(*argv, good=True, data=None):
    done = subprocess.run(argv, capture_output=True, timeout=60, input=data, check=False)
    assert (done.returncode == 0) == good, (argv, done.stdout[-400:], done.stderr[-400:])
    return done.stdout.decode("utf-8", "replace")


def files_of(persona):
    where = os.path.join(WORK.name, persona)
    if not os.path.isdir(where):
        os.mkdir(where)
        run(sys.argv[1], os.path.join(PERSONAS, persona + ".yaml"), where, KEYS)
    return where


def read(where, name):
    with open(os.path.join(where, name), "rb") as file:
        return file.read()


def objects(data):
    """{tag: value} of BER data objects; stops at filler"""
    found, at = {}, 0
    while at < len(data) and data[at] not in (0x00, 0xff) or data[at:at + 1] == b"\xff" and data[at + 1:at + 2] not in (b"\xff", b""):
        n_tag = 1
        if data[at] & 0x1f == 0x1f:
            n_tag = 2
        tag = data[at:at + n_tag].hex()
        at += n_tag
        length = data[at]
        at += 1
        if length & 0x80:
            n = length & 0x7f
            length = int.from_bytes(data[at:at + n], "big")
            at += n
        found[tag] = data[at:at + length]
        at += length
    return found


def store(where, name, data):
    path = os.path.join(where, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def identify(path):
    """format, width, height, bits of a sample"""
    return run("identify", "-format", "%m %w %h %[png:IHDR.bit-depth-orig]" if path.endswith(".png") else "%m %w %h %z", path)


def decode_jpeg2000(where, name, data, suffix):
    path, out = store(where, name + suffix, data), os.path.join(where, name + ".pgm")
    run("opj_decompress", "-i", path, "-o", out)
    return identify(out)


def test_pictures_of_a_my_number_card_are_what_they_say():
    """name and address are 1-bit PNG, the face is JPEG 2000 in grey, the codes are 24x12 and 72x12"""
    for persona in ("mihon-hanako", "rare-characters"):
        where = files_of(persona)
        face = objects(objects(read(where, "visual-0002"))["ff20"])
        assert identify(store(where, "name.png", face["df25"])) == "PNG 736 72 1"
        assert identify(store(where, "address.png", face["df26"])) == "PNG 736 132 1"
        assert identify(store(where, "code.png", face["df2a"])) == "PNG 24 12 1"
        assert decode_jpeg2000(where, "face", face["df27"], ".jp2") == "PGM 240 308 8"
        number = objects(objects(read(where, "visual-0005"))["ff40"])
        assert identify(store(where, "number.png", number["df41"])) == "PNG 72 12 1"


def test_a_rare_character_is_drawn_and_not_replaced():
    """𠮷 and 吉 give different pictures, and so does 葛 with a variation selector"""
    where = files_of("rare-characters")
    rare = objects(objects(read(where, "visual-0002"))["ff20"])["df25"]
    with open(os.path.join(PERSONAS, "rare-characters.yaml"), encoding="utf-8") as file:
        persona = file.read()
    for old, new in (("𠮷", "吉"), ("\U000E0102", "")):
        plain = os.path.join(WORK.name, "plain.yaml")
        with open(plain, "w", encoding="utf-8") as file:
            file.write("\n".join(line.replace(old, new) if line.startswith("name:") else line for line in persona.split("\n")))
        with tempfile.TemporaryDirectory() as other:
            run(sys.argv[1], plain, other, KEYS)
            assert objects(objects(read(other, "visual-0002"))["ff20"])["df25"] != rare, old


def test_the_front_of_a_residence_card_is_a_group_4_tiff():
    """7000 bytes with NUL behind the image, which libtiff's own tools read"""
    for persona in ("residence-card", "special-permanent", "residence-card-under-16"):
        where = files_of(persona)
        front = objects(read(where, "df1-0005"))["d0"]
        assert len(front) == 7000 and front.endswith(b"\0")
        said = run("tiffinfo", store(where, "front.tif", front))
        assert "CCITT Group 4" in said and "Bits/Sample: 1" in said, said
        width = int(identify(os.path.join(where, "front.tif")).split()[1])
        assert width >= 400, width


def test_the_photograph_of_a_residence_card_is_jpeg_2000_in_3000_bytes():
    """and a child's card has none"""
    where = files_of("residence-card")
    photo = objects(read(where, "df1-0006"))["d1"]
    assert len(photo) == 3000
    assert decode_jpeg2000(where, "photo", photo, ".jp2") == "PGM 270 360 8"
    child = read(files_of("residence-card-under-16"), "df1-0006")
    assert child[:2] == b"\xd1\x00" and not any(child[2:])


def test_the_check_code_of_a_residence_card_verifies_with_its_certificate():
    """openssl agrees: over both images, by the certificate aboard, whose chain ends at the anchor written out"""
    for persona in ("residence-card", "special-permanent"):
        where = files_of(persona)
        check = objects(read(where, "df3-0002"))
        assert len(check["da"]) == 256 and len(check["db"]) == 1200
        store(where, "signed", objects(read(where, "df1-0005"))["d0"] + objects(read(where, "df1-0006"))["d1"])
        certificate = store(where, "signer.der", check["db"].rstrip(b"\0"))
        run("openssl", "x509", "-inform", "DER", "-in", certificate, "-out", certificate + ".pem")
        run("openssl", "verify", "-no_check_time", "-CAfile", os.path.join(where, "trust", "residence-card-ca.crt"),
            certificate + ".pem")
        store(where, "signer.pub", run("openssl", "x509", "-in", certificate + ".pem", "-noout", "-pubkey").encode())
        run("openssl", "dgst", "-sha256", "-verify", os.path.join(where, "signer.pub"), "-signature",
            store(where, "check", check["da"]), os.path.join(where, "signed"))
    assert read(files_of("residence-card-under-16"), "df3-0002").startswith(b"\xda\x00\xdb\x00\x00")


def test_the_certificates_chain_and_the_attributes_are_seen_by_openssl():
    """both JPKI certificates verify against the anchors; the signing one shows its otherNames"""
    where = files_of("mihon-hanako")
    for ef, anchor in (("0001", "jpki-signature-ca"), ("000A", "jpki-authentication-ca")):
        path = os.path.join(where, "jpki-" + ef)
        run("openssl", "x509", "-inform", "DER", "-in", path, "-out", path + ".pem")
        run("openssl", "verify", "-no_check_time", "-CAfile", os.path.join(where, "trust", anchor + ".crt"), path + ".pem")
    shown = run("openssl", "x509", "-noout", "-ext", "subjectAltName,certificatePolicies", "-in", os.path.join(where, "jpki-0001.pem"))
    for i, value in enumerate(("見本　花子", "00000", "2", "319600229", "長野県見本村大字例示１２３番地", "0" * 15), 1):
        assert f"othername: 1.2.392.200149.8.5.5.{i}::{value}" in shown, shown
    assert "1.2.392.200149.8.5.1.1.20" in shown, shown
    text = run("openssl", "x509", "-noout", "-text", "-in", os.path.join(where, "jpki-000A.pem"))
    assert "X509v3 CRL Distribution Points" in text and "DirName" in text and "URI" not in text, text


def test_the_signature_of_the_attributes_verifies_against_the_written_anchor():
    """EF 0004 by the public key named by its issuer's key id, EF 0003 by EF 0004"""
    where = files_of("mihon-hanako")
    certificate = objects(objects(read(where, "text-0004"))["7f21"])
    body = certificate["5f4e"]
    anchor = os.path.join(where, "trust", body[:16].hex() + ".pem")
    run("openssl", "dgst", "-sha256", "-verify", anchor, "-signature", store(where, "cv.sig", certificate["5f37"]),
        store(where, "cv.body", body))
    assert body[:2] not in (b"50", b"60")


def test_a_licence_carries_a_bare_codestream_and_its_signature():
    """photograph of at most 2000 bytes, 外字 as bitmaps, one signature over record, domicile and photograph"""
    where = files_of("licence")
    photo = objects(read(where, "df2-0001"))["5f40"]
    assert len(photo) <= 2000 and decode_jpeg2000(where, "photo", photo, ".j2k") == "PGM 190 238 8"
    gaiji = objects(read(where, "df1-0003"))
    assert len(gaiji["48"]) == 129 and len(gaiji["49"]) == 129 and any(gaiji["48"][1:]) and gaiji["48"] != gaiji["49"]
    signature = objects(read(where, "df1-0007"))
    store(where, "signed", read(where, "df1-0001") + read(where, "df1-0002") + read(where, "df2-0001"))
    run("openssl", "dgst", "-sha256", "-verify", os.path.join(where, "trust", signature["b5"].hex() + ".pem"), "-signature",
        store(where, "signature", signature["b1"]), os.path.join(where, "signed"))


if __name__ == "__main__":
    tap.run(sys.modules["__main__"])
