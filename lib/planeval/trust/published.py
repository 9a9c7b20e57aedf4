"""Evaluations as they were made public: `published/<period>.csv`, the table `tables/evaluation.csv` of that time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from ..words.paths import name_within
from ..words.problems import NOTE, Place, Problem
from .cells import read_sheets
from .tables import Table

FOLDER = "published"
SERIES = ["indicator_id", "group_kind", "group"]
# The columns that are compared, by their headings in the file.
TEXTS = {"指標ID": "indicator_id", "区分": "group_kind", "区分値": "group", "評価": "letter", "評価基準": "scheme"}
NUMBERS = {"評価した年度": "fiscal_year", "最新値": "value", "基準値": "baseline"}


def read_published(
    folder: Path, periods: Iterable[str]
) -> tuple[dict[str, pd.DataFrame], list[Problem], Mapping[str, Path]]:
    """The published evaluations of a plan by period, what is wrong with them, and the files by their names in messages."""
    tables, problems, files = {}, [], {}
    known = list(periods)
    for path in sorted(path for path in (folder / FOLDER).glob("*.csv") if path.is_file()):
        file = f"{folder.name}/{name_within(path, folder)}"
        files[file] = path
        if path.stem not in known:
            found = f"「{Path(file).stem}」という期間がない"
            problems.append(Problem(Place(file), found, "、".join(known), "ファイルの名前を期間の id にする"))
            continue
        sheets, faults = read_sheets(path, file)
        problems += faults
        for sheet in sheets if not faults else ():
            header = list(sheet.rows[0][1])
            missing = [name for name in (*TEXTS, *NUMBERS) if name not in header]
            if missing:
                found = f"見出し「{'」「'.join(missing)}」がない"
                remedy = "planeval adopt でもう一度置く"
                problems.append(Problem(Place(file, row=1), found, "公表した評価表（evaluation.csv）", remedy))
            else:
                tables[path.stem], faults = _table(file, header, sheet.rows[1:])
                problems += faults
    return tables, problems, files


def revised_values(observations: Table, published: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """A remark (改訂) on each value that is not the one last made public for its year, with the old and the new."""
    if not published or observations.frame.empty:
        return []
    told = pd.concat(published.values(), ignore_index=True).drop_duplicates([*SERIES, "fiscal_year"], keep="last")
    own = observations.frame.reset_index()[["index", *SERIES, "fiscal_year", "value"]]
    both = own.merge(told[[*SERIES, "fiscal_year", "value"]], on=[*SERIES, "fiscal_year"], suffixes=("", "_old"))
    both = both[both["value"].notna() & both["value_old"].notna()]
    is_new = (both["value"] - both["value_old"]).abs() > 1e-9 * both["value_old"].abs().clip(lower=1)
    remedy = "理由を確かめ、要れば報告書の注に書く"
    return [
        observations.problem(
            row.index, "value", f"改訂：{row.value_old:g}→{row.value:g}（公表した値と違う）", "", remedy, severity=NOTE
        )
        for row in both[is_new].itertuples(index=False)
    ]


def _table(file: str, header: list[str], rows: tuple) -> tuple[pd.DataFrame, list[Problem]]:
    problems = []
    places = {name: header.index(name) for name in (*TEXTS, *NUMBERS)}
    frame = {own: [cells[places[name]] for _, cells in rows] for name, own in TEXTS.items()}
    for name, own in NUMBERS.items():
        texts = [cells[places[name]] for _, cells in rows]
        frame[own] = pd.to_numeric(pd.Series(texts, dtype=object).replace("", None), errors="coerce").astype(float)
        for (line, _), text, number in zip(rows, texts, frame[own], strict=True):
            if text and pd.isna(number):
                place = Place(file, row=line)
                problems.append(Problem(place, f"「{text}」", "数", "planeval adopt でもう一度置く", column=name))
    table = pd.DataFrame(frame)
    for index in table.index[table.duplicated(["indicator_id", "group_kind", "group"])]:
        found = f"「{table['indicator_id'][index]}」の行が二度ある"
        problems.append(Problem(Place(file, row=rows[index][0]), found, "行は一度", "planeval adopt でもう一度置く"))
    return table, problems
