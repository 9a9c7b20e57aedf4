"""The two sheets before the tables: the cover, and how to read every column, letter and empty cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .. import __version__
from ..delivery.tables import RunTable
from ..judging.evaluation import Evaluation
from ..telling.imprint import banner, period_words
from .codebook import meanings, table_words, words


def cover_rows(evaluation: Evaluation, tables: Mapping[str, RunTable]) -> list[list[str]]:
    """The cover as rows of two texts: what the workbook is, the notice of examples, and its sheets."""
    own, plan, scheme = words()["cover"], evaluation.plan, evaluation.scheme
    rows = [own["head"], [own["plan"], plan.name], [own["municipality"], plan.municipality]]
    rows += [[own["notice"], sentence] for sentence in banner(evaluation)]
    rows += [
        [own["period"], period_words(evaluation)],
        [own["scheme"], f"{scheme.title}（{scheme.name} {scheme.version}）"],
    ]
    rows.append([own["program"], f"planeval {__version__}"])
    sheets = [own, words()["remarks"], *map(table_words, tables)]
    return rows + [[own["sheet"].format(title=sheet["title"]), sheet["sentence"]] for sheet in sheets]


def remark_rows(evaluation: Evaluation, tables: Mapping[str, RunTable]) -> list[list[str]]:
    """The remarks as rows of five texts: kind, sheet or scheme, column or letter, unit, meaning."""
    rows = [words()["remarks"]["head"], *_columns(tables), *_letters(evaluation)]
    return [*rows, *_signs(), *_sources(evaluation)]


def _columns(tables: Mapping[str, RunTable]) -> Iterator[list[str]]:
    for name, table in tables.items():
        for column in meanings(name, table):
            kind = words()["remarks"]["column"]
            yield [kind, table_words(name)["title"], column.heading, column.unit, column.text]


def _letters(evaluation: Evaluation) -> Iterator[list[str]]:
    """The letters of every scheme that rated an indicator, from best to worst."""
    for scheme in evaluation.schemes.values():
        for letter in scheme.letters:
            meaning = f"{letter.word}。{letter.rule}" if letter.rule else letter.word
            yield [words()["remarks"]["letter"], scheme.title, letter.letter, "", meaning]


def _signs() -> Iterator[list[str]]:
    own = words()["remarks"]
    for sign, meaning in own["signs"].items():
        yield [own["sign"], own["all_sheets"], sign, "", meaning]


def _sources(evaluation: Evaluation) -> Iterator[list[str]]:
    own = words()["remarks"]
    for source in evaluation.plan.sources:
        told = "　".join(str(part) for part in (source.get("note"), source.get("url")) if part)
        yield [own["source"], evaluation.plan.name, str(source["title"]), "", told]
    yield [own["licence"], own["all_sheets"], "", "", own["no_licence"]]
