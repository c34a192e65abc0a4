"""The difference of two texts: nothing of either is lost, and it reads as people would mark it."""

import json
import re
from html import escape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.utils.translation import override
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


VOCABULARY = [
    *("la", "de", "jornada", "máxima", "de", "trabajo", "8", "horas", "ley", "orgánica"),
    *("1,480.50", "(", ")", ",", ".", "<x>", "&", "H2O"),
]
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
    # A blank between two words can be the other text's.
    assert "".join(words_of(shown, "del, .removed")) == "".join(words_of(markup.canonical(newer)))
    assert "".join(words_of(shown, "ins, .added")) == "".join(words_of(markup.canonical(older)))
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


def test_a_real_article_that_was_wrapped_anew_has_no_difference(article: list[str]) -> None:
    for text in article[::6]:
        wrapped = re.sub(r"\s*\n\s*", " ", text).replace(", ", ",\n   ")
        assert markup.canonical(wrapped) == markup.canonical(text)
        assert all(passage.same for passage in compare(text, wrapped))


def test_a_reform_of_a_real_article_reads_as_it_was_made(article: list[str]) -> None:
    shown = difference(article[23], article[24])
    assert "menores de <del>catorce </del><ins>quince </ins>años" in shown
    assert len(BeautifulSoup(shown, "html.parser").find_all(["ins", "del"])) == 2
    shown = difference(article[29], article[30])
    assert "sin tener en cuenta el sexo <ins>ni género. Las leyes establecerán" in shown


# --- How it reads ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "older, newer, shown",
    [
        (
            "<p>El plazo es de 1,480.50 pesos.</p>",
            "<p>El plazo es de 1,480.75 pesos.</p>",
            "<p>El plazo es de <del>1,480.50 </del><ins>1,480.75 </ins>pesos.</p>",
        ),
        (
            "<p>La participación ciudadana.</p>",
            "<p>La participacion ciudadana.</p>",
            "<p>La <del>participación </del><ins>participacion </ins>ciudadana.</p>",
        ),
        # A phrase is replaced as one, its small words with it.
        (
            "<p>Vigila el consejo de la ciudad con rigor.</p>",
            "<p>Vigila el instituto de la república con rigor.</p>",
            "<p>Vigila el <del>consejo de la ciudad </del>"
            "<ins>instituto de la república </ins>con rigor.</p>",
        ),
        # Blanks stay with those who have them.
        (
            "<p>La ley orgánica</p>",
            "<p>La ley</p>",
            "<p>La ley<del> orgánica</del></p>",
        ),
        (
            "<p>Sin costo para todos</p>",
            "<p>Sin costo, para todos</p>",
            "<p>Sin costo<ins>,</ins> para todos</p>",
        ),
        # The form is the newer text's, and is no change of words.
        ("<p>Sin <b>costo</b></p>", "<p><i>Sin</i> costo</p>", "<p><i>Sin</i> costo</p>"),
        (
            "<p>Véase <b>la ley de 1990</b>.</p>",
            "<p>Véase <b>la ley de 2020</b>.</p>",
            "<p>Véase <b>la ley de <del>1990</del><ins>2020</ins></b>.</p>",
        ),
        ("<p>Sin costo</p>", "<ul><li>Sin costo</li></ul>", "<ul><li>Sin costo</li></ul>"),
        (
            "<p>Uno es gratis.</p><p>Tres son caros.</p>",
            "<p>Uno es gratis.</p><hr><p>Dos cuestan poco.</p><p>Tres son caros.</p>",
            '<p>Uno es gratis.</p><hr class="added"/>'
            '<p class="added"><ins>Dos cuestan poco.</ins></p><p>Tres son caros.</p>',
        ),
    ],
)
def test_what_was_changed_is_marked_at_its_place(older: str, newer: str, shown: str) -> None:
    assert difference(older, newer) == shown


def test_a_note_is_compared_with_the_note_in_its_place() -> None:
    shown = difference(
        "<p>Son gratuitos<small>Censo de 2020.</small> y públicos.</p>",
        "<p>Son gratuitos<small>Censo de 2025.</small> y laicos.</p>",
    )
    assert shown == (
        "<p>Son gratuitos<small>Censo de <del>2020</del><ins>2025</ins>.</small> y "
        "<del>públicos</del><ins>laicos</ins>.</p>"
    )


def test_a_note_that_went_or_came_is_marked_whole() -> None:
    with_note, without = "<p>Es gratis<small>Censo.</small> hoy.</p>", "<p>Es gratis hoy.</p>"
    assert "<del><small>Censo.</small></del>" in difference(with_note, without)
    assert "<ins><small>Censo.</small></ins>" in difference(without, with_note)


