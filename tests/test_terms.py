"""The glossary's links: from a term's first use to its entry and back, never inside headings, links or longer words."""

from __future__ import annotations

import pytest

from planeval.delivery.terms import with_term_links

ENTRY = '<dl class="terms"><div><dt id="term-{n}">{term}</dt><dd>地域福祉の説明。</dd></div></dl>'


def page(body: str, *terms: str) -> str:
    entries = "".join(ENTRY.format(n=n, term=term) for n, term in enumerate(terms, 1))
    return f"<body><header><p>地域福祉</p></header>\n<main id='main'>{body}{entries}</main></body>"


def test_the_first_use_is_linked_to_the_entry_and_the_entry_back():
    text = with_term_links(page("<p>ここで&amp;地域福祉を使う。地域福祉は二度目。</p>", "地域福祉"), ["地域福祉"])
    mark = '<span class="ref term"><a id="use-1" href="#term-1" aria-label="用語1 地域福祉">用語1</a></span>'
    assert text.count("用語1</a>") == 1 and f"ここで&amp;地域福祉{mark}を使う。" in text
    assert '<a href="#use-1" aria-label="「地域福祉」を使っている本文へ戻る">本文へ戻る</a></span></dd>' in text


@pytest.mark.parametrize(
    "body",
    [
        "<h2>地域福祉</h2>", "<table><caption>地域福祉</caption></table>", "<p><a href='#x'>地域福祉</a></p>",
        "<p>所沢市地域福祉計画</p>", "<svg><text>地域福祉</text></svg>", "<th scope='col'>地域福祉</th>",
    ],
)  # fmt: skip
def test_headings_captions_links_pictures_and_longer_words_are_no_use(body):
    whole = page(body, "地域福祉")
    assert with_term_links(whole, ["地域福祉"]) == whole


def test_a_term_within_a_longer_term_waits_for_a_use_of_its_own():
    body = "<p>個別避難計画と計画。</p><table><tr><th scope='row'>避難</th></tr></table>"
    text = with_term_links(page(body, "計画", "個別避難計画"), ["計画", "個別避難計画"])
    assert text.index('id="use-2"') < text.index('id="use-1"')


def test_a_page_without_a_glossary_stays_as_it_is():
    assert with_term_links("<main><p>地域福祉</p></main>", ["地域福祉"]) == "<main><p>地域福祉</p></main>"


def test_a_hostile_term_is_escaped_in_its_links():
    term = '"><b>x</b>'
    text = with_term_links(page("<p>&quot;&gt;&lt;b&gt;x&lt;/b&gt;</p>", "x"), [term])
    assert "<b>x" not in text
