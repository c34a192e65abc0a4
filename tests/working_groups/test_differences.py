"""The difference of two texts: nothing of either is lost, and it reads as people would mark it."""

import json
import re
from html import escape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings, strategies as st

from consult.common import markup
from working_groups.differences import compare, marked, newer_of, older_of

ARTICLE_123 = Path(__file__).parents[3] / "shared/data/constitution_mx/art_123_versions.jsonl"
SECTIONS = ["6b1f0c9e-0d5c-4b61-9f3e-6d1f5a1f0a01", "6b1f0c9e-0d5c-4b61-9f3e-6d1f5a1f0a02"]
WORD = re.compile(r"\w+|[^\w\s]")
LINES = [
    "blockquote",
    "br",
    "caption",
    "h3",
    "hr",
    "li",
    "ol",
    "p",
    "small",
    "table",
    "td",
    "th",
    "ul",
]


def difference(older: str, newer: str) -> str:
    """The difference as HTML, without what is said to those who do not see it."""
    soup = BeautifulSoup(markup.html_of(marked(compare(older, newer))), "html.parser")
    for said in soup.select(".visually-hidden"):
        said.decompose()
    return str(soup)


def words_of(html: str, without: str = "none") -> list[str]:
    """The words and signs of `html`, without the elements that the selector `without` finds."""
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.select(without):
        element.decompose()
    for line in soup.find_all(LINES):
        line.insert_before(" ")
        line.insert_after(" ")
    return WORD.findall(soup.get_text())


# --- Any two texts ---------------------------------------------------------------------------
def tagged(tag: str, inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return inside.map(lambda html: f"<{tag}>{html}</{tag}>")


VOCABULARY = (
    "la de jornada máxima de trabajo 8 horas 1,480.50 ( ) , . <x> & H2O ley orgánica".split()
)
plain_words = st.lists(st.sampled_from(VOCABULARY), max_size=6).map(" ".join).map(escape)
references = st.builds(
    '<a linktype="section" uid="{}">{}</a>'.format,
    st.sampled_from(SECTIONS),
    st.sampled_from(["1", "2.1", "2.2"]),
)
inline = st.recursive(
    st.one_of(plain_words, plain_words, references, st.sampled_from(["<br>", "<sub></sub>"])),
    lambda inside: st.one_of(
        *(tagged(tag, inside) for tag in ("b", "i", "small", "sub", "s", "code")),
        inside.map(lambda html: f'<a href="https://example.org/">{html}</a>'),
        st.lists(inside, max_size=4).map(" ".join),
        st.lists(inside, max_size=3).map("".join),
    ),
    max_leaves=6,
)


@st.composite
def tables(draw: st.DrawFn, cells: st.SearchStrategy[str]) -> str:
    width = draw(st.integers(1, 3))

    def row(tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{draw(cells)}</{tag}>" for _ in range(width)) + "</tr>"

    caption = f"<caption>{draw(inline)}</caption>" if draw(st.booleans()) else ""
    head = f"<thead>{row('th')}</thead>" if draw(st.booleans()) else ""
    rows = "".join(row(draw(st.sampled_from(["td", "th"]))) for _ in range(draw(st.integers(0, 4))))
    return f"<table>{caption}{head}<tbody>{rows}</tbody></table>"


blocks = st.recursive(
    st.one_of(
        inline, tagged("p", inline), tagged("p", inline), tagged("h3", inline), st.just("<hr>")
    ),
    lambda inside: st.one_of(
        *(
            tagged(tag, st.lists(tagged("li", inside), max_size=4).map("".join))
            for tag in ("ul", "ol")
        ),
        tables(inside),
        tagged("blockquote", inside),
        st.lists(inside, max_size=4).map("".join),
    ),
    max_leaves=10,
)
bodies = st.lists(blocks, max_size=5).map("".join)


@settings(max_examples=150, deadline=None)
@given(bodies, bodies)
def test_any_two_texts_can_be_rebuilt_from_their_difference(older: str, newer: str) -> None:
    found = compare(older, newer)
    assert older_of(found) == markup.canonical(older)
    assert newer_of(found) == markup.canonical(newer)


@settings(max_examples=150, deadline=None)
@given(bodies, bodies)
def test_either_text_can_be_read_where_the_difference_of_any_two_is_shown(
    older: str, newer: str
) -> None:
    shown = difference(older, newer)
    assert words_of(shown, "del, .removed") == words_of(markup.canonical(newer))
    assert words_of(shown, "ins, .added") == words_of(markup.canonical(older))
    soup = BeautifulSoup(shown, "html.parser")
    for mark in soup.find_all(["ins", "del"]):
        assert not mark.find(list(markup.BLOCKS))
    for row in soup.find_all("tr"):
        # The first row of its table that has cells says how many there are.
        table = row.find_parent("table")
        first = next(one for one in table.find_all("tr") if one.find_parent("table") is table)
        assert len(row.find_all(["td", "th"], recursive=False)) == len(
            first.find_all(["td", "th"], recursive=False)
        )


# --- Real law --------------------------------------------------------------------------------
def as_html(text: str) -> str:
    """An article as reStructuredText: paragraphs, and below them, indented, what belongs to them."""
    html, open_ = "", []
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        indent = len(paragraph) - len(paragraph.lstrip())
        while open_ and indent < open_[-1]:
            open_.pop()
            html += "</li></ul>"
        if indent and open_ and open_[-1] == indent:
            html += "</li><li>"
        elif indent:
            open_.append(indent)
            html += "<ul><li>"
        html += f"<p>{escape(paragraph.strip())}</p>"
    return html + "</li></ul>" * len(open_)


@pytest.fixture(scope="module")
def article() -> list[str]:
    """The versions of article 123 of the Mexican constitution, the first of them first."""
    if not ARTICLE_123.exists():
        pytest.skip("the texts of the constitution are not here")
    lines = ARTICLE_123.read_text(encoding="utf-8").splitlines()
    return [as_html(json.loads(line)["text"]) for line in lines]


def test_any_two_versions_of_a_real_article_can_be_rebuilt(article: list[str]) -> None:
    assert len(article) == 35
    canonical = [markup.canonical(text) for text in article]
    for n, older in enumerate(article):
        for m, newer in enumerate(article[:n]):
            found = compare(older, newer)
            assert (older_of(found), newer_of(found)) == (canonical[n], canonical[m])
