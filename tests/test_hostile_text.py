"""Hostile texts in every column for texts of every table: nothing runs, nothing hides, everything is shown as text."""

from __future__ import annotations

import csv
import io
import re
import shutil
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from hostile_texts import COMPARED, HOSTILE, PLAN, ROWS, marked, tables
from nbformat.v4 import new_output
from plan_folder import csv_text, write_plan

from planeval import charts, views, wording
from planeval.delivery.doors import open_plan
from planeval.delivery.pages import page
from planeval.delivery.parameters import NOTEBOOKS, notebook_paths
from planeval.delivery.replies import replies
from planeval.delivery.tables import csv_files, run_tables
from planeval.export.plain_text import text_edition
from planeval.judging.evaluation import Evaluation, evaluate
from planeval.words.contracts import CONTRACTS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
TAGS = set(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "a",
        "div",
        "header",
        "p",
        "span",
        "h1",
        "h2",
        "h3",
        "h4",
        "main",
        "nav",
        "section",
        "article",
        "footer",
        "ol",
        "ul",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "figure",
        "figcaption",
        "img",
        "svg",
        "defs",
        "pattern",
        "rect",
        "line",
        "circle",
        "text",
        "path",
        "polyline",
        "polygon",
        "g",
        "small",
        "strong",
        "b",
        "i",
        "br",
        "wbr",
        "pre",
        "label",
        "input",
    ]
)
# What no report shows; whatever of it comes to be shown is escaped as the rest. Elsewhere a column is shown in full.
NOT_SHOWN = {
    "indicators.definition", "corrections.decided_by", "programs.department", "projects.project_name",
    "projects.department", "project_years.activity", "project_years.self_check", "project_years.difficulty",
    "project_years.person", "project_years.due", "project_years.tags", "actor_links.content", "sdg_links.sdg_target", "meetings.body",
    "meetings.agenda", "observations.remark",
    *(f"{table}.source" for table in [*ROWS, "observations"] if table != "context"),
}  # fmt: skip
COLUMNS = [(table, column) for table, (columns, _) in ROWS.items() for column in columns.split()]
COLUMNS += [("observations", column) for column in ("source", "remark", "group", "group_kind")]
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


