"""Disclosure control: the workbook as anyone may see it. Everything after it sees no small number, and so can leak none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from ..trust.workbook import Workbook
from ..words.problems import NOTE, Place, Problem, Reading
from .merging import KEY, merged
from .small_numbers import WITHHELD, withheld_rows

FIGURES = ("value", "sample_size", "sample_count", "standard_error", "design_effect")
HUSHED = "（少ない数にかかわるため、文を伏せた）"
HUSHED_NOTE = "少ない数にかかわるため、内容を伏せた"
# A number of people or a rate, soon after the name of a group.
TOLD = r"[^。]{0,20}?[0-9][0-9,.]*\s*(?:人|名|件|世帯|%)"


def disclosed(workbook: Workbook) -> Workbook:
    """The workbook with merged districts, and without the figures of small groups and of what would give them away.

    A withheld row stays, with `missing` = withheld; corrections, remarks and notes about it tell no number. A workbook
    that went through this before comes back as it is.
    """
    if workbook.withheld is not None:
        return workbook
    whole = merged(workbook)
    rows = withheld_rows(whole)
    silent = _silent_rows(workbook, rows)
    if not silent.size:
        return replace(whole, withheld=rows)
    observations, corrections = whole.tables["observations"], whole.tables["corrections"]
    is_silent = pd.MultiIndex.from_frame(workbook["corrections"][KEY]).isin(
        pd.MultiIndex.from_frame(workbook["observations"].loc[silent, KEY])
    )
    tables = {
        **whole.tables,
        "observations": replace(
            observations,
            frame=_without_figures(observations.frame, rows),
            readings=tuple(_quiet_readings(workbook, silent)),
        ),
        "corrections": replace(corrections, frame=_without_numbers(corrections.frame, is_silent)),
    }
    done = replace(whole, tables=tables, withheld=rows)
    notes = [*_quiet_notes(workbook, silent), *_offers(done), *_sentences(done)]
    return replace(done, notes=tuple(sorted(notes, key=lambda note: note.sort_key)))


def without_figures_of_withheld(table: pd.DataFrame) -> pd.DataFrame:
    """An evaluation table without the figures of groups that are not judged because a number of theirs is withheld."""
    figures = [name for name in table.columns if pd.api.types.is_float_dtype(table[name])]
    is_withheld = table["reason"].eq("withheld_small_number")
    return table.assign(
        **{name: table[name].mask(is_withheld) for name in figures}, marks=table["marks"].mask(is_withheld, "")
    )


def _silent_rows(workbook: Workbook, withheld: frozenset[int]) -> pd.Index:
    """Observations as they were read of which no number may be told: withheld here or by the department, or merged."""
    seen = workbook["observations"]
    districts = [district for own in workbook.plan.merged_districts.values() for district in own]
    is_sent_withheld = seen["missing"].eq(WITHHELD) & seen["group"].ne("")
    return seen.index[seen["group"].isin(districts) | is_sent_withheld | seen.index.isin(withheld)]


def _without_figures(seen: pd.DataFrame, withheld: frozenset[int]) -> pd.DataFrame:
    is_silent = seen.index.isin(withheld) | (seen["missing"].eq(WITHHELD) & seen["group"].ne("")).to_numpy()
    figures = {name: seen[name].mask(is_silent) for name in FIGURES}
    texts = {name: seen[name].mask(is_silent, seen[name].map(_hushed)) for name in ("remark", "source")}
    return seen.assign(**figures, **texts, missing=seen["missing"].mask(is_silent, WITHHELD))


def _without_numbers(corrections: pd.DataFrame, is_silent: np.ndarray) -> pd.DataFrame:
    numbers = {name: corrections[name].mask(is_silent) for name in ("reported", "corrected")}
    texts = {name: corrections[name].mask(is_silent, corrections[name].map(_hushed)) for name in ("reason", "source")}
    return corrections.assign(**numbers, **texts)


def _hushed(text: str) -> str:
    """The text, unless it holds a number in whatever script."""
    return HUSHED if any(character.isnumeric() for character in text) else text


def _quiet_notes(workbook: Workbook, silent: pd.Index) -> Iterator[Problem]:
    """The notes of the reading; those on a figure that may not be told keep their place alone."""
    table = workbook.tables["observations"]
    silent_cells = {table.place(index, name) for index in silent for name in (*FIGURES, "")}
    silent_cells |= {place for index in silent for place in table.repeats.get(index, ())}
    for note in workbook.notes:
        is_silent = note.place in silent_cells
        yield replace(note, found=HUSHED_NOTE, expected="", remedy="元のファイルで確かめる") if is_silent else note


def _quiet_readings(workbook: Workbook, silent: pd.Index) -> Iterator[Reading]:
    """The record of the reading of observations; of a row that may not be told, the place alone."""
    table = workbook.tables["observations"]
    cells = {place for index in silent for place in table.cells(index)}
    for reading in table.readings:
        is_silent = reading.place in cells
        yield replace(reading, found="", read="", reason=HUSHED_NOTE) if is_silent else reading


def _offers(workbook: Workbook) -> Iterator[Problem]:
    """For every indicator what was withheld, and that districts can be merged instead; an officer decides."""
    seen, plan = workbook["observations"], workbook.plan
    names = workbook["indicators"].set_index("indicator_id")["indicator_name"]
    order = {district: n for n, district in enumerate(plan.districts)}
    hidden = seen[seen.index.isin(workbook.withheld)]
    for (indicator, kind), own in hidden.groupby(["indicator_id", "group_kind"], sort=False):
        groups = sorted(own["group"].unique(), key=lambda name: (order.get(name, len(order)), name))
        listed = "".join(f"「{group}」" for group in groups)
        found = f"指標 {indicator}（{names[indicator]}）で、{kind}{listed}の値を、少ない数を守るために伏せた"
        remedy = "区分を粗くした値にすると、示せることがある"
        if set(groups) <= set(order):
            remedy = (
                "隣り合う地区と合わせて示すなら、plan.yaml の merged_districts に「名: [地区, 地区]」と書く。"
                "伏せた地区どうしを合わせると、ほかの地区を伏せずに済みやすい"
            )
        yield Problem(Place(f"{plan.id}/plan.yaml"), found, "", remedy, severity=NOTE)


def _sentences(workbook: Workbook) -> Iterator[Problem]:
    """Sentences of any table in which a number follows the name of a withheld group: only a person can read them."""
    seen = workbook["observations"]
    names = seen.loc[seen["missing"].eq(WITHHELD) & seen["group"].ne(""), "group"].unique()
    if not len(names):
        return
    told = re.compile("(" + "|".join(re.escape(unicodedata.normalize("NFKC", name)) for name in names) + ")" + TOLD)
    for table in workbook.tables.values():
        for column in [column.name for column in table.contract.columns if column.kind == "text"]:
            texts = table.frame[column]
            for index, text in texts[texts.ne("")].items():
                if group := told.search(unicodedata.normalize("NFKC", text)):
                    found = f"値を伏せた「{group[1]}」の数に見える文がある"
                    remedy = "伏せた数を書いていないか確かめる"
                    yield table.problem(index, column, found, "", remedy, severity=NOTE)
