"""What goes back to the departments: for each file that they sent, a text of what to check and of how it was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from ..telling.vocabulary import say
from ..trust.workbook import Workbook
from ..words.paths import safe_name
from ..words.problems import Place, Problem, Reading

FOLDER = "tables/replies"
LONGEST_NAME = 40  # so that the whole path stays short: Windows allows 260 characters in all


def replies(workbook: Workbook) -> dict[str, bytes]:
    """The texts by their file names (UTF-8 with a mark, lines as Windows ends them); one for each file of observations.

    A workbook that went through disclosure control tells no withheld number here either.
    """
    table = workbook.tables["observations"]
    rows = table.places["file"].value_counts(sort=False).to_dict()
    notes, readings = _by_file(workbook.notes), _by_file(workbook.readings)
    found: dict[str, bytes] = {}
    for file, count in rows.items():
        if "、" in file:  # a row made of several districts has the places of all of them
            continue
        text = "\r\n".join(_lines(workbook, file, count, notes.get(file, []), readings.get(file, [])))
        found[_free_name(file, found)] = f"{text}\r\n".encode("utf-8-sig")
    return found


def _by_file(told: Sequence[Problem] | Sequence[Reading]) -> dict[str, list]:
    files: dict[str, list] = {}
    for own in told:
        files.setdefault(own.place.file, []).append(own)
    return files


def _free_name(file: str, taken: dict[str, bytes]) -> str:
    """The name of a text: that of the file, with folders written into it."""
    stem = safe_name("_".join(PurePosixPath(file).parts[2:]) or file, longest=LONGEST_NAME)
    names = [f"{FOLDER}/{stem}.txt", *(f"{FOLDER}/{stem}_{n}.txt" for n in range(2, 1000))]
    known = {name.casefold() for name in taken}
    return next(name for name in names if name.casefold() not in known)


def _lines(workbook: Workbook, file: str, rows: int, notes: list[Problem], readings: list[Reading]) -> Iterator[str]:
    yield say("reply.head", file=PurePosixPath(file).name)
    yield say("reply.plan", plan=workbook.plan.name)
    yield ""
    yield say("reply.thanks", rows=rows)
    told_as_notes = {reading.place for reading in readings if reading.is_note}
    yield ""
    if notes:
        yield say("reply.to_check", count=len(notes))
        for number, note in enumerate(notes, 1):
            facts = {"found": note.found.rstrip("。"), "remedy": f"{note.remedy.rstrip('。')}。" if note.remedy else ""}
            yield say("reply.item", number=number, spot=_spot(note.place), column=_column(note.column), **facts)
    else:
        yield say("reply.all_well")
    plain = [reading for reading in readings if reading.place not in told_as_notes]
    if plain:
        yield ""
        yield say("reply.read_otherwise", count=len(plain))
        for reading in plain:
            key = "reply.reading" if reading.found else "reply.hushed"
            facts = {"found": reading.found, "read": reading.read, "reason": reading.reason}
            yield say(key, spot=_spot(reading.place), column=_column(reading.column), **facts)


def _spot(place: Place) -> str:
    if not place.row:
        return f"シート「{place.sheet}」" if place.sheet else ""
    return f"シート「{place.sheet}」{place.spot}" if place.sheet else place.spot


def _column(header: str) -> str:
    return say("reply.column", column=header) if header else ""
