"""A whole run of both plans: what is published, that it is inert and readable, and that it can be done again."""

from __future__ import annotations

import hashlib
import html
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from commands import PROJECT, planeval, run_module

from planeval.delivery.page_rules import period_anchor
from planeval.delivery.parameters import NOTEBOOKS
from planeval.trust.workbook import load_workbook

# The captions of tables that reach beyond the screen: a table may be pushed sideways, what it is must be read at once.
CAPTIONS_BEYOND = """width => [...document.querySelectorAll("caption")].filter(caption => {
  const range = document.createRange(); range.selectNodeContents(caption);
  return range.getBoundingClientRect().right > width }).map(caption => caption.id)"""
NOBODY = 65534  # a user who owns nothing
LARGEST = 1_500_000  # bytes of a page of 40 indicators
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
    expected += [f"{name}.txt" for name in NOTEBOOKS]
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
        if path.suffix in {".html", ".json", ".csv", ".ipynb", ".txt"}:
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


def test_no_page_is_large(outputs):
    assert [path for path in pages(outputs) if path.stat().st_size > LARGEST] == []


def test_every_data_table_has_a_caption_and_every_heading_in_it_words_and_a_scope(outputs):
    for path in pages(outputs):
        page = Page(path)
        names = [tag for tag, _ in page.tags]
        assert names.count("table") == names.count("caption"), path
        scopes = {attributes.get("scope") for tag, attributes in page.tags if tag == "th"}
        assert scopes <= {"col", "row", "rowgroup"}, path
        assert not re.search(r"<(th|caption)\b[^>]*>\s*</", page.source), path


def test_no_alternative_text_is_empty_or_automatic(outputs):
    automatic = re.compile(r"No description|Alternative text|^(image|figure|画像|図)\W*\d*$", re.IGNORECASE)
    told = []
    for path in pages(outputs):
        tags = Page(path).tags
        found = [attributes.get("alt", "") for tag, attributes in tags if tag == "img"]
        found += [attributes.get("aria-label", "") for _, attributes in tags if attributes.get("role") == "img"]
        assert all(text.strip() and not automatic.search(text) for text in found), path
        told += found
    assert len(told) > 100


def test_every_text_edition_tells_all_headings_cells_and_pictures_of_its_page_and_has_no_markup(outputs):
    for path in pages(outputs):
        if path.name == "index.html":
            continue
        page, edition = Page(path), path.with_suffix(".txt").read_bytes()
        text = edition.decode("utf-8-sig")
        assert edition.startswith(b"\xef\xbb\xbf") and edition.count(b"\n") == edition.count(b"\r\n"), path
        assert not re.search(r"</?(p|td|th|tr|div|span|svg|section)\b|&(amp|lt|gt|quot|#\d+);", text), path
        assert all(attributes["alt"] in text for tag, attributes in page.tags if tag == "img"), path
        flat = re.sub(r"\s", "", text)
        for found in re.findall(r"<h[1-4][^>]*>(.*?)</h[1-4]>", page.source, re.DOTALL):
            assert re.sub(r"\s", "", html.unescape(re.sub(r"<[^>]*>", "", found))) in flat, path


def test_the_reports_lead_to_the_periods_before_and_after_whether_they_were_run_or_not(outputs):
    index = {plan: Page(outputs / plan / "index.html") for plan in ("kenko21", "tokorozawa")}
    for plan, period in PERIODS:
        tags = Page(outputs / plan / period / "04_committee_report.html").tags
        links = [attributes["href"] for tag, attributes in tags if tag == "a"]
        anchors = [link.partition("#")[2] for link in links if link.startswith("../index.html#")]
        ids = {attributes.get("id") for _, attributes in index[plan].tags}
        assert set(anchors) <= ids and period_anchor(period) in ids and 1 <= len(anchors) <= 2, (plan, period)


def test_the_first_index_tells_of_each_plan_how_its_letters_moved(outputs):
    text = Page(outputs / "index.html").text
    assert re.search(r"中間評価（[^→]*→ 最終評価（", text) and re.search(r"上半期（[^→]*→ 下半期（", text)


def test_the_reports_name_no_missing_number(outputs):
    for path in pages(outputs):
        assert not re.search(r"\bnan\b|\bNone\b|<NA>|\bNaT\b", Page(path).text), path


