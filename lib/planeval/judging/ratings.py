"""Letters and numbers of cases by one scheme; pure, any number of rows at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..trust.schemes import Scheme
from ..words.methods import SETTINGS, Value
from .letters import lettered
from .marks import marks
from .methods import METHODS
from .numbers import numbers

RULE_VERSION = "2"
# What the table repeats of each case, so that the sum can be redone from one row.
INPUT_COLUMNS = [
    *("indicator_id", "group_kind", "group", "target_kind", "direction", "unit", "baseline_year", "baseline"),
    *("fiscal_year", "value", "target_year", "target", "target_upper", "path", "min_change", "survey", "is_count"),
    *("baseline_n", "baseline_x", "baseline_se", "baseline_design_effect", "baseline_count", "baseline_exposure"),
    *("n", "x", "se", "design_effect", "count", "exposure", "baseline_bridge"),
]
KINDS = ["increase", "decrease", "at_least", "at_most", "range", "suppress", "binary", "none", "unknown"]
# Methods that judge 抑制 by its own rule; the others read it as "at most".
WITH_CEILINGS = ("gap", "kenko21")
# What a method must be told before it can rate anything but a reached binary target.
NEEDS_BASELINE = ("gap", "kenko21", "healthy_people", "eurostat", "open_sdg", "sdsn_trend")
NEEDS_YEARS = ("gap", "kenko21", "eurostat", "open_sdg", "sdsn_trend")


def settings_of(scheme: Scheme, own: Mapping[str, Value]) -> dict[str, Value]:
    """Defaults, overridden by the scheme, overridden by the plan; a rate of achievement needs no baseline."""
    defaults = {name: setting.default for name, setting in SETTINGS.items()}
    if scheme.method == "ratio_bands":
        defaults["not_rated"] = ()
    return defaults | {**scheme.settings, **own}


def judge(
    cases: pd.DataFrame, points: pd.DataFrame, milestones: pd.DataFrame, scheme: Scheme, own: Mapping[str, Value]
) -> pd.DataFrame:
    """Letters, leans, reasons and numbers of cases (see `Cases`) by one scheme; one row a case, in their order.

    `own` are the plan's settings, which go before the scheme's.
    """
    return Judge(cases, points, milestones).by(scheme, own)


class Judge:
    """Judges the same cases by several schemes; numbers that do not depend on the scheme are worked out once."""

    def __init__(self, cases: pd.DataFrame, points: pd.DataFrame, milestones: pd.DataFrame) -> None:
        self._cases, self._points, self._milestones = cases, points, milestones
        self._coded = _coded(cases)
        self._numbers: dict[tuple, pd.DataFrame] = {}

    def by(self, scheme: Scheme, own: Mapping[str, Value]) -> pd.DataFrame:
        """What `judge` gives, by one scheme."""
        settings = settings_of(scheme, own)
        coded = _read_as(self._coded, scheme.method, settings)
        return _rated(self._cases, coded, self._numbers_of(coded, settings), scheme, settings)

    def _numbers_of(self, coded: pd.DataFrame, settings: Mapping[str, Value]) -> pd.DataFrame:
        """The numbers of the cases as a method reads them: only kinds, directions and three settings differ."""
        read = (coded[name].cat.codes.to_numpy().tobytes() for name in ("target_kind", "direction"))
        key = (*read, *(settings[name] for name in ("significance", "material_share", "level_share")))
        if key not in self._numbers:
            self._numbers[key] = numbers(coded, self._points, self._milestones, settings)
        return self._numbers[key].copy()


def _rated(
    cases: pd.DataFrame, coded: pd.DataFrame, found: pd.DataFrame, scheme: Scheme, settings: Mapping[str, Value]
) -> pd.DataFrame:
    """The cases with their letters; `coded` are the same as the method reads them, `found` their numbers."""
    found = METHODS[scheme.method](coded, found, settings)
    found = found.assign(**{name: value for name, value in DEFAULTS.items() if name not in found})
    has_target = coded["target_kind"].ne("none").to_numpy()
    outcome, number = lettered(found, has_target, scheme)
    reason = _reasons(coded, found, outcome, scheme.method, settings)
    is_rated = reason.eq("").to_numpy() & (number >= 0) & (outcome != "not_rated")
    reason = reason.mask(~is_rated & reason.eq(""), "not_applicable")
    outcome = np.where(is_rated, outcome, "not_rated")
    number = np.where(is_rated, number, scheme.letters.index(scheme.of_outcome("not_rated")))
    names = np.array([letter.letter for letter in scheme.letters], dtype=object)
    has_lean = (outcome == "unclear") & coded["target_kind"].ne("binary").to_numpy()
    lean = np.where(has_lean, np.select([found["change"] > 0, found["change"] < 0], ["+", "-"], "0"), "")
    untested = coded["target_kind"].isin(["binary", "suppress"]) | ~is_rated
    found["route"] = pd.Series(found["route"], dtype=object).mask(untested, "").astype("str")
    kept = found[[name for name in found if name not in WORKING]]
    return pd.concat([cases[INPUT_COLUMNS], kept], axis=1).assign(
        target_kind=_kinds_judged(cases, coded, scheme.method),
        outcome=pd.Series(outcome, index=cases.index, dtype="str"),
        letter=pd.Series(names[number], index=cases.index, dtype="str"),
        lean=pd.Series(lean, index=cases.index, dtype="str"),
        reason=reason,
        marks=marks(coded, found, outcome, settings["alert_from"]),
        scheme=scheme.name,
        rule_version=f"{scheme.version}.{RULE_VERSION}",
    )


# What only some methods give, and what none of the tables needs.
DEFAULTS = {"quantity": np.nan, "score": np.nan, "limit_scale": 1.0, "fallback": "not_rated", "why": ""}
WORKING = ("distance", "outcome", "significant", "limit_scale", "fallback", "why")


def _coded(cases: pd.DataFrame) -> pd.DataFrame:
    """The same cases with their words as categories, which compare fast."""
    words = {name: cases[name].astype("category") for name in ("unit", "reason", "flags", "survey")}
    fixed = {"target_kind": KINDS, "direction": ["", "up", "down"], "path": ["linear", "geometric", "milestones"]}
    codes = {name: cases[name].astype(pd.CategoricalDtype(known)) for name, known in fixed.items()}
    limit = cases.get("limit", np.nan)
    return cases.assign(**words, **codes, limit=limit)


def _read_as(cases: pd.DataFrame, method: str, settings: Mapping[str, Value]) -> pd.DataFrame:
    """How the method reads kinds that it has no rule for, and a target that is only a wish."""
    kind, target = cases["target_kind"], cases["target"]
    if method in WITH_CEILINGS:
        is_over = kind.eq("suppress") & (cases["baseline"] > target)
        kind = kind.mask(is_over, "decrease")
    else:
        kind = kind.mask(kind.eq("suppress"), "at_most")
    if settings["empty_target"] == "wish" and "empty_target" in SETTINGS:
        up, down = kind.isin(["increase", "at_least"]), kind.isin(["decrease", "at_most"])
        is_wish = (up | down) & target.isna()
        direction = cases["direction"].mask(is_wish & up, "up").mask(is_wish & down, "down")
        return cases.assign(target_kind=kind.mask(is_wish, "none"), direction=direction)
    return cases.assign(target_kind=kind)


def _kinds_judged(cases: pd.DataFrame, coded: pd.DataFrame, method: str) -> pd.Series:
    """The kind of target that the row was judged as, which for a passed ceiling is a decrease."""
    is_over = cases["target_kind"].eq("suppress") & coded["target_kind"].eq("decrease").to_numpy()
    return cases["target_kind"].mask(is_over, "decrease")


def _reasons(
    cases: pd.DataFrame, found: pd.DataFrame, outcome: np.ndarray, method: str, settings: Mapping[str, Value]
) -> pd.Series:
    """The reason told by the data, else the first input that is missing, else what the rule cannot rate; "" if rated."""
    kind, without_target = cases["target_kind"], cases["target"].isna()
    without_target |= kind.eq("range") & cases["target_upper"].isna()
    is_compared = np.isin(outcome, ["on_pace", "behind"])
    has_pace = method in ("gap", "kenko21") or (method == "steps" and settings["pace"] != "none")
    needs_target_year = has_pace & (is_compared | kind.eq("suppress"))
    if method in ("eurostat", "open_sdg", "sdsn_trend"):
        needs_target_year = kind.ne("none").to_numpy() & (outcome != "reached")
    needs_years = method in NEEDS_YEARS or has_pace
    is_own_rule = method in ("steps", "ratio_bands") and "no_baseline" in settings["not_rated"]
    needs_baseline = (method in NEEDS_BASELINE) | is_own_rule | ((outcome == "not_rated") & found["why"].eq(""))
    year, first = (cases[name].to_numpy(float, na_value=np.nan) for name in ("fiscal_year", "baseline_year"))
    rules = {
        "told": cases["reason"].ne(""),
        "no_recent_value": cases["value"].isna() | (needs_years & (np.isnan(year) | (year <= first))),
        "no_baseline": (cases["baseline"].isna() | (needs_years & np.isnan(first)))
        & needs_baseline
        & kind.ne("binary"),
        "direction_missing": kind.isin(["unknown"]) | kind.isna() | (kind.eq("none") & cases["direction"].eq("")),
        "target_missing": (without_target & ~kind.isin(["none", "binary"]))
        | (needs_target_year & cases["target_year"].isna()),
        "why": found["why"].ne(""),
    }
    names = [name for name in rules if name not in {"told", "why"}]
    code = np.select([np.asarray(rule, bool) for rule in rules.values()], range(1, len(rules) + 1), 0)
    words = np.array(["", "told", *names, "why"], dtype=object)[code]
    words = np.where(code == 1, cases["reason"].astype(object), np.where(code == len(rules), found["why"], words))
    return pd.Series(words, index=cases.index, dtype="str")
