"""Before a file is opened: what it is, whatever its name says, and whether it can be opened without harm.

Nothing is unpacked as a whole here: a zip's parts are looked through piece by piece.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ..words.problems import NOTE, Place, Problem

TEXT_KIND, WORKBOOK_KIND = "text", "workbook"
LARGEST_TEXT, LARGEST_FILE = 30_000_000, 60_000_000  # bytes
LARGEST_UNPACKED, MOST_PARTS, MOST_CELLS = 100_000_000, 5_000, 400_000
PIECE, OVERLAP = 1 << 20, 16
SPLIT = "年度や施策ごとに、いくつかのファイルに分ける。余分な行や列の書式も消す"
SAVE_AGAIN = "Excel で開き、「Excel ブック (.xlsx)」か「CSV UTF-8」で保存し直す"
COMPOUND, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
# How files of other kinds begin, and what people call them.
OTHERS = (
    (b"%PDF", "PDF"), (b"\x89PNG", "画像（PNG）"), (b"\xff\xd8\xff", "画像（JPEG）"), (b"GIF8", "画像（GIF）"),
    (b"II*\x00", "画像（TIFF）"), (b"MM\x00*", "画像（TIFF）"), (b"BM", "画像（BMP）"), (b"{\\rtf", "RTF の文書"),
    (b"7z\xbc\xaf", "圧縮ファイル（7z）"), (b"Rar!", "圧縮ファイル（RAR）"), (b"\x1f\x8b", "圧縮ファイル（gzip）"),
    (b"SQLite", "データベース"),
)  # fmt: skip
PAGES = (b"<html", b"<!doctype html", b"<table", b"<?xml", b"<head", b"<meta")
ODF = b"application/vnd.oasis.opendocument"


def look_at(path: Path, file: str) -> tuple[str, list[Problem]]:
    """The kind of a file (TEXT_KIND, WORKBOOK_KIND, or "" where it is refused) and what is to be told of it."""
    try:
        size = path.stat().st_size
        with path.open("rb") as source:
            start = source.read(4096)
            if start.startswith(ZIP):
                return _zip(source, file, path.suffix.lower(), size)
            if start.startswith(COMPOUND):
                return "", [_compound(source, file)]
    except PermissionError:
        return "", [
            _refusal(file, "ほかのプログラムが開いていて読めない", "閉じたファイル", "Excel を閉じてから、もう一度行う")
        ]
    return _not_a_zip(file, path.suffix.lower(), start, size)


def _refusal(file: str, found: str, expected: str, remedy: str) -> Problem:
    return Problem(Place(file), found, expected, remedy)


def _not_a_zip(file: str, suffix: str, start: bytes, size: int) -> tuple[str, list[Problem]]:
    if size == 0:
        return "", [_refusal(file, "ファイルが空（0バイト）", "1行目に見出し、2行目から値", "元の表から保存し直す")]
    lead = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    other = next((name for magic, name in OTHERS if start.startswith(magic)), "")
    if other and not (other.endswith("（BMP）") and _is_text(start)):
        return "", [_refusal(file, f"{other}のファイル", "xlsx か CSV", "表を xlsx か CSV で保存して送ってもらう")]
    if lead.startswith(PAGES):
        return "", [_refusal(file, f"中身は HTML か XML（名前は {suffix or '拡張子なし'}）", "xlsx か CSV", SAVE_AGAIN)]
    if not _is_text(start):
        return "", [_refusal(file, "壊れているか、表ではないファイル", "xlsx か CSV", SAVE_AGAIN)]
    if size > LARGEST_TEXT:
        return "", [_refusal(file, f"大きすぎる（{size:,}バイト）", f"{LARGEST_TEXT:,}バイトまで", SPLIT)]
    if suffix in {".csv", ".tsv", ".txt"}:
        return TEXT_KIND, []
    found = f"名前は「{suffix or '拡張子なし'}」で、中身は CSV などの文字のファイル。中身に合わせて読んだ"
    return TEXT_KIND, [Problem(Place(file), found, "", "名前の終わりを .csv にする", severity=NOTE)]


def _is_text(start: bytes) -> bool:
    """Whether bytes can be text: UTF-16 says so by its mark, all others have no zero byte in half of their places."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return start.count(0) <= len(start) // 8


