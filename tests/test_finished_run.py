"""A whole run of both plans: what is published, that it is inert and readable, and that it can be done again."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import shutil
import subprocess
import tempfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from commands import PROJECT, planeval, run_module

from planeval.delivery.parameters import NOTEBOOKS
from planeval.trust.workbook import load_workbook

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PERIODS = [
    (plan, period.id)
    for plan in ("kenko21", "tokorozawa")
    for period in load_workbook(plan, PROJECT / "data").plan.periods
]


@pytest.fixture(scope="session")
def run():
    """The command's result and the folder it wrote, in a path with spaces and Japanese characters."""
    with tempfile.TemporaryDirectory(prefix="所沢 run ") as folder:
        outputs = Path(folder) / "outputs"
        yield planeval("run", "--outputs", outputs), outputs


@pytest.fixture
def outputs(run) -> Path:
    assert run[0].returncode == 0, run[0].stderr[-3000:]
    return run[1]


def pages(outputs: Path) -> list[Path]:
    return sorted(outputs.rglob("*.html"))


class Page(HTMLParser):
    """The tags of a page, and its text outside the stylesheet."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.source = path.read_text(encoding="utf-8")
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(self.source)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_the_run_ends_by_saying_where_to_look(run):
    assert run[0].returncode == 0, run[0].stderr[-3000:]
    assert "index.html" in run[0].stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("case", PERIODS, ids="/".join)
def test_every_period_has_its_reports_notebooks_tables_and_manifest(outputs, case):
    folder = outputs.joinpath(*case)
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    expected = [f"{name}.html" for name in NOTEBOOKS] + [f"notebooks/{name}.ipynb" for name in NOTEBOOKS]
    expected += ["tables/evaluation.csv", "evaluation.xlsx", "datapackage.json"]
    assert set(expected) <= set(names)
    manifest = json.loads((folder / "run.json").read_text("utf-8"))
    assert manifest["outputs"] == {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names if name != "run.json"
    }
    assert set(manifest["notebooks"].values()) == {"ok"} and (manifest["plan"], manifest["period"]) == case
    assert list(manifest) == sorted(manifest)


def test_nothing_published_tells_of_this_machine_or_of_the_time(outputs):
    private = re.compile(
        rf"{re.escape(str(outputs.parent))}|{re.escape(str(Path.home()))}/|/tmp/|20\d\d-\d\d-\d\dT\d\d:\d\d|ipykernel_\d+"
    )
    for path in outputs.rglob("*"):
        if path.suffix in {".html", ".json", ".csv", ".ipynb"}:
            assert not private.search(path.read_text("utf-8")), path


def test_every_page_is_inert_and_well_formed(outputs):
    for path in pages(outputs):
        page = Page(path)
        names = [tag for tag, _ in page.tags]
        assert names[:2] == ["html", "head"] and names[2] == "meta", path
        assert "default-src 'none'" in page.tags[2][1]["content"] and "unsafe" not in page.tags[2][1]["content"]
        assert page.tags[0][1]["lang"] == "ja" and names.count("h1") == 1 and names.count("style") == 1
        assert not set(names) & {"script", "iframe", "object", "embed", "link", "form", "base"}
        for tag, attributes in page.tags:
            assert not any(key == "style" or key.startswith("on") for key in attributes), (path, tag)
            assert attributes.get("src", "data:image/png;base64,").startswith("data:image/png;base64,"), (path, tag)
            assert tag != "img" or len(attributes["alt"]) > 10
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), path
        links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
        assert {link[1:] for link in links if link.startswith("#")} <= set(ids), path
        for link in links:
            if not link.startswith(("#", "https://", "http://")):
                assert (path.parent / link.partition("#")[0]).is_file(), (path, link)
        assert page.source.rstrip().endswith("</html>")


def test_headings_come_without_a_gap(outputs):
    for path in pages(outputs):
        levels = [int(tag[1]) for tag, _ in Page(path).tags if re.fullmatch(r"h[1-6]", tag)]
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), path


def test_every_page_made_from_examples_says_so_and_no_page_of_real_figures_does(outputs):
    for path in pages(outputs):
        said = "実績ではありません" in Page(path).text
        assert said == ("kenko21" not in path.parts), path


def test_code_never_shows_in_a_report(outputs):
    for path in pages(outputs):
        assert not re.search(r"views\.|wording\.|data_dir|Traceback", Page(path).text), path


def test_the_reports_name_no_missing_number(outputs):
    for path in pages(outputs):
        assert not re.search(r"\bnan\b|\bNone\b|<NA>|\bNaT\b", Page(path).text), path


def test_notebooks_run_with_their_defaults(outputs):
    done = run_module("pytest", "--nbval-lax", "-p", "no:cacheprovider", "-q", "notebooks")
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"\d+ passed", done.stdout)


def test_running_the_executed_notebooks_again_gives_every_output_again(outputs):
    folders = [outputs / "kenko21" / "final" / "notebooks", outputs / "tokorozawa" / "R3-R5" / "notebooks"]
    done = run_module("pytest", "--nbval", "-p", "no:cacheprovider", "-q", *folders)
    assert done.returncode == 0, done.stdout[-3000:]
    shown = [
        out
        for f in folders
        for nb in f.glob("*.ipynb")
        for cell in json.loads(nb.read_text("utf-8"))["cells"]
        for out in cell.get("outputs", [])
    ]
    assert len(shown) > 100 and all("text/html" in out["data"] or "image/png" in out["data"] for out in shown)


def test_a_changed_figure_in_an_executed_notebook_is_noticed(outputs, tmp_path):
    source = (outputs / "kenko21" / "final" / "notebooks" / "01_data_loading.ipynb").read_text("utf-8")
    assert source.count("33指標") == 1
    (tmp_path / "changed.ipynb").write_text(source.replace("33指標", "34指標"), "utf-8")
    done = run_module("pytest", "--nbval", "-p", "no:cacheprovider", "-q", tmp_path / "changed.ipynb")
    assert done.returncode == 1 and "1 failed" in done.stdout


def test_a_second_run_elsewhere_gives_the_same_bytes(outputs, tmp_path):
    done = planeval(
        "run",
        "kenko21",
        "--period",
        "final",
        "--outputs",
        tmp_path / "again",
        PYTHONHASHSEED="7",
        TZ="Pacific/Kiritimati",
        LC_ALL="C",
    )
    assert done.returncode == 0, done.stderr[-2000:]
    first, second = outputs / "kenko21" / "final", tmp_path / "again" / "kenko21" / "final"
    for path in sorted(second.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (first / path.relative_to(second)).read_bytes(), path.name


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("Chromium がありません（Debian: apt install chromium）")
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_pages_open_without_a_request_an_error_or_a_sideways_scroll(outputs, browser, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(("file:", "data:")) else told.append(request.url))
    for path in pages(outputs):
        page.goto(path.as_uri())
        assert told == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()


@pytest.mark.browser
def test_every_japanese_character_has_a_glyph(outputs, browser):
    page = browser.new_page()
    page.goto((outputs / "tokorozawa" / "R3-R5" / "04_committee_report.html").as_uri())
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    nodes = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": "h1, h2, p, th, td, caption"})["nodeIds"]
    fonts = {
        font["familyName"]
        for node in nodes
        for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    }
    assert fonts and all(re.search(r"BIZ|CJK|IPA|Gothic|Meiryo|Hiragino|VL|Takao", name) for name in fonts), fonts
    page.close()


@pytest.mark.browser
def test_the_committee_report_prints_on_a4_with_the_summary_alone_on_its_first_page(outputs, browser, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext がありません（Debian: apt install poppler-utils）")
    page = browser.new_page()
    for plan, period in (("kenko21", "final"), ("tokorozawa", "R3-R5"), ("tokorozawa", "R6-R8")):
        page.goto((outputs / plan / period / "04_committee_report.html").as_uri())
        page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True, print_background=True)
        size = subprocess.run(["pdfinfo", tmp_path / "report.pdf"], capture_output=True, encoding="utf-8").stdout
        assert "A4" in size
        sheets = subprocess.run(
            ["pdftotext", "-layout", tmp_path / "report.pdf", "-"], capture_output=True, encoding="utf-8"
        ).stdout.split("\f")
        first, second = (re.sub(r"\s", "", sheet) for sheet in sheets[:2])
        assert "総括" in first and "話し合っていただきたい点" in first and "この報告書の見方" not in first
        assert "この報告書の見方" in second
    page.close()
