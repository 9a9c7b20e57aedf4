"""What is wrong with a scheme file, told by line."""

from __future__ import annotations

from collections.abc import Iterator

from ..words.fiscal_years import FIRST_YEAR, LAST_YEAR
from ..words.lists import OUTCOMES
from ..words.methods import METHODS, needed_outcomes, read_amount
from ..words.problems import Problem, known_names
from .yaml_files import YamlDocument, check_keys, read_settings, setting_problems

TONES = ("A", "B", "B*", "C", "D", "E")
LIMITS = ("at_least", "above", "at_most", "below")
Keys = dict[str, tuple[type, ...]]
SCHEME_KEYS: Keys = {
    **dict.fromkeys(("name", "title", "sentence", "method", "version", "source", "warning"), (str,)),
    **{"settings": (dict,), "letters": (list,), "prints_lean": (bool,), "aggregation": (dict,), "since": (list,)},
}
LETTER_KEYS: Keys = {
    **dict.fromkeys(("letter", "word", "symbol", "tone", "sentence", "rule"), (str,)),
    **{"outcomes": (list,), "points": (int, float), "band": (dict,), "band_without_target": (dict,)},
}
CHANGE_KEYS: Keys = {"year": (int,), "settings": (dict,), "bands": (dict,), "bands_without_target": (dict,)}
AGGREGATION_KEYS: Keys = {"kind": (str,), "half": (str,), "expected": (dict,), "of": (str,)}
AGGREGATION_WORDS = {"kind": ("points_mean", "reached_share"), "half": ("down", "up"), "of": ("all", "rated")}
# Methods that give a quantity; which letter it gets is for the bands of the file to say.
BAND_METHODS = ("ratio_bands", "eurostat", "open_sdg", "sdsn_trend")
OPTIONAL = {"settings", "prints_lean", "aggregation", "since", "warning", "points", "band", "band_without_target"}
Key = tuple[object, ...]


def scheme_problems(document: YamlDocument, stem: str) -> list[Problem]:
    """All faults of one scheme file; `stem` is the name of the file without its ending."""
    problems = check_keys(document, (), SCHEME_KEYS, set(SCHEME_KEYS) - OPTIONAL)
    if not problems:
        for n, _ in enumerate(document.value["letters"]):
            problems += check_keys(document, ("letters", n), LETTER_KEYS, set(LETTER_KEYS) - OPTIONAL)
        for n, _ in enumerate(document.value.get("since") or []):
            problems += check_keys(document, ("since", n), CHANGE_KEYS, {"year"})
    return problems or [*_meaning_problems(document, stem)]


def _meaning_problems(document: YamlDocument, stem: str) -> Iterator[Problem]:
    value = document.value
    if value["name"] != stem:
        expected = f"ファイルの名前と同じ「{stem}」"
        yield document.problem(("name",), f"name が「{value['name']}」", expected, "どちらかをそろえる")
    method = value["method"]
    if method not in METHODS:
        near = known_names(method, METHODS)
        yield document.problem(("method",), f"知らない方法「{method}」", "、".join(METHODS), near)
    changes = [("since", n) for n, _ in enumerate(value.get("since") or [])]
    settings = [problem for key in ((), *changes) for problem in setting_problems(document, key, method)]
    yield from settings
    for n, letter in enumerate(value["letters"]):
        yield from _letter_problems(document, ("letters", n), letter)
    if not settings and method in METHODS:
        yield from _coverage_problems(document, method)
    yield from _aggregation_problems(document)
    for key in changes:
        yield from _change_problems(document, key, method)


def _letter_problems(document: YamlDocument, key: Key, letter: dict) -> Iterator[Problem]:
    if letter["tone"] not in TONES:
        yield document.problem((*key, "tone"), f"tone が「{letter['tone']}」", "、".join(TONES), "色の名を直す")
    for outcome in map(str, letter["outcomes"]):
        if outcome not in OUTCOMES:
            near = known_names(outcome, OUTCOMES)
            yield document.problem((*key, "outcomes"), f"知らない結果「{outcome}」", "、".join(OUTCOMES), near)
    for name in ("band", "band_without_target"):
        yield from _band_problems(document, (*key, name), letter.get(name) or {})
        if letter.get(name) is not None and not letter["outcomes"]:
            found = f"帯のある記号「{letter['letter']}」の outcomes が空"
            yield document.problem((*key, "outcomes"), found, "総括での数え方になる結果", "outcomes に結果を書く")


def _band_problems(document: YamlDocument, key: Key, band: dict) -> Iterator[Problem]:
    for word, limit in band.items():
        if word not in LIMITS:
            yield document.problem(
                (*key, word), f"知らない見出し「{word}」", "、".join(LIMITS), known_names(word, LIMITS)
            )
        elif read_amount(limit) is None:
            expected = "数、割合（80%）、分数（2/3）のどれか"
            yield document.problem((*key, word), f"「{word}」が「{limit}」", expected, "数で書く")


