"""`planeval run --pdf`: which browser prints, and what is said where none is there or one does not print."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Line, planeval

from planeval.delivery.page_rules import faults_of_page, stylesheet
from planeval.export import browsers, printing

PAGE = '<!DOCTYPE html><html lang="ja"><head><title>題</title></head><body><h1>題</h1><img src="http://192.0.2.1/x.png" alt="x"></body></html>'

needs_browser = pytest.mark.skipif(
    browsers.find_browser() is None, reason="Chromium がありません（Debian: apt install chromium）"
)
posix_only = pytest.mark.skipif(os.name != "posix", reason="見せかけのブラウザは、sh で動きます")


def _has(program: str) -> bool:
    return shutil.which(program) is not None


@pytest.fixture
def page(tmp_path) -> Path:
    path = tmp_path / "報告 書.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def _browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A browser on the path that does what the script says."""
    program = tmp_path / "bin" / "chromium"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def test_without_a_browser_run_says_so_and_does_nothing(tmp_path):
    done = planeval("run", "kenko21", "--pdf", "--outputs", tmp_path / "o", PATH=str(tmp_path))
    assert done.returncode == 1 and "PDF を作るブラウザがありません" in done.stderr
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("name", ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"])
def test_a_browser_in_the_usual_places_of_windows_is_found(tmp_path, monkeypatch, name):
    program = tmp_path / name
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    assert browsers.find_browser() == program


@posix_only
def test_a_browser_on_the_path_comes_first(tmp_path, monkeypatch):
    _browser(tmp_path, monkeypatch, "true")
    assert browsers.find_browser() == tmp_path / "bin" / "chromium"


@posix_only
@pytest.mark.parametrize(
    ("script", "told"),
    [("echo こわれた >&2; exit 1", "こわれた"), ("true", "理由を言いませんでした"), ("sleep 60", "やめました")],
)
def test_a_browser_that_does_not_print_is_named_and_leaves_no_pdf(tmp_path, monkeypatch, page, script, told):
    _browser(tmp_path, monkeypatch, script)
    with pytest.raises(printing.NotPrinted, match=told):
        printing.print_pages([page], seconds=0.5 if "sleep" in script else 10)
    assert not page.with_suffix(".pdf").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="親の終わりを知らせるのは Linux です")
def test_a_browser_ends_with_the_process_that_prints_however_that_ends(tmp_path, monkeypatch, page):
    line, silence = Line(tmp_path / "line"), tmp_path / "silence"
    os.mkfifo(silence)
    _browser(tmp_path, monkeypatch, f"exec 3> '{line.path}'; echo begun >&3; exec 4<> '{silence}'; read never <&4")
    code = "import sys; from pathlib import Path; from planeval.export.printing import print_pages; print_pages([Path(sys.argv[1])])"
    child = subprocess.Popen([sys.executable, "-c", code, str(page)])
    assert line.is_heard()
    child.kill()
    child.wait()
    assert line.is_let_go()


@pytest.mark.browser
@needs_browser
def test_a_page_becomes_a_tagged_pdf_beside_it_without_the_network(page):
    printing.print_pages([page])
    made = page.with_suffix(".pdf")
    assert b"/StructTreeRoot" in made.read_bytes() and made.stat().st_mode == page.stat().st_mode
    assert sorted(path.name for path in page.parent.iterdir()) == [page.name, made.name]
    told = subprocess.run(["pdfinfo", made], capture_output=True, encoding="utf-8") if _has("pdfinfo") else None
    assert told is None or "Tagged:          yes" in told.stdout


RUNNING = '委員会 "報告"; } </style><script>\\A 1％　R6–R8'


def dressed(css: str, style_hash: str) -> str:
    """A page as the template makes it, with a stylesheet and the policy that allows it."""
    policy = f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{style_hash}'\">"
    head = f'{policy}<meta charset="utf-8"><title>題</title><style>{css}</style>'
    return f'<!DOCTYPE html>\n<html lang="ja"><head>{head}</head><body><h1>題</h1></body></html>\n'


def test_any_title_can_stand_at_the_foot_of_printed_pages_and_nothing_else_in_the_stylesheet():
    look = stylesheet(RUNNING)
    assert faults_of_page(dressed(**look)) == []
    assert faults_of_page(dressed(**stylesheet())) == []
    base = stylesheet()["css"]
    foot = look["css"].removeprefix(base)
    others = [foot + "p { color: red; }", foot.replace("8pt", "9pt"), 2 * foot, foot.strip()]
    others.append(foot.replace('content: "', 'content: "" url(https://example.jp/x) "'))
    for css in [look["css"][1:], *(base + other for other in others)]:
        style_hash = "sha256-" + base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
        assert len(faults_of_page(dressed(css, style_hash))) == 1
    assert len(faults_of_page(dressed(look["css"], "sha256-x"))) == 1


@pytest.mark.browser
@needs_browser
@pytest.mark.skipif(not _has("pdftotext"), reason="pdftotext がありません（Debian: apt install poppler-utils）")
def test_every_printed_page_has_the_title_and_its_number_at_its_foot(page):
    page.write_text(dressed(**stylesheet(RUNNING)), encoding="utf-8")
    printing.print_pages([page])
    told = subprocess.run(
        ["pdftotext", "-layout", page.with_suffix(".pdf"), "-"], capture_output=True, encoding="utf-8"
    )
    assert "".join(RUNNING.split()) in "".join(told.stdout.split()) and "1／1" in told.stdout