class Reader(HTMLParser):
    """The tags of a page and its text outside the stylesheet."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.texts: list[str] = []
        self.others: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.tags[-1:] and self.tags[-1][0] != "style":
            self.texts.append(data)

    def handle_comment(self, data):
        self.others.append(data)

    def handle_pi(self, data):
        self.others.append(data)


def _flat(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text))


def _executed(path: Path, evaluation: Evaluation) -> nbformat.NotebookNode:
    """The notebook with the outputs of its cells, evaluated here instead of in a kernel."""
    notebook = nbformat.read(path, as_version=4)
    known = {"evaluation": evaluation, "views": views, "wording": wording, "charts": charts}
    for cell in notebook.cells:
        if cell.cell_type == "code" and not {"parameters", "no-report"} & set(cell.metadata.get("tags", [])):
            shown = eval(cell.source, known)
            if shown is None:
                continue
            if hasattr(shown, "_repr_html_"):
                data, about = {"text/html": shown._repr_html_()}, {}
            else:
                data, about = shown._repr_mimebundle_()
            cell.outputs = [new_output("display_data", data, metadata=about)]
    return notebook


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory) -> Evaluation:
    folder = write_plan(tmp_path_factory.mktemp("data") / "machi", plan=PLAN, **tables())
    return evaluate(open_plan("machi", folder.parent), "first")


@pytest.fixture(scope="module")
def pages(evaluation) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            charts, "drawn", lambda *_, **__: PIXEL
        )  # pictures cannot run; their texts are made all the same
        return {name: page(name, _executed(path, evaluation), evaluation) for name, path in notebook_paths().items()}


@pytest.fixture(scope="module")
def readers(pages) -> dict[str, Reader]:
    return {name: Reader(text) for name, text in pages.items()}


def test_there_are_more_than_a_hundred_different_texts():
    assert len(HOSTILE) == len(set(HOSTILE)) > 150


def test_every_column_for_texts_of_every_table_holds_them():
    texts = {f"{c.name}.{column.name}" for c in CONTRACTS.values() for column in c.columns if column.kind == "text"}
    assert texts - {f"{table}.{column}" for table, column in COLUMNS} == set(COMPARED)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_page_has_only_our_own_elements_and_attributes(readers, name):
    reader = readers[name]
    assert {tag for tag, _ in reader.tags} <= TAGS and reader.others == []
    for tag, attributes in reader.tags:
        assert not any(key.startswith("on") or key in {"style", "srcdoc", "hidden"} for key in attributes), (
            tag,
            attributes,
        )
        assert re.match(r"data:image/png;base64,", attributes.get("src", "data:image/png;base64,")), attributes
        assert re.match(r"#|\.\./|0\d_\w+\.(html|txt)$", attributes.get("href", "#")), attributes
        assert not re.search(r"[<>\"'&\s]", attributes.get("id", "") + attributes.get("data-r", "")), attributes
        assert tag != "input" or attributes == {"type": "checkbox"}
    assert sum(tag == "style" for tag, _ in reader.tags) == 1


def test_every_text_is_shown_whole_in_some_report_as_it_was_written(readers):
    shown = _flat("".join(text for reader in readers.values() for text in reader.texts))
    assert _absent(shown) <= NOT_SHOWN


def test_every_text_is_read_aloud_whole_too(pages):
    told = _flat("".join(text_edition(text).decode("utf-8-sig") for text in pages.values()))
    assert _absent(told) <= NOT_SHOWN


def _absent(shown: str) -> set[str]:
    """The columns of which some text is not among what is shown; each text ends in a mark of its own."""
    ends: dict[str, list[int]] = {}
    for mark in re.finditer("《[^《》]*》", shown):
        ends.setdefault(mark[0], []).append(mark.end())

    def is_shown(text: str) -> bool:
        return any(shown.endswith(text, 0, end) for end in ends.get(text[text.rindex("《") :], ()))

    return {
        f"{table}.{column}"
        for table, column in COLUMNS
        if not all(is_shown(_flat(marked(table, column, number))) for number in range(len(HOSTILE)))
    }


def test_no_text_becomes_a_formula_of_a_spreadsheet(evaluation):
    files = csv_files(run_tables(evaluation)).values()
    rows = [row for file in files for row in csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""))]
    cells = [cell for row in rows for cell in row if "《" in cell]
    assert cells and not [cell for cell in cells if cell[:1] in set("=+-@＝＋－＠\t\r\n")]


LONGEST_FILE_NAME = 240  # bytes, with room for .csv


@pytest.fixture(scope="module", params=[0, 1])
def named(request, tmp_path_factory) -> tuple[list[str], Evaluation]:
    """Half of the hostile texts that a file may be called, as names of departments' files with one value; and the evaluation.

    A page lists a hundred readings at most.
    """
    names = [text for text in HOSTILE if "/" not in text and len(text.encode("utf-8")) <= LONGEST_FILE_NAME]
    names = names[request.param :: 2]
    indicators = [{"indicator_id": f"I-{number}"} for number in range(len(names))]
    folder = write_plan(tmp_path_factory.mktemp("data") / "machi", indicators=indicators, observations=None)
    for number, name in enumerate(names):
        rows = csv_text("observations", [{"indicator_id": f"I-{number}", "fiscal_year": 2023, "value": "５０"}])
        (folder / "observations" / f"{name}.csv").write_text(rows, encoding="utf-8-sig")
    return names, evaluate(open_plan("machi", folder.parent), "first")


def test_a_file_may_be_called_anything_and_its_name_is_shown_as_text(named):
    names, evaluation = named
    reader = Reader(page("01_data_loading", _executed(notebook_paths()["01_data_loading"], evaluation), evaluation))
    assert len(names) > 60 and {tag for tag, _ in reader.tags} <= TAGS and reader.others == []
    assert not any(key.startswith("on") for _, attributes in reader.tags for key in attributes)
    shown = _flat("".join(reader.texts))
    assert [name for name in names if _flat(f"{name}.csv") not in shown] == []


def test_a_reply_to_any_file_has_a_name_that_every_system_allows(named):
    names, evaluation = named
    found = [path.removeprefix("tables/replies/") for path in replies(evaluation.workbook)]
    assert len({name.casefold() for name in found}) == len(names)
    assert not [name for name in found if not name.isprintable() or set(name) & set('<>:"/\\|?*') or name[0] in ". ~"]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium がありません（Debian: apt install chromium）")
def test_in_a_browser_nothing_runs_nothing_is_asked_for_and_nothing_is_covered(pages, tmp_path):
    from playwright.sync_api import sync_playwright

    told: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        tab.on("dialog", lambda dialog: (told.append(f"dialog {dialog.message}"), dialog.dismiss()))
        tab.on("console", lambda message: told.append(f"console {message.text}"))
        tab.on("pageerror", lambda error: told.append(f"error {error}"))
        tab.on("popup", lambda popup: told.append(f"popup {popup.url}"))
        tab.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or told.append(f"request {asked.url}"))
        for name, text in pages.items():
            path = tmp_path / f"{name}.html"
            path.write_text(text, encoding="utf-8", newline="")
            tab.goto(path.as_uri())
            assert tab.evaluate("window.harm === undefined && document.title.length > 0")
            assert tab.evaluate("document.querySelectorAll('footer.colophon').length") == 1
            for width in (1280, 390) if name.startswith("04") else (1280,):  # the committee's report is read on phones
                tab.set_viewport_size({"width": width, "height": 900})
                assert tab.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        browser.close()
    assert told == []
