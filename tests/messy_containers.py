"""Files that are not what their names say: other formats, encrypted or cut-off workbooks, bombs."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from messy_case import (
    IN_BOOK,
    IN_CSV,
    SHEET_XML,
    SPREADSHEET,
    STRINGS_XML,
    TABLE,
    Case,
    accepted,
    as_book,
    as_csv,
    book_bytes,
    either,
    refused,
)

WHOLE = {"told_of_the_file": True}
SAVE_AS = "xlsx|CSV|ＣＳＶ"
MEGABYTE = b" " * 2**20
HTML = '<html><head><meta charset="utf-8"></head><body><table border="1">{}</table></body></html>'.format(
    "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
).encode()
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def _png() -> bytes:
    """A grey picture of 8 × 8 points, as a scanner would save a page."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    points = zlib.compress(b"".join(b"\0" + b"\x80" * 8 for _ in range(8)))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", points) + chunk(b"IEND", b"")


def _compound(*streams: str) -> bytes:
    """An OLE compound file with one sector of directory entries: what .xls and encrypted workbooks are."""
    sector, last, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, last, 0, last, 0) + struct.pack("<I", 0)
    header += struct.pack("<I", free) * ((sector - len(header)) // 4)
    table = struct.pack("<III", 0xFFFFFFFD, last, last) + struct.pack("<I", free) * 125
    entries = [_directory_entry("Root Entry", kind=5, child=1)]
    entries += [_directory_entry(name, kind=2, child=free) for name in streams]
    directory = b"".join(entries).ljust(sector, b"\0")[:sector]
    return header + table + directory + bytes(4096)


def _directory_entry(name: str, *, kind: int, child: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
    tail = bytes(36) + struct.pack("<IQ", 2, 4096 if kind == 2 else 0)
    return encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), kind, 1) + links + tail