def _coverage_problems(document: YamlDocument, method: str) -> Iterator[Problem]:
    """Every answer of the method has one letter; with bands, what no band catches has one too."""
    letters = document.value["letters"]
    banded = [n for n, letter in enumerate(letters) if letter.get("band") is not None]
    for n in banded if method not in BAND_METHODS else ():
        yield _unused_band(document, ("letters", n, "band"), method)
    if method in BAND_METHODS and not banded:
        yield document.problem(
            ("letters",), "帯（band）のある記号がない", "記号ごとの band", "band: {at_least: 0.8} のように足す"
        )
    needed = [outcome for version in _versions(document.value) for outcome in _answers(method, *version)]
    owners: dict[str, str] = {}
    for n, letter in enumerate(letters):
        is_banded = letter.get("band") is not None or letter.get("band_without_target") is not None
        for outcome in map(str, letter["outcomes"]):
            if outcome in owners and outcome in OUTCOMES and not is_banded:
                found = f"結果「{outcome}」が「{owners[outcome]}」にもある"
                key = ("letters", n, "outcomes")
                yield document.problem(key, found, "結果は一つの記号だけに", "どちらかから消す")
            owners[outcome] = letter["letter"]
    for outcome in dict.fromkeys(needed):
        if outcome not in owners:
            found = f"結果「{outcome}」を表す記号がない"
            yield document.problem(("letters",), found, "すべての結果に記号", "どれかの outcomes に足す")


def _versions(value: dict) -> Iterator[tuple[dict, dict]]:
    """The settings, and the bands by letter, that are in force at first and after each change."""
    settings, bands = value.get("settings") or {}, {letter["letter"]: letter.get("band") for letter in value["letters"]}
    yield settings, bands
    for change in sorted(value.get("since") or [], key=lambda change: change["year"]):
        settings, bands = settings | (change.get("settings") or {}), bands | (change.get("bands") or {})
        yield settings, bands


def _answers(method: str, settings: dict, bands: dict) -> tuple[str, ...]:
    """What the method may answer; where no band takes the rest, it answers as `steps` does."""
    known = read_settings(settings)
    falls_back = method == "ratio_bands" and {} not in bands.values()
    return needed_outcomes(method, known) + (needed_outcomes("steps", known) if falls_back else ())


def _unused_band(document: YamlDocument, key: Key, method: str) -> Problem:
    found, remedy = f"方法「{method}」が使わない帯", "method を直すか、帯を消す"
    return document.problem(key, found, f"方法が {'、'.join(BAND_METHODS)} のどれか", remedy)


def _aggregation_problems(document: YamlDocument) -> Iterator[Problem]:
    value = document.value.get("aggregation")
    if value is None:
        return
    problems = check_keys(document, ("aggregation",), AGGREGATION_KEYS, {"kind"})
    yield from problems
    for name, words in AGGREGATION_WORDS.items():
        if not problems and value.get(name) is not None and value[name] not in words:
            key = ("aggregation", name)
            yield document.problem(
                key, f"{name} が「{value[name]}」", "、".join(words), known_names(value[name], words)
            )
    letters = [letter["letter"] for letter in document.value["letters"]]
    for now, later in (value.get("expected") or {}).items() if not problems else ():
        for name in (now, later):
            if name not in letters:
                key = ("aggregation", "expected", now)
                yield document.problem(
                    key, f"知らない記号「{name}」", "、".join(letters), known_names(str(name), letters)
                )
    if not problems and value["kind"] == "points_mean":
        rated = [letter for letter in document.value["letters"] if "not_rated" not in letter["outcomes"]]
        for letter in rated:
            if letter.get("points") is None:
                found = f"記号「{letter['letter']}」に points がない"
                yield document.problem(("aggregation",), found, "平均に使う点", "points: 5 のように足す")


def _change_problems(document: YamlDocument, key: Key, method: str) -> Iterator[Problem]:
    name, n = key
    change, earlier = document.value[name][n], document.value[name][:n]
    if change["year"] in [other["year"] for other in earlier]:
        found, remedy = f"year の「{change['year']}」が二度ある", "一つにまとめる"
        yield document.problem((*key, "year"), found, "年度は一度だけ", remedy)
    if not FIRST_YEAR <= change["year"] <= LAST_YEAR:
        yield document.problem((*key, "year"), f"year が「{change['year']}」", "西暦4桁の年度", "年度を直す")
    letters = [letter["letter"] for letter in document.value["letters"]]
    for name in ("bands", "bands_without_target"):
        if change.get(name) and method in METHODS and method not in BAND_METHODS:
            yield _unused_band(document, (*key, name), method)
        for letter, band in (change.get(name) or {}).items():
            place = (*key, name, letter)
            if letter not in letters:
                near = known_names(letter, letters)
                yield document.problem(place, f"知らない記号「{letter}」", "、".join(letters), near)
            elif not isinstance(band, dict):
                yield document.problem(place, f"「{letter}」が「{band}」", "{at_least: 0.8} の形", "帯の形で書く")
            else:
                yield from _band_problems(document, place, band)
