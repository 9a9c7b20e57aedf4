"""From an executed notebook to a report: one self-contained HTML page."""

from __future__ import annotations

import copy
import re
from functools import cache
from typing import Any

from nbconvert import HTMLExporter, TemplateExporter
from nbformat import NotebookNode

from .. import __version__
from ..judging.evaluation import Evaluation
from ..telling import wording
from ..telling.vocabulary import entry, say
from .execute import RunFailed
from .page_rules import TEMPLATES, faults_of_page, period_anchor, stylesheet
from .parameters import NOTEBOOKS
from .terms import with_term_links
from .ways import without_dead_ways

CONTENTS_TAG = "toc-after"  # on the section that the contents list follows
NUMBERED = re.compile(r"(\d+)[.．　\s]\s*(.+)")


def page(name: str, notebook: NotebookNode, evaluation: Evaluation, *, is_variant: bool = False) -> str:
    """The report of one notebook; `is_variant` where it lies under `schemes/`. Raises: RunFailed for a bad page."""
    marked = copy.deepcopy(notebook)
    sections = _mark_sections(marked)
    title, kicker = _title(marked), [evaluation.plan.name, wording.period_words(evaluation)]
    resources = {
        "title": title,
        "kicker": kicker,
        "banner": wording.banner(evaluation),
        "toc": [{"id": part["section"], "no": part["no"], "title": part["title"]} for part in sections],
        "toc_after": next((part["section"] for part in sections if part["is_followed_by_contents"]), None),
        "links": links(name, evaluation, is_variant=is_variant),
        "footer": [say("page.footer", version=__version__)],
        "words": entry("page"),
        **stylesheet("　".join([title, *kicker])),
    }
    text, _ = _exporter().from_notebook_node(marked, resources={"planeval": resources})
    text = without_dead_ways(with_term_links(text, list(evaluation.workbook["glossary"]["term"])))
    faults = faults_of_page(text)
    if faults:
        raise RunFailed(f"HTML の決まりに合いません。{'、'.join(faults[:5])}", log="\n".join(faults))
    return text


def links(name: str, evaluation: Evaluation, *, is_variant: bool) -> list[dict[str, str]]:
    """The text edition, the other reports of this run, the periods before and after, and the plan's index.

    Another period may not have been run: its line in the index, which is always there, says so or leads on.
    """
    index = "../../../index.html" if is_variant else "../index.html"
    own = evaluation.period
    alike = [period for period in evaluation.plan.periods if period.kind == own.kind]
    place = [period.id for period in alike].index(own.id)
    beside = {"previous": alike[max(place - 1, 0) : place], "next": alike[place + 1 : place + 2]}
    return [
        {"href": f"{name}.txt", "label": say("text_edition.label")},
        *({"href": f"{other}.html", "label": label} for other, label in NOTEBOOKS.items() if other != name),
        *(
            {"href": f"{index}#{period_anchor(period.id)}", "label": say(f"page.{key}", period=period.label)}
            for key, periods in beside.items()
            for period in periods
        ),
        {"href": index, "label": say("page.index")},
    ]


class PageExporter(HTMLExporter):
    """nbconvert's exporter without its last step, which parses the whole page again to name pictures that have no text.

    A page of ours whose picture has no text, or whose tags are not closed, is refused (`faults_of_page`).
    """

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict | None = None, **options: Any
    ) -> tuple[str, dict]:
        """The page as its template gives it."""
        return TemplateExporter.from_notebook_node(self, nb, resources, **options)


def prepare() -> None:
    """Read the template ahead of the first page."""
    _ = _exporter().template


@cache
def _exporter() -> PageExporter:
    return PageExporter(
        template_name="report",
        exclude_anchor_links=True,
        optimistic_validation=True,
        extra_template_basedirs=[str(TEMPLATES)],
    )


def _title(notebook: NotebookNode) -> str:
    first = notebook.cells[0]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        raise RunFailed("最初のセルが「# 題名」で始まっていません")
    return first.source.partition("\n")[0].removeprefix("# ").strip()


def _mark_sections(notebook: NotebookNode) -> list[dict]:
    """Mark each cell that begins with `## ` as a section: its id, its number and its title."""
    sections = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            heading = cell.source.partition("\n")[0].removeprefix("## ").strip()
            numbered = NUMBERED.fullmatch(heading)
            number, title = numbered.groups() if numbered else (str(len(sections) + 1), heading)
            is_followed = CONTENTS_TAG in cell.metadata.get("tags", [])
            section = {
                "section": "summary" if is_followed else f"s{len(sections) + 1}",
                "no": number,
                "title": title,
                "is_followed_by_contents": is_followed,
            }
            cell.metadata["planeval"] = section
            sections.append(section)
    return sections
