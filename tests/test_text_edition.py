"""The text edition of a report: the whole page as plain text, with no markup, readable aloud and in any editor."""

from __future__ import annotations

import re

import pytest

from planeval.export.plain_text import text_edition

PAGE = """<!DOCTYPE html><html lang="ja"><head><title>題</title><style>p { color: red }</style></head><body>
<a class="skip" href="#main">本文へ移る</a><h1>題名</h1>
<nav class="toc" aria-label="目次"><ol><li><a href="#s1"><span class="num">1</span>総括</a></li></ol></nav>
<section><h2><span class="no">1</span> 総括</h2><p>はじめの<strong>文</strong>です。</p>
%s
</section><p class="top"><a href="#toc">目次へ戻る</a></p><nav class="links"><a href="x.html">ほか</a></nav></body></html>"""
TABLE = """<table><caption id="t">件数 <small>単位は件</small></caption>
<thead><tr><th scope="col">年度</th><th scope="col">見守り</th><th scope="col">相談</th><th scope="col">図</th></tr></thead>
<tbody><tr class="group"><th scope="rowgroup" colspan="4">西地区</th></tr>
<tr><th scope="row">令和3年度</th><td>12<br>速報</td><td><span class="none">－</span></td><td><svg aria-hidden="true"></svg></td></tr>
</tbody></table>"""


def _text(part: str) -> str:
    return text_edition(PAGE % part).decode("utf-8-sig").replace("\r\n", "\n")


def test_it_opens_in_the_editor_of_windows():
    edition = text_edition(PAGE % "")
    assert edition.startswith(b"\xef\xbb\xbf") and edition.endswith(b"\r\n")
    assert edition.count(b"\n") == edition.count(b"\r\n")


def test_headings_contents_and_paragraphs_stand_in_order_and_ways_around_the_screen_are_left_out():
    told = [line for line in _text("").split("\n")[1:] if line]
    assert told == ["題名", "■ 目次", "・1 総括", "■ 1 総括", "はじめの文です。"]


def test_a_table_is_told_row_by_row_with_the_name_of_each_column():
    told = [line for line in _text(TABLE).split("\n") if line][-7:]
    assert told == [
        "はじめの文です。",
        "表：件数",
        "単位は件",
        "【西地区】",
        "年度：令和3年度",
        "　見守り：12／速報",
        "　－（なし）：相談",
    ]


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ('<figure><figcaption>動き</figcaption><img src="data:," alt="40から50へ"></figure>', "図の説明：40から50へ"),
        ('<svg role="img" aria-label="A 3指標"><text>A</text></svg>', "図の説明：A 3指標"),
        (
            '<dl><div><dt>用語</dt><dd>説明。 <span class="screen-only">本文へ戻る</span></dd></div></dl>',
            "用語：説明。",
        ),
        ('<p><a href="https://example.jp/">資料</a></p>', "資料（https://example.jp/）"),
        ('<div class="opinion"><p>委員の意見</p><i></i></div>', "記入欄：委員の意見"),
        ("<ol><li>一つ目</li></ol>", "1. 一つ目"),
        ("<ul><li>一つ目</li></ul>", "・一つ目"),
        ("<p>&lt;b&gt; &amp; &quot;</p>", '<b> & "'),
        ('<span class="rating"><span class="sym" aria-hidden="true">◎</span>A</span> 達成', "A 達成"),
    ],
)
def test_each_part_is_told_in_a_line(part, line):
    assert line in _text(part).split("\n")


def test_the_edition_is_the_same_every_time_and_has_no_markup_left():
    assert text_edition(PAGE % TABLE) == text_edition(PAGE % TABLE)
    assert not re.search(r"</?[a-z]|&[a-z]+;|color: red|\n\n\n", _text(TABLE))


def test_the_mark_of_a_term_is_not_read_aloud():
    page = '<html><body><main><p>福祉<span class="ref term"><a href="#term-1">用語1</a></span>の話</p></main></body></html>'
    assert "福祉の話" in text_edition(page).decode("utf-8-sig")
