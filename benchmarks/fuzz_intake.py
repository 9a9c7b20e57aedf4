"""Random bytes against the reader of departments' files, led by coverage (atheris). On demand, never in CI.

Run: `pip install atheris`, then `python benchmarks/fuzz_intake.py csv 60` or `… xlsx 60` (seconds). A finding is an
exception, which atheris prints with the bytes that led to it; no finding ends with "Done".
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
with atheris.instrument_imports(include=["planeval", "openpyxl"]):
    from planeval.intake import reading
    from planeval.intake.workbook_files import read_workbook
    from planeval.words.contracts import CONTRACTS

from messy_files import CASES

PARTS = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml")
KINDS = ("csv", "xlsx")
MOST_SEEDS = 60


def packed(parts: dict[str, bytes], content: bytes) -> bytes:
    """The bytes themselves, or a workbook one of whose parts they are: the first byte tells which."""
    if not content or content[0] % (len(PARTS) + 1) == len(PARTS):
        return content
    text = io.BytesIO()
    with zipfile.ZipFile(text, "w") as archive:
        for name, part in {**parts, PARTS[content[0] % (len(PARTS) + 1)]: content[1:]}.items():
            archive.writestr(name, part)
    return text.getvalue()


def parts_of(book: Path) -> dict[str, bytes]:
    """The parts of a workbook by name."""
    with zipfile.ZipFile(book) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def seeds(kind: str, folder: Path) -> Path:
    """A folder with the small messy files of the tests, to begin from."""
    folder.mkdir()
    light = [case for case in CASES if case.file.endswith(f".{kind}") and "bomb" not in case.name]
    for case in light[:: max(1, len(light) // MOST_SEEDS)]:
        case.write(folder / case.name)
        if (folder / case.name).stat().st_size > 50_000:
            (folder / case.name).unlink()
    if kind == "xlsx":
        for path in [path for path in folder.iterdir() if zipfile.is_zipfile(path)]:
            for n, name in enumerate(PARTS):
                part = parts_of(path).get(name, b"")
                (folder / f"{path.stem}-{n}").write_bytes(bytes([n]) + part)
            path.unlink()
    return folder


def main() -> None:
    """Read what atheris makes until the time is over."""
    kind, seconds = sys.argv[1], sys.argv[2]
    if kind not in KINDS:
        raise SystemExit(f"kinds: {', '.join(KINDS)}")
    room = Path(tempfile.mkdtemp())
    path = room / f"table.{kind}"
    reading.open_workbook = read_workbook  # in this process, so that its lines are seen

    book = room / "book.xlsx"
    next(case for case in CASES if case.name == "title-and-notes.xlsx").write(book)
    parts = parts_of(book)

    def read(content: bytes) -> None:
        path.write_bytes(packed(parts, content) if kind == "xlsx" else content)
        sheets, problems = reading.read_file(path, path.name, CONTRACTS["observations"])
        assert sheets or problems

    words = [sys.argv[0], f"-max_total_time={seconds}", "-max_len=60000", str(seeds(kind, room / "seeds"))]
    atheris.Setup(words, read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
