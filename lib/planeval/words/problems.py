"""What is wrong with the data, told so that the person who sent it can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

PROBLEM, NOTE = "problem", "note"
LIKE_ENOUGH = 0.5


@dataclass(frozen=True)
class Place:
    """Where a cell stands: a file, and in it a sheet and cell (xlsx) or a line (CSV, YAML)."""

    file: str
    sheet: str = ""
    row: int = 0
    letter: str = ""

    def __str__(self) -> str:
        if self.sheet:
            spot = f"セル {self.letter}{self.row}" if self.letter else f" {self.row}行目"
            return f"{self.file} シート「{self.sheet}」" + (spot if self.row else "")
        return f"{self.file} {self.row}行目" if self.row else self.file

    @property
    def spot(self) -> str:
        """The place within its file: `B5` in a sheet, `5行目` in a text file."""
        if not self.row:
            return ""
        return f"{self.letter}{self.row}" if self.sheet and self.letter else f"{self.row}行目"


@dataclass(frozen=True)
class Problem:
    """One fault (or, with `severity` "note", one remark): place, what was found, what was expected, what to do."""

    place: Place
    found: str
    expected: str
    remedy: str
    column: str = ""
    severity: str = PROBLEM

    def __str__(self) -> str:
        column = f" 列「{self.column}」" if self.column else ""
        parts = [f"{self.place}{column}：{self.found}"]
        if self.expected:
            parts.append(f"正しい形：{self.expected}")
        if self.remedy:
            parts.append(f"直し方：{self.remedy}")
        return "。".join(part.rstrip("。") for part in parts) + "。"

    @property
    def sort_key(self) -> tuple[str, str, int, int, str, str]:
        """Files in order of name, then sheet, row and column."""
        place = self.place
        return (place.file, place.sheet, place.row, len(place.letter), place.letter, self.found)


@dataclass(frozen=True)
class Reading:
    """One cell that was read otherwise than it was written: what stood there, what was read, and why.

    `is_note`: something that whoever sent it should know; else a mere matter of writing (full-width digits).
    """

    place: Place
    column: str
    found: str
    read: str
    reason: str
    is_note: bool = False

    def as_note(self) -> Problem:
        """The same as a remark."""
        read = f"「{self.read}」と読んだ" if self.read else "空として読んだ"
        told = f"「{self.found}」を{read}" if self.found != self.read else f"「{self.found}」"
        return Problem(self.place, f"{told}（{self.reason}）", "", "違えば直す", column=self.column, severity=NOTE)


class DataProblems(Exception):
    """All problems of one reading, raised once, sorted by file and row; `notes` are the remarks made beside them."""

    def __init__(self, found: Iterable[Problem]) -> None:
        told = sorted(dict.fromkeys(found), key=lambda problem: problem.sort_key)
        self.problems = tuple(problem for problem in told if problem.severity == PROBLEM)
        self.notes = tuple(problem for problem in told if problem.severity == NOTE)
        listed = "\n".join(f"- {problem}" for problem in self.problems)
        super().__init__(f"データに問題が{len(self.problems)}件あります。\n{listed}")


class WrongUse(ValueError):
    """The caller named a plan, period, scheme or parameter that does not exist."""


class Busy(Exception):
    """Another run is at work in the same outputs folder."""


def nearest_names(found: str, known: Iterable[str], *, limit: int = 3) -> list[str]:
    """The known names most like the one found, best first, equals in order of name."""
    matcher = SequenceMatcher(b=str(found).casefold())
    likeness = {}
    for name in set(known):
        matcher.set_seq1(name.casefold())
        likeness[name] = matcher.ratio()
    near = [name for name, ratio in likeness.items() if ratio >= LIKE_ENOUGH]
    return sorted(near, key=lambda name: (-likeness[name], name))[:limit]


def known_names(found: str, known: Iterable[str]) -> str:
    """The remedy for an unknown name: the nearest known ones, else the first few of all."""
    names = sorted(set(known))
    near = nearest_names(found, names)
    if near:
        return "近い名前：" + "、".join(near)
    if not names:
        return "使える名前はまだありません"
    return "使える名前：" + "、".join(names[:12]) + ("など" if len(names) > 12 else "")


def unknown_name(kind: str, found: object, known: Iterable[str]) -> WrongUse:
    """The error for an unknown plan, period, scheme or parameter, with the nearest known names."""
    return WrongUse(f"{kind}「{found}」はありません。{known_names(str(found), known)}。")