def test_notebooks_run_with_their_defaults(outputs):
    done = run_module("pytest", "--nbval-lax", "-p", "no:cacheprovider", "-q", "notebooks")
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"\d+ passed", done.stdout)


def test_running_the_executed_notebooks_again_gives_every_output_again(outputs):
    """All of the real plan; of the sample, which goes through the same code, those of its own parts."""
    executed = sorted((outputs / "kenko21" / "final" / "notebooks").glob("*.ipynb"))
    executed.append(outputs / "tokorozawa" / "R3-R5" / "notebooks" / "03_sdg_stakeholder_analysis.ipynb")
    done = run_module("pytest", "--nbval", "-p", "no:cacheprovider", "-q", *executed)
    assert done.returncode == 0, done.stdout[-3000:]
    shown = [
        out for nb in executed for cell in json.loads(nb.read_text("utf-8"))["cells"] for out in cell.get("outputs", [])
    ]
    assert len(shown) > 100 and all("text/html" in out["data"] or "image/png" in out["data"] for out in shown)


def test_a_changed_figure_in_an_executed_notebook_is_noticed(outputs, tmp_path):
    source = (outputs / "kenko21" / "final" / "notebooks" / "01_data_loading.ipynb").read_text("utf-8")
    assert source.count("33指標") == 1
    (tmp_path / "changed.ipynb").write_text(source.replace("33指標", "34指標"), "utf-8")
    done = run_module("pytest", "--nbval", "-p", "no:cacheprovider", "-q", tmp_path / "changed.ipynb")
    assert done.returncode == 1 and "1 failed" in done.stdout


def as_somebody_else(folder: Path) -> list[str]:
    """What a command must begin with so that another user owns what it does in a folder; nothing where we may not become one.

    The other user may read everything, since the interpreter may lie in a folder of root's.
    """
    if not hasattr(os, "geteuid") or os.geteuid() or shutil.which("setpriv") is None:
        return []
    reads = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    words = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *reads]
    if subprocess.run([*words, sys.executable, "-c", ""], capture_output=True).returncode:
        return []
    os.chown(folder, NOBODY, NOBODY)
    return words


def test_a_second_run_under_another_zone_locale_seed_folder_user_and_umask_gives_the_same_bytes(
    outputs, tmp_path, record_property
):
    before = as_somebody_else(tmp_path)
    record_property("another user's id", bool(before))
    done = planeval(
        "run",
        "kenko21",
        "--period",
        "final",
        "--outputs",
        tmp_path / "again",
        before=before,
        HOME=str(tmp_path),
        PYTHONHASHSEED="7",
        TZ="Pacific/Kiritimati",
        LC_ALL="C",
        LC_TIME="C",
        USER="somebody",
        SOURCE_DATE_EPOCH="1",
        umask=0o077,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    first, second = outputs / "kenko21" / "final", tmp_path / "again" / "kenko21" / "final"
    files = {str(path.relative_to(second)): path for path in second.rglob("*") if path.is_file()}
    assert {path.rpartition(".")[2] for path in files} == {"html", "txt", "ipynb", "csv", "xlsx", "json"}
    assert set(files) == {str(path.relative_to(first)) for path in first.rglob("*") if path.is_file()}
    for name, path in sorted(files.items()):
        assert path.read_bytes() == (first / name).read_bytes(), name
        assert path.stat().st_mode == (first / name).stat().st_mode, name


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
        assert page.evaluate(CAPTIONS_BEYOND, width) == [], path
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


@pytest.fixture(scope="session")
def axe():
    """axe-core as a script that gives [rule, number of places, first place] for each violation."""
    package = pytest.importorskip("axe_playwright_python", reason="axe-core がありません（pip install -e .[test]）")
    script = Path(package.__file__).with_name("axe.min.js").read_text("utf-8")
    told = "({violations}) => violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 200)])"
    return lambda page, rules: page.evaluate(
        f"{script}; axe.run(document, {{resultTypes: ['violations'], rules: {json.dumps(rules)}}}).then({told})"
    )


def _violations(paths, browser, axe, width: int, rules: dict) -> dict[str, list]:
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, bypass_csp=True)
    page = context.new_page()
    found = {}
    for path in paths:
        page.goto(path.as_uri())
        found["/".join(path.parts[-3:])] = axe(page, rules)
    context.close()
    return {name: violations for name, violations in found.items() if violations}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_any_page(outputs, browser, axe, width):
    """The years' pages have the same parts as those of the halves, and are tried on the phone only; contrast: below."""
    paths = [path for path in pages(outputs) if width == 390 or not re.fullmatch(r"R\d", path.parent.name)]
    assert _violations(paths, browser, axe, width, {"color-contrast": {"enabled": False}}) == {}


