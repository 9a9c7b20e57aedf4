"""Texts that would do harm, break a page or vanish, if anything took them for more than text; and a plan made of them."""

from __future__ import annotations

from collections.abc import Iterator

ALERT = "window.harm=1;alert(1)"
ELEMENTS = [
    f"<script>{ALERT}</script>", f"<SCRIPT >{ALERT}</SCRIPT >", f"<script/x>{ALERT}</script>", f"<<script>{ALERT}//<</script>",
    f"<scr<script>ipt>{ALERT}</script>", f"<script\n>{ALERT}</script\n>".replace("\n", " "), '<script src="http://192.0.2.1/x.js"></script>',
    f"<img src=x onerror={ALERT}>", f'<img src=x onerror="{ALERT}">', f"<img/src=x/onerror={ALERT}>", '<img src="http://192.0.2.1/x.png">',
    f"<image href=x onerror={ALERT}>", f"<svg onload={ALERT}>", f"<svg><script>{ALERT}</script></svg>", f"<svg/onload={ALERT}//",
    "<svg><use href='data:image/svg+xml,<svg id=x></svg>#x'/></svg>", f"<math><mtext><img src=x onerror={ALERT}></mtext></math>",
    f"<body onload={ALERT}>", f"<iframe srcdoc='<script>{ALERT}</script>'></iframe>", f"<iframe src=javascript:{ALERT}></iframe>",
    "<object data=http://192.0.2.1/x></object>", "<embed src=http://192.0.2.1/x>", "<link rel=stylesheet href=http://192.0.2.1/x.css>",
    "<base href=http://192.0.2.1/>", "<meta http-equiv=refresh content='0;url=http://192.0.2.1/'>", f"<form action=javascript:{ALERT}><button>",
    f"<input autofocus onfocus={ALERT}>", f"<details open ontoggle={ALERT}>", f"<video><source onerror={ALERT}></video>",
    f"<audio src=x onerror={ALERT}>", f"<marquee onstart={ALERT}>", f"<a href=javascript:{ALERT}>押す</a>", "<style>*{display:none}</style>",
    "<style>@import 'http://192.0.2.1/x.css'</style>", '<p style="position:fixed;inset:0;background:#fff">', "<plaintext>", "<xmp>", "<noscript>",
    "<template><script>", "<textarea>", "<select><option>", "<title>", "<h1>題</h1>", "<table><tr><td>", "<details><summary>", "<dialog open>",
]  # fmt: skip
ENDS = [
    "</td></tr></table>", "</style>", "</script>", "</title>", "</textarea>", "</svg>", "</main></body></html>", "-->", "--!>", "<!--",
    "<!-- 隠す -->", "<![CDATA[ 隠す ]]>", "]]>", "<!DOCTYPE html>", "<?php echo 1 ?>", "<%= 1 %>", "</", "<", ">", "&",
]  # fmt: skip
ATTRIBUTES = [
    f'" onmouseover="{ALERT}', f"' onmouseover='{ALERT}", f'" autofocus onfocus={ALERT} x="', f"` onclick=`{ALERT}", f'"><script>{ALERT}</script>',
    f"'><img src=x onerror={ALERT}>", f"javascript:{ALERT}", f"JaVaScRiPt:{ALERT}", f"data:text/html,<script>{ALERT}</script>", "vbscript:msgbox(1)",
    '" style="display:none', '" hidden="', '" id="summary', "' class='vh", '"', "'", "`",
]  # fmt: skip
ENTITIES = [
    "&lt;script&gt;", "&#60;script&#62;", "&#x3c;script&#x3e;", "&amp;lt;b&amp;gt;", "&nbsp;", "&NotAnEntity;", "&#0;", "&#x110000;", "&copy",
    "\\u003cscript\\u003e", "\\x3cscript\\x3e", "%3Cscript%3E", "＜script＞", "+ADw-script+AD4-",
]  # fmt: skip
TEMPLATES = [
    "{{ 7*7 }}", "{% raw %}", "{# 隠す #}", "{evaluation.__class__}", "{0}", "{}", "{", "}", "{{", "%s", "%(name)s", "${7*7}", "#{7*7}", "$name",
]  # fmt: skip
MARKDOWN = [
    f"[押す](javascript:{ALERT})", "![絵](http://192.0.2.1/x.png)", "# 見出し", "```python", "**太字**", "| a | b |", "---", "* 一つ", "[^1]",
    "$x^2$", "$$\\frac{1}{0}$$", "$\\badcommand{", "\\(x\\)", "\\begin{document}", "\\$5", "_x_",
]  # fmt: skip
FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "=HYPERLINK(\"http://192.0.2.1\",\"x\")", "=cmd|' /C calc'!A0", "＝1+1", "＋1", "－1＋1", "＠x", "=1,2;3", "'=1",
]  # fmt: skip
WORDS = [
    "None", "nan", "NaN", "NULL", "True", "<NA>", "NaT", "inf", "undefined", "[object Object]", "0", "1e999", "../../etc/passwd", "C:\\con\\nul",
    "file:///etc/passwd", "http://192.0.2.1/", "'; DROP TABLE x; --", "$(touch x)", "; rm -rf .", "𠮷野家", "👪👨‍👩‍👧", "e\u0301", "שלום", "مرحبا",
    "\u202e逆さ\u202c", "\u202d前\u202e後", "\u2067‏右から\u2069", "\u2066a", "a\u200bb\u200cc\u200dd", "\ufeff始", "a\u00adb\u2060c",
    "a\u2028b\u2029c", "\U000e0041\U000e0042", "が\u3099\u309a", "a" + "\u0301" * 30, "\ufffd\ufffe\uffff", "\ue000", "\u3164",
    "Ａ１", "長" * 1200, "長" * 300, "x" * 300, "a,b\tc;d", "“引用”", "〔出典〕", "※", "…",
]  # fmt: skip
HOSTILE = [*FORMULAS, *ELEMENTS, *ATTRIBUTES, *ENTITIES, *ENDS, *TEMPLATES, *MARKDOWN, *WORDS]
EACH = 3  # texts in a cell
COUNT = -(-len(HOSTILE) // EACH)  # rows of a table

PLAN = {
    "name": "<script>window.harm=1</script>計画", "nickname": "<b>愛称</b>", "municipality": "<img src=x onerror=alert(1)>市",
    "parent_plan": "<i>上位</i>", "successor_plan": "<u>次</u>",
    "bodies": [{"id": "委員会", "name": "<svg onload=alert(1)>委員会", "role": "</td>役割"}],
    "schedule": [{"body": "委員会", "years": [2021, 2023], "activity": "<style>*{}</style>確認"}],
    "shocks": [{"years": [2022, 2022], "label": "<b>災害</b>", "reason": "</p><script>window.harm=1</script>"}],
    "sources": [{"id": "s", "title": "<a href=javascript:alert(1)>資料</a>", "url": "javascript:alert(1)", "note": "<!--注-->"}],
}  # fmt: skip


def marked(table: str, column: str, number: int) -> str:
    """The hostile text of a cell, with its own place at its end, by which it is found again."""
    return f"{HOSTILE[number]}《{table}.{column}.{number}》"


def _cell(table: str, column: str, number: int) -> str:
    return " ".join(marked(table, column, place) for place in range(number, len(HOSTILE), COUNT))


def tables() -> dict[str, list[dict]]:
    """Every table of a plan, with every text in every column for texts."""
    return {name: [_row(name, number) for number in range(COUNT)] for name in ROWS} | {
        "observations": list(_observations())
    }


def _row(table: str, number: int) -> dict:
    texts, others = ROWS[table]
    filled = {column: _cell(table, column, number) for column in texts.split()}
    return filled | {
        name: value.format(n=number) if isinstance(value, str) else value for name, value in others.items()
    }


def _observations() -> Iterator[dict]:
    """Two years of every indicator; the groups, with hostile names, belong to the first."""
    for number in range(COUNT):
        texts = {column: _cell("observations", column, number) for column in ("source", "remark")}
        of = {"indicator_id": f"I-{number}"}
        yield {**of, "fiscal_year": 2021, "value": 41, **texts}
        yield {**of, "fiscal_year": 2023, "value": 50 - number % 20}
        group = {"indicator_id": "I-0", "fiscal_year": 2023, "value": 40 + number % 30}
        yield {**group, "group_kind": "地区", "group": _cell("observations", "group", number)}
        yield {**group, "group_kind": _cell("observations", "group_kind", number), "group": "西"}


# Columns for texts that no hostile text can stand in, since the reader compares them with something else.
COMPARED = {
    "indicators.scheme": "the name of a scheme", "published_ratings.scheme": "the name of a scheme",
    "observations.indicator_name": "the indicator's own name", "observations.unit": "the indicator's own unit",
    "corrections.group_kind": "a group of the observations", "corrections.group": "a group of the observations",
}  # fmt: skip
# For each table the columns for texts, and what else a row needs; {n} is the number of the row.
ROWS: dict[str, tuple[str, dict]] = {
    "indicators": ("indicator_name definition department unit source remark", {
        "indicator_id": "I-{n}", "program_id": "S-{n}", "target_kind": "増加", "baseline_year": 2020, "baseline": 40,
        "target_year": 2026, "target": 60,
    }),
    "target_revisions": ("reason source", {"indicator_id": "I-{n}", "applies_from": 2022, "target_year": 2026, "target": 70}),
    "breaks": ("reason source", {"indicator_id": "I-{n}", "fiscal_year": 2022, "break_kind": "接続", "bridge_ratio": 1}),
    "corrections": ("reason decided_by source", {
        "indicator_id": "I-{n}", "fiscal_year": 2021, "reported": 41, "corrected": 42,
    }),
    "programs": ("program_name goal field department source", {"program_id": "S-{n}"}),
    "projects": ("project_name department source", {"project_id": "P-{n}", "program_id": "S-{n}"}),
    "project_years": ("activity self_check difficulty person due tags source", {
        "project_id": "P-{n}", "fiscal_year": 2022, "budget": 10, "spending": 9,
    }),
    "milestones": ("source", {"indicator_id": "I-{n}", "fiscal_year": 2022, "value": 45}),
    "period_years": ("source", {"period": "first", "indicator_id": "I-{n}", "fiscal_year": 2023}),
    "sdg_links": ("sdg_target source", {"program_id": "S-{n}", "sdg_goal": 3, "strength": "主"}),
    "actor_links": ("actor content source", {"program_id": "S-0", "role": "支援"}),  # one row of a matrix, not all
    "partner_activities": ("activity_name pillar progress source", {"activity_id": "A-{n}"}),
    "crosswalk": ("source", {"program_id": "S-{n}", "activity_id": "A-{n}", "relation": "関連"}),
    "department_ratings": ("rating reason source", {"period": "first", "target_id": "I-{n}"}),
    "committee_ratings": ("rating reason source", {"period": "first", "target_id": "I-{n}"}),
    "narratives": ("narrative cause next_action source", {"period": "first", "target_id": "I-{n}"}),
    "meetings": ("body agenda source", {"meeting_id": "M-{n}"}),
    "opinions": ("opinion answer reflected_in source", {
        "opinion_id": "O-{n}", "period": "first", "meeting_id": "M-{n}", "answer_state": "次期へ",
    }),
    "context": ("item unit source", {"fiscal_year": 2022, "value": 1}),
    "glossary": ("term explanation first_use source", {}),
    "published_ratings": ("rating source", {"period": "first", "indicator_id": "I-{n}"}),
}  # fmt: skip
