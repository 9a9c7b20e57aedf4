"""Rating schemes: definition files that a person can read, each naming a method of judging.

The library's own lie in `planeval/schemes/`; those of a data folder in `data/schemes/`, for every plan in it; those of
one plan in `data/<plan>/schemes/`. The nearer file goes before the other of the same name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..words.methods import Value, read_amount
from ..words.problems import DataProblems, Place, Problem, WrongUse, known_names, unknown_name
from .scheme_checks import scheme_problems
from .yaml_files import YamlDocument, read_settings

if TYPE_CHECKING:  # tables bring pandas, which a wrong command need not wait for
    from .plans import Plan
    from .tables import Table

FOLDER = Path(__file__).resolve().parents[1] / "schemes"
ALL = "all"
Band = Mapping[str, float]


@dataclass(frozen=True)
class Letter:
    """One letter of a scheme: what it is called, how it looks (`tone`) and which outcomes print it.

    `band` and `band_without_target` are limits of the method's quantity (at_least, above, at_most, below; all must
    hold, {} always holds); None where the letter has none. `points` is what it counts in a mean.
    """

    letter: str
    word: str
    symbol: str
    tone: str
    outcomes: tuple[str, ...]
    sentence: str
    rule: str
    band: Band | None = None
    band_without_target: Band | None = None
    points: float | None = None


@dataclass(frozen=True)
class Change:
    """What a scheme changes from a fiscal year on: settings and bands by letter."""

    year: int
    settings: Mapping[str, Value]
    bands: Mapping[str, Band]
    bands_without_target: Mapping[str, Band]


@dataclass(frozen=True)
class Scheme:
    """A rating scheme; its letters stand from best to worst, the one for "cannot be judged" last."""

    name: str
    title: str
    sentence: str
    method: str
    version: str
    source: str
    settings: Mapping[str, Value]
    letters: tuple[Letter, ...]
    prints_lean: bool = False
    aggregation: Mapping[str, object] | None = None
    warning: str = ""
    since: tuple[Change, ...] = ()

    def of_outcome(self, outcome: str) -> Letter:
        """The letter that this scheme prints for an outcome. Raises: StopIteration where it has none."""
        return next(letter for letter in self.letters if outcome in letter.outcomes)

    def of_letter(self, letter: str) -> Letter | None:
        """The letter of that name, or None where the scheme does not have it."""
        return next((known for known in self.letters if known.letter == letter), None)

    def letter_of(self, letter: str, outcome: str) -> Letter:
        """The letter of that name that prints an outcome, where a name stands twice; else the first of that name."""
        own = [known for known in self.letters if known.letter == letter]
        return next((known for known in own if outcome in known.outcomes), own[0])

    def at(self, fiscal_year: int) -> Scheme:
        """The scheme with the limits that were in force in a fiscal year."""
        scheme = self
        for change in sorted(self.since, key=lambda change: change.year):
            if change.year <= fiscal_year:
                letters = tuple(_changed(letter, change) for letter in scheme.letters)
                scheme = replace(scheme, settings={**scheme.settings, **change.settings}, letters=letters)
        return scheme


def scheme_paths(plan_folder: Path | None = None) -> dict[str, Path]:
    """The definition files by name: the library's, the data folder's, the plan's own."""
    folders = [FOLDER, plan_folder.parent / "schemes", plan_folder / "schemes"] if plan_folder else [FOLDER]
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.yaml"))}


def known_schemes(data_dir: Path) -> dict[str, Path]:
    """Every scheme that can be named without a plan: the library's, the data folder's and those of its plans."""
    plans = {path.stem: path for path in sorted(data_dir.glob("*/schemes/*.yaml"))}
    return plans | scheme_paths(data_dir / "any")


def named_schemes(name: str, data_dir: Path) -> dict[str, Path]:
    """The files that a name means on the command line: one scheme, one file (.yaml), or `all` that are known.

    Raises: WrongUse for an unknown name or file.
    """
    path, known = Path(name), known_schemes(data_dir)
    if path.suffix in {".yaml", ".yml"}:
        if not path.is_file():
            raise WrongUse(f"評価基準のファイル「{path.name}」がありません。場所と名前を確かめてください。")
        return {path.stem: path}
    if name != ALL and name not in known:
        raise unknown_name("評価基準", name, [*known, ALL])
    return dict(sorted(known.items())) if name == ALL else {name: known[name]}


def load_scheme(name: str, plan_folder: Path | None = None) -> Scheme:
    """The scheme of that name. Raises: WrongUse for an unknown name, DataProblems for a faulty file."""
    paths = scheme_paths(plan_folder)
    if name not in paths:
        raise unknown_name("評価基準", name, paths)
    return read_scheme(paths[name])


def read_scheme(path: Path) -> Scheme:
    """The scheme of one definition file. Raises: DataProblems with all its faults."""
    parent = path.resolve().parent
    owner = f"{parent.parent.name}/" if parent.name == FOLDER.name else ""
    document = YamlDocument(path, f"{owner}schemes/{path.name}")
    problems = scheme_problems(document, path.stem)
    if problems:
        raise DataProblems(problems)
    value = document.value
    return Scheme(
        **value
        | {
            "letters": tuple(_letter(letter) for letter in value["letters"]),
            "settings": read_settings(value.get("settings")),
            "since": tuple(_change(change) for change in value.get("since") or ()),
        }
    )


def check(plan: Plan | None, indicators: Table, folder: Path) -> list[Problem]:
    """The scheme files of a plan and its data folder, and every scheme that the plan, a period or an indicator names."""
    problems: list[Problem] = []
    for path in (*sorted((folder.parent / "schemes").glob("*.yaml")), *sorted((folder / "schemes").glob("*.yaml"))):
        try:
            read_scheme(path)
        except DataProblems as error:
            problems += error.problems
    known = scheme_paths(folder)
    for name in [plan.scheme, *(p.scheme for p in plan.periods if p.scheme)] if plan else []:
        if name not in known:
            place = Place(f"{folder.name}/plan.yaml")
            problems.append(Problem(place, f"知らない評価基準「{name}」", "評価基準の名前", known_names(name, known)))
    return [*problems, *_named_problems(indicators, known)]


def _named_problems(indicators: Table, known: Mapping[str, Path]) -> Iterator[Problem]:
    named = indicators.frame["scheme"]
    for index in named.index[named.ne("") & ~named.isin(list(known))]:
        found = f"知らない評価基準「{named[index]}」"
        yield indicators.problem(index, "scheme", found, "評価基準の名前", known_names(named[index], known))


def _letter(written: Mapping) -> Letter:
    bands = {name: _band(written[name]) for name in ("band", "band_without_target") if written.get(name) is not None}
    return Letter(**written | bands | {"outcomes": tuple(written["outcomes"])})


def _band(written: Mapping) -> Band:
    return {word: read_amount(limit) for word, limit in written.items()}


def _change(written: Mapping) -> Change:
    bands = [
        {name: _band(band) for name, band in (written.get(key) or {}).items()}
        for key in ("bands", "bands_without_target")
    ]
    return Change(written["year"], read_settings(written.get("settings")), *bands)


def _changed(letter: Letter, change: Change) -> Letter:
    return replace(
        letter,
        band=change.bands.get(letter.letter, letter.band),
        band_without_target=change.bands_without_target.get(letter.letter, letter.band_without_target),
    )
