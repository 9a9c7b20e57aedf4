"""Rating schemes: definition files that a person can read, each naming a method of judging.

The library's own lie in `planeval/schemes/`; a plan may add its own in `data/<plan>/schemes/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..words.lists import OUTCOMES
from ..words.problems import DataProblems, Place, Problem, known_names, unknown_name
from .yaml_files import YamlDocument, check_keys, setting_problems

if TYPE_CHECKING:  # tables bring pandas, which a wrong command need not wait for
    from .plans import Plan
    from .tables import Table

FOLDER = Path(__file__).resolve().parents[1] / "schemes"
TONES = ("A", "B", "B*", "C", "D", "E")
SCHEME_KEYS: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "title": (str,),
    "sentence": (str,),
    "method": (str,),
    "version": (str,),
    "source": (str,),
    "settings": (dict,),
    "letters": (list,),
    "prints_lean": (bool,),
}
LETTER_KEYS: dict[str, tuple[type, ...]] = {
    "letter": (str,),
    "word": (str,),
    "symbol": (str,),
    "tone": (str,),
    "outcomes": (list,),
    "sentence": (str,),
    "rule": (str,),
}


@dataclass(frozen=True)
class Letter:
    """One letter of a scheme: what it is called, how it looks (`tone`) and which outcomes print it."""

    letter: str
    word: str
    symbol: str
    tone: str
    outcomes: tuple[str, ...]
    sentence: str
    rule: str


@dataclass(frozen=True)
class Scheme:
    """A rating scheme; its letters stand from best to worst, the one for "cannot be judged" last."""

    name: str
    title: str
    sentence: str
    method: str
    version: str
    source: str
    settings: Mapping[str, float]
    letters: tuple[Letter, ...]
    prints_lean: bool = False

    def of_outcome(self, outcome: str) -> Letter:
        """The letter that this scheme prints for an outcome."""
        return next(letter for letter in self.letters if outcome in letter.outcomes)

    def of_letter(self, letter: str) -> Letter | None:
        """The letter of that name, or None where the scheme does not have it."""
        return next((known for known in self.letters if known.letter == letter), None)


def scheme_paths(plan_folder: Path | None = None) -> dict[str, Path]:
    """The definition files by name; a plan's own file goes before the library's of the same name."""
    folders = [FOLDER] + ([plan_folder / "schemes"] if plan_folder else [])
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.yaml"))}


def load_scheme(name: str, plan_folder: Path | None = None) -> Scheme:
    """The scheme of that name. Raises: WrongUse for an unknown name, DataProblems for a faulty file."""
    paths = scheme_paths(plan_folder)
    if name not in paths:
        raise unknown_name("評価基準", name, paths)
    return read_scheme(paths[name])


def read_scheme(path: Path) -> Scheme:
    """The scheme of one definition file. Raises: DataProblems with all its faults."""
    owner = f"{path.parent.parent.name}/" if path.parent.name == FOLDER.name else ""
    document = YamlDocument(path, f"{owner}schemes/{path.name}")
    problems = check_keys(document, (), SCHEME_KEYS, set(SCHEME_KEYS) - {"settings", "prints_lean"})
    if not problems:
        for n, _ in enumerate(document.value["letters"]):
            problems += check_keys(document, ("letters", n), LETTER_KEYS, set(LETTER_KEYS))
    problems = problems or _meaning_problems(document, path) + setting_problems(document)
    if problems:
        raise DataProblems(problems)
    value = document.value
    letters = tuple(Letter(**(letter | {"outcomes": tuple(letter["outcomes"])})) for letter in value["letters"])
    return Scheme(**(value | {"letters": letters, "settings": value.get("settings") or {}}))


def check(plan: Plan | None, indicators: Table, folder: Path) -> list[Problem]:
    """A plan's own scheme files, and every scheme that the plan, a period or an indicator names."""
    problems: list[Problem] = []
    for path in sorted((folder / "schemes").glob("*.yaml")):
        try:
            read_scheme(path)
        except DataProblems as error:
            problems += error.problems
    known = scheme_paths(folder)
    for name in [plan.scheme, *(p.scheme for p in plan.periods if p.scheme)] if plan else []:
        if name not in known:
            place = Place(f"{folder.name}/plan.yaml")
            problems.append(Problem(place, f"知らない評価基準「{name}」", "評価基準の名前", known_names(name, known)))
    named = indicators.frame["scheme"]
    for index in named.index[named.ne("") & ~named.isin(list(known))]:
        found = f"知らない評価基準「{named[index]}」"
        problems.append(indicators.problem(index, "scheme", found, "評価基準の名前", known_names(named[index], known)))
    return problems


def _meaning_problems(document: YamlDocument, path: Path) -> list[Problem]:
    name, problems = document.value["name"], []
    if name != path.stem:
        expected = f"ファイルの名前と同じ「{path.stem}」"
        problems.append(document.problem(("name",), f"name が「{name}」", expected, "どちらかをそろえる"))
    return problems + _letter_problems(document)


def _letter_problems(document: YamlDocument) -> list[Problem]:
    problems: list[Problem] = []
    owners: dict[str, str] = {}
    for n, letter in enumerate(document.value["letters"]):
        key = ("letters", n, "outcomes")
        if letter["tone"] not in TONES:
            found = f"tone が「{letter['tone']}」"
            problems.append(document.problem(("letters", n, "tone"), found, "、".join(TONES), "色の名を直す"))
        for outcome in map(str, letter["outcomes"]):
            if outcome not in OUTCOMES:
                near = known_names(outcome, OUTCOMES)
                problems.append(document.problem(key, f"知らない結果「{outcome}」", "、".join(OUTCOMES), near))
            elif outcome in owners:
                found = f"結果「{outcome}」が「{owners[outcome]}」にもある"
                problems.append(document.problem(key, found, "結果は一つの記号だけに", "どちらかから消す"))
            owners[outcome] = letter["letter"]
    for outcome in OUTCOMES:
        if outcome not in owners:
            found = f"結果「{outcome}」を表す記号がない"
            problems.append(document.problem(("letters",), found, "すべての結果に記号", "どれかの outcomes に足す"))
    return problems