def _zip(parts: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name, text in parts.items():
            new.writestr(name, text)
    return made.getvalue()


ODS = _zip(
    {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
        "META-INF/manifest.xml": "<manifest/>",
    }
)
DOCX = _zip({"[Content_Types].xml": "<Types/>", "_rels/.rels": "<Relationships/>", "word/document.xml": "<document/>"})
PHOTOS = _zip({"写真/001.txt": "健康まつり", "写真/002.txt": "健康まつり"})


def _rezipped(change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Callable[[Path], None]:
    """The usual workbook with parts added, left out or replaced."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(book_bytes())) as old:
            parts = {part: old.read(part) for part in old.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for part, content in change(parts).items():
                new.writestr(part, content)

    return write


def _macros(parts: dict[str, bytes]) -> dict[str, bytes]:
    types = parts["[Content_Types].xml"].decode()
    types = types.replace(f"{SPREADSHEET}.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    types = types.replace(
        "<Override", '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override', 1
    )
    return parts | {"[Content_Types].xml": types.encode(), "xl/vbaProject.bin": _compound("VBA", "PROJECT")}


def _without(part: str) -> Callable[[Path], None]:
    return _rezipped(lambda parts: {name: content for name, content in parts.items() if name != part})


def _with_doctype(part: str, entities: str, used: str) -> Callable[[Path], None]:
    """A workbook whose XML declares entities and uses one in place of a text or a number."""

    def change(parts: dict[str, bytes]) -> dict[str, bytes]:
        xml = re.sub(r"^<\?xml.*?\?>", "", parts[part].decode("utf-8")).replace("健康診断の受診率", used)
        xml = xml.replace("<v>44.1</v>", f"<v>{used}</v>")
        return parts | {part: f'<?xml version="1.0"?><!DOCTYPE x [{entities}]>{xml}'.encode()}

    return _rezipped(change)


def _with_bomb(part: str, megabytes: int = 256) -> Callable[[Path], None]:
    """A workbook with one part that grows, when unpacked, by blanks between its elements."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(book_bytes())) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                with new.open(name, "w", force_zip64=True) as file:
                    content = old.read(name)
                    head, closing, tail = content.rpartition(b"</")
                    file.write(head)
                    for _ in range(megabytes if name == part else 0):
                        file.write(MEGABYTE)
                    file.write(closing + tail)

    return write


def _write_one_huge_part(path: Path) -> None:
    """A zip named xlsx that holds nothing but 300 MB of zeros."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new, new.open("0.bin", "w", force_zip64=True) as file:
        for _ in range(300):
            file.write(bytes(2**20))


def _cut(share: float) -> Callable[[Path], None]:
    """A download that broke off after that share of the workbook."""

    def write(path: Path) -> None:
        content = book_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return write


EXTENSIONS = [
    accepted("csv-named.xlsx", 9, as_csv(TABLE), IN_CSV, "CSV|ＣＳＶ", **WHOLE),
    accepted("csv-cp932-named.xlsx", 9, as_csv(TABLE, "cp932"), IN_CSV, "CSV|ＣＳＶ", **WHOLE),
    accepted("workbook-named.csv", 9, as_book(), IN_BOOK, "xlsx|Excel|エクセル", **WHOLE),
    refused("web-page-named.xls", 9, HTML, "HTML|ウェブ", **WHOLE),
    refused("web-page-named.xlsx", 9, HTML, "HTML|ウェブ", **WHOLE),
    refused("web-page-named.csv", 9, b"<!DOCTYPE html>\n" + HTML, "HTML|ウェブ", **WHOLE),
    either("tabbed-text-named.xls", 9, as_csv(TABLE, "cp932", separator="\t"), IN_CSV, messages=(SAVE_AS,), **WHOLE),
    either("workbook-named.xls", 9, as_book(), IN_BOOK, messages=(SAVE_AS,), **WHOLE),
    refused("old-workbook-named.xlsx", (9, 10), _compound("Workbook"), SAVE_AS, **WHOLE),
    refused("old-workbook.xls", 10, _compound("Workbook", "\x05SummaryInformation"), SAVE_AS, **WHOLE),
    accepted("with-macros.xlsm", 10, _rezipped(_macros), IN_BOOK, "マクロ|xlsm", **WHOLE),
    refused("open-document.ods", 10, ODS, SAVE_AS, **WHOLE),
    refused("open-document-named.xlsx", (9, 10), ODS, SAVE_AS, **WHOLE),
    refused("printed.pdf", 10, PDF, SAVE_AS, **WHOLE),
    refused("printed-named.csv", (9, 10), PDF, SAVE_AS, **WHOLE),
    refused("scanned.png", 10, _png(), SAVE_AS, **WHOLE),
    refused("scanned-named.xlsx", (9, 10), _png(), SAVE_AS, **WHOLE),
    refused("letter.docx", 10, DOCX, SAVE_AS, **WHOLE),
    refused("encrypted.xlsx", 11, _compound("EncryptedPackage", "EncryptionInfo"), "パスワード", **WHOLE),
    refused("encrypted-named.xls", 11, _compound("EncryptionInfo", "EncryptedPackage"), "パスワード", **WHOLE),
]
BROKEN = [
    refused("no-bytes.xlsx", 8, b"", "空|0バイト|０バイト|中身", **WHOLE),
    refused("cut-off-half.xlsx", 8, _cut(0.5), "壊|途中|開け|読め", **WHOLE),
    refused("cut-off-at-the-end.xlsx", 8, _cut(0.98), "壊|途中|開け|読め", **WHOLE),
    refused("letter-named.xlsx", 12, DOCX, "ブック|xlsx|Excel|エクセル", **WHOLE),
    refused("photos-named.xlsx", 12, PHOTOS, "ブック|xlsx|Excel|エクセル", **WHOLE),
    refused("no-workbook-part.xlsx", 12, _without("xl/workbook.xml"), "ブック|壊|開け|読め", **WHOLE),
    refused("no-sheet-part.xlsx", 12, _without(SHEET_XML), "シート|壊|開け|読め|空", **WHOLE),
    refused(
        "cut-off-sheet.xlsx",
        12,
        _rezipped(lambda parts: parts | {SHEET_XML: parts[SHEET_XML][:-40]}),
        "壊|開け|読め|シート",
        **WHOLE,
    ),
    refused("bomb-in-the-sheet.xlsx", 12, _with_bomb(SHEET_XML), "MB|大き|展開", **WHOLE),
    refused("bomb-in-the-texts.xlsx", 12, _with_bomb(STRINGS_XML), "MB|大き|展開", **WHOLE),
    refused("bomb-of-zeros.xlsx", 12, _write_one_huge_part, **WHOLE),
    refused("laughs-in-the-texts.xlsx", 12, _with_doctype(STRINGS_XML, f'<!ENTITY l0 "長">{LAUGHS}', "&l9;"), **WHOLE),
    refused("laughs-in-the-sheet.xlsx", 12, _with_doctype(SHEET_XML, f'<!ENTITY l0 "1">{LAUGHS}', "&l9;"), **WHOLE),
    refused(
        "entity-of-another-file.xlsx",
        12,
        _with_doctype(STRINGS_XML, '<!ENTITY f SYSTEM "file:///etc/hostname">', "&f;"),
        **WHOLE,
    ),
    refused(
        "one-harmless-entity.xlsx", 12, _with_doctype(STRINGS_XML, '<!ENTITY n "健康診断の受診率">', "&n;"), **WHOLE
    ),
]

CONTAINER_CASES: list[Case] = [*EXTENSIONS, *BROKEN]