@pytest.mark.browser
@pytest.mark.slow
def test_axe_finds_enough_contrast_on_every_kind_of_page(outputs, browser, axe):
    names = [
        "index.html", "kenko21/index.html", "tokorozawa/R6-R8/01_data_loading.html",
        "tokorozawa/R6-R8/03_sdg_stakeholder_analysis.html", "tokorozawa/R6-R8/04_committee_report.html",
    ]  # fmt: skip
    assert _violations([outputs / name for name in names], browser, axe, 1280, {}) == {}


@pytest.mark.browser
def test_a_link_enlarges_the_page_for_projection_and_a_tick_keeps_it_large(outputs, browser):
    address = (outputs / "kenko21" / "final" / "04_committee_report.html").as_uri()
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    page.goto(address)
    assert page.evaluate(size) == 16
    page.click("a[href='#projection']")
    assert page.evaluate(size) == 24 and page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.check("#projection input")
    page.click(".toc a >> nth=2")
    assert page.evaluate(size) == 24
    page.uncheck("#projection input")
    assert page.evaluate(size) == 16
    context.close()


@pytest.mark.browser
@pytest.mark.slow
def test_the_pages_of_a_plan_of_forty_indicators_are_small_and_open(browser, tiny_plan, tmp_path, record_property):
    """Forty indicators of six years each, in four goals; that a page opens at once is told, not asserted."""
    years = range(2018, 2024)
    names = [f"I-{n}" for n in range(1, 41)]
    folder = tiny_plan(
        programs=[
            {"program_id": f"S-{n}", "program_name": f"施策{n}", "goal": f"{n} 支え合いのまちづくり"} for n in range(1, 5)
        ],
        indicators=[
            {
                "indicator_id": name, "indicator_name": f"地域で見守りや支え合いの活動に加わっている人の割合 その{name}",
                "program_id": f"S-{n % 4 + 1}", "unit": "%", "baseline_year": 2018, "definition": "市民に尋ねた調査の割合。" * 4,
                "department": "福祉総務課", "source": "市民の調査（作り物の例）", "remark": "試しのために作った行。" * 3,
            }
            for n, name in enumerate(names)
        ],
        observations=[
            {"indicator_id": name, "fiscal_year": year, "value": 40 + (n * 7 + (year - 2018) * (n % 5 - 1)) % 30,
             "sample_size": 1000, "sample_count": 10 * (40 + (n * 7 + (year - 2018) * (n % 5 - 1)) % 30)}
            if year > 2018 else {"indicator_id": name, "fiscal_year": year, "value": 40}
            for n, name in enumerate(names) for year in years
        ],
    )  # fmt: skip
    done = planeval("run", "machi", "--period", "first", "--data", folder.parent, "--outputs", tmp_path / "forty")
    assert done.returncode == 0, done.stderr[-2000:]
    page = browser.new_page(offline=True)
    for path in sorted((tmp_path / "forty" / "machi" / "first").glob("*.html")):
        page.goto(path.as_uri(), wait_until="load")
        milliseconds = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        record_property(path.stem, f"{path.stat().st_size} bytes, {milliseconds:.0f} ms")
        print(f"{path.name}: {path.stat().st_size} bytes, load event after {milliseconds:.0f} ms")
        assert path.stat().st_size < LARGEST and milliseconds > 0
    assert page.evaluate("document.querySelectorAll('article.card').length") > 0
    page.close()


@pytest.mark.browser
def test_the_largest_page_opens_and_the_time_is_told(outputs, browser, record_property):
    """Only that it opens is asserted: a shared machine may be slow. The time stands in the test's report."""
    largest = max(pages(outputs), key=lambda path: path.stat().st_size)
    page = browser.new_page()
    page.goto(largest.as_uri())
    milliseconds = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    record_property("load_event_milliseconds", milliseconds)
    print(f"{largest.name}: {largest.stat().st_size} bytes, load event after {milliseconds:.0f} ms")
    assert milliseconds > 0
    page.close()