def test_a_reference_says_both_numbers_where_its_section_got_another() -> None:
    text = '<p>Véase <a linktype="section" uid="{}">{}</a>.</p>'
    older, newer = text.format(SECTIONS[0], "2.3"), text.format(SECTIONS[0], "2.4")
    assert f'uid="{SECTIONS[0]}"><del>2.3</del><ins>2.4</ins></a>' in difference(older, newer)
    elsewhere = text.format(SECTIONS[1], "2.3")
    marks = BeautifulSoup(difference(older, elsewhere), "html.parser")
    assert [mark.a["uid"] for mark in marks.find_all(["del", "ins"])] == SECTIONS


def test_the_items_of_a_list_keep_the_numbers_of_the_newer_text() -> None:
    shown = difference(
        "<ol><li>Entra en vigor hoy.</li><li>Se deroga todo.</li><li>El gasto se ajusta.</li></ol>",
        "<ol><li>Entra en vigor hoy.</li><li>El gasto se ajusta.</li></ol>",
    )
    assert shown == (
        '<ol><li>Entra en vigor hoy.</li><li class="removed"><del>Se deroga todo.</del></li>'
        '<li value="2">El gasto se ajusta.</li></ol>'
    )


def test_a_paragraph_that_went_cuts_no_list_in_two() -> None:
    shown = difference(
        "<ol><li>Primero el agua.</li></ol><p>Y además</p><ol><li>después la luz.</li></ol>",
        "<ol><li>Primero el agua.</li><li>después la luz.</li></ol>",
    )
    assert shown == (
        '<ol><li>Primero el agua.</li><li class="removed"><p><del>Y además</del></p></li>'
        '<li value="2">después la luz.</li></ol>'
    )


def table(*rows: str) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return "<table><tbody>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</tbody></table>"


def test_a_table_is_compared_row_by_row_and_cell_by_cell() -> None:
    shown = difference(
        table("Año|Becas", "2026|100", "2027|200", "2028|300"),
        table("Año|Becas", "2026|150", "2028|300", "2029|"),
    )
    assert shown == (
        "<table><tbody><tr><td>Año</td><td>Becas</td></tr>"
        "<tr><td>2026</td><td><del>100</del><ins>150</ins></td></tr>"
        '<tr class="removed"><td><del>2027</del></td><td><del>200</del></td></tr>'
        "<tr><td>2028</td><td>300</td></tr>"
        '<tr class="added"><td><ins>2029</ins></td><td></td></tr></tbody></table>'
    )


def test_a_table_of_other_columns_is_another_table() -> None:
    shown = difference(table("Año|Becas", "2026|100"), table("Año|Becas|Gasto", "2026|100|5"))
    older, newer = BeautifulSoup(shown, "html.parser").find_all("table")
    assert [row["class"] for row in older.find_all("tr")] == [["removed"]] * 2
    assert [row["class"] for row in newer.find_all("tr")] == [["added"]] * 2


def test_a_table_whose_cells_span_rows_keeps_its_shape() -> None:
    def spanning(*cells: str) -> str:
        rows = "".join(f"<tr><td>{cell}</td></tr>" for cell in cells[1:])
        first = f'<tr><td rowspan="{len(cells)}">Todo</td><td>{cells[0]}</td></tr>'
        return f"<table><tbody>{first}{rows}</tbody></table>"

    same_shape = difference(spanning("agua", "luz"), spanning("agua", "gas"))
    assert same_shape.count("<table>") == 1
    assert "<del>luz</del><ins>gas</ins>" in same_shape
    assert difference(spanning("agua", "luz"), spanning("agua", "luz", "gas")).count("<table>") == 2


def test_what_is_said_of_a_change_is_in_the_language_of_the_text() -> None:
    with override("en"):
        shown = markup.html_of(marked(compare("<p>One car</p>", "<p>One bus</p>")))
    said = [each.get_text() for each in BeautifulSoup(shown, "html.parser").select("span")]
    assert said == ["removed: ", "added: ", " end of change. "]


def test_texts_too_long_to_be_compared_word_by_word_are_shown_one_after_the_other() -> None:
    older, newer = (f"<p>{' '.join(f'{word}{n}' for n in range(30_000))}</p>" for word in "ab")
    found = compare(older, newer)
    assert (older_of(found), newer_of(found)) == (older, newer)
    assert [passage.same for passage in found] == [False, False]