def _compound(source: BinaryIO, file: str) -> Problem:
    """A file of the old Office kind: an encrypted workbook, or one of Excel 97 to 2003."""
    source.seek(0)
    content = source.read(LARGEST_FILE)
    if "EncryptedPackage".encode("utf-16-le") in content or "EncryptionInfo".encode("utf-16-le") in content:
        return _refusal(
            file, "パスワードで暗号化されている", "パスワードのない xlsx", "Excel で開き、パスワードを外して保存し直す"
        )
    return _refusal(file, "古い形式の Excel（.xls）などのファイル", "xlsx か CSV", SAVE_AGAIN)


def _zip(source: BinaryIO, file: str, suffix: str, size: int) -> tuple[str, list[Problem]]:
    if size > LARGEST_FILE:
        return "", [_refusal(file, f"大きすぎる（{size:,}バイト）", f"{LARGEST_FILE:,}バイトまで", SPLIT)]
    try:
        with zipfile.ZipFile(source) as archive:
            fault = _fault_of_archive(archive, file)
            names = archive.namelist() if fault is None else []
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        found = "xlsx として開けない（途中で切れているか、壊れている）"
        return "", [_refusal(file, found, "壊れていない xlsx", f"もう一度受け取るか、{SAVE_AGAIN}")]
    if fault is not None:
        return "", [fault]
    notes = []
    if any(name.lower().endswith("vbaproject.bin") for name in names) or suffix == ".xlsm":
        remedy = "マクロのない「Excel ブック (.xlsx)」で保存する"
        notes.append(
            Problem(Place(file), "マクロつきのブック（値だけを読み、マクロは動かさない）", "", remedy, severity=NOTE)
        )
    elif suffix != ".xlsx":
        found = f"名前は「{suffix or '拡張子なし'}」で、中身は Excel ブック（xlsx）。中身に合わせて読んだ"
        notes.append(Problem(Place(file), found, "", "名前の終わりを .xlsx にする", severity=NOTE))
    return WORKBOOK_KIND, notes


def _fault_of_archive(archive: zipfile.ZipFile, file: str) -> Problem | None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    is_short = "mimetype" in names and archive.getinfo("mimetype").file_size < 200
    if is_short and archive.read("mimetype").startswith(ODF):
        return _refusal(file, "OpenDocument（.ods など）のファイル", "xlsx か CSV", SAVE_AGAIN)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
        found = f"展開すると大きすぎる（{len(parts):,}個の部品、{unpacked:,}バイト）"
        return _refusal(file, found, f"展開して{LARGEST_UNPACKED:,}バイトまで", SPLIT)
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/workbook") for name in names):
        return _refusal(
            file, "Excel ブックではない zip", "xlsx か CSV", "zip を解いて、中の xlsx か CSV を送ってもらう"
        )
    if any(part.flag_bits & 1 for part in parts):
        return _refusal(file, "パスワードつきの zip", "パスワードのない xlsx", "パスワードを外して保存し直す")
    return _fault_of_parts(archive, parts, file)


def _fault_of_parts(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], file: str) -> Problem | None:
    cells = 0
    for part in parts:
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        is_sheet = part.filename.startswith("xl/worksheets/")
        for piece in _pieces(archive, part):
            if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece or b"<\x00" in piece[:8] or b"\x00<" in piece[:8]:
                found = "XML の中に、表に使わない宣言（DTD）がある"
                return _refusal(file, found, "Excel が保存した xlsx", SAVE_AGAIN)
            cells += piece.count(b"<c ") if is_sheet else 0
    if cells > MOST_CELLS:
        return _refusal(file, f"セルが多すぎる（{cells:,}個ほど）", f"{MOST_CELLS:,}個まで", SPLIT)
    return None


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part piece by piece, each with the end of the one before it."""
    end = b""
    with archive.open(part) as content:
        while piece := content.read(PIECE):
            yield end + piece
            end = piece[-OVERLAP:]
