import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import ngettext_lazy

from consult.common.charts import Bar, Figure, name_firsts, number, own_words, percentage
from consult.common.languages import Words

FIRSTS = ngettext_lazy(
    "Of %(of)s, the most frequent is %(labels)s, with %(count)s (%(share)s).",
    "Of %(of)s, the most frequent are %(labels)s, with %(count)s each (%(share)s).",
    "firsts",
)


def spoken(label: str, lang: str = "en") -> Words:
    return Words(label, lang, "en")


def sentence(*bars: Bar) -> str:
    with translation.override("en"):
        return name_firsts(bars, of="9 answers", total=9, firsts=FIRSTS, none="Of %(of)s, none.")


def drawn(*bars: Bar, title: str = "Which?", **fields: object) -> str:
    total = sum(bar.count for bar in bars)
    figure = Figure("which", spoken(title), "", "Answer", bars, total, total, **fields)
    return render_to_string("common/figure.html", {"figure": figure})


@pytest.mark.parametrize(
    "count, total, share",
    [
        (37, 83, "44.6 %"),
        (35, 83, "42.2 %"),
        (1, 16, "6.3 %"),  # 6.25: a half goes up
        (2, 3, "66.7 %"),
        (5, 5, "100.0 %"),
        (0, 7, "0.0 %"),
        (0, 0, "0.0 %"),
    ],
)
@pytest.mark.parametrize("lang", ["es", "en"])
def test_shares_are_written_as_in_mexico_in_both_languages(
    count: int, total: int, share: str, lang: str
) -> None:
    with translation.override(lang):
        assert percentage(count, total) == share


def test_numbers_have_commas_between_thousands() -> None:
    assert number(1_234_567) == "1,234,567"


def test_the_sentence_names_the_longest_bar() -> None:
    bars = [Bar(spoken("Yes"), 6), Bar(spoken("No"), 3)]
    assert sentence(*bars) == "Of 9 answers, the most frequent is “Yes”, with 6 (66.7\xa0%)."


def test_the_sentence_names_equals_and_does_not_list_them_without_end() -> None:
    three = [Bar(spoken(name), 1) for name in "ABC"]
    five = [Bar(spoken(name), 1) for name in "ABCDE"]
    assert "are “A”, “B”, “C”, with 1 each" in sentence(*three)
    assert "are “A”, “B”, “C” and 2 more, with 1 each" in sentence(*five)


def test_the_sentence_does_not_name_those_who_said_nothing() -> None:
    unsaid = Bar(spoken("Not stated"), 8, said=False)
    assert "“Yes”, with 1" in sentence(unsaid, Bar(spoken("Yes"), 1))
    assert sentence(unsaid, Bar(spoken("Yes"), 0)) == "Of 9 answers, none."


def test_what_a_person_typed_is_text_in_drawing_sentence_and_table() -> None:
    hostile = Bar(spoken("<script>alert(1)</script> & more"), 2)
    page = drawn(hostile, title="<b>Which</b>") + sentence(hostile)
    assert "<script" not in page
    assert "<b>" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more") == 3


@pytest.mark.parametrize("lang", ["es", "en"])
def test_no_locale_changes_the_measures(lang: str) -> None:
    with translation.override(lang):
        page = drawn(Bar(spoken("Yes"), 1), Bar(spoken("No"), 2))
    assert re.findall(r'<rect y="[\d.]+em" width="([^"]+)"', page) == ["18.67%", "37.33%"]
    assert "33.3 %" in page
    assert "style=" not in page


def test_long_labels_are_drawn_in_lines_that_a_telephone_can_show() -> None:
    page = drawn(Bar(spoken("Connectivity and computing for every municipality " * 3), 1))
    lines = re.findall(r'<text y="[\d.]+em">([^<]+)</text>', page)
    assert len(lines) == 5
    assert max(map(len, lines)) <= 36


def test_words_in_the_other_language_say_so() -> None:
    with translation.override("en"):
        figure = Figure(
            "x", Words("¿Cuál?", "es", "en"), "", "", [Bar(spoken("Una", "es"), 1)], 1, 1
        )
        page = render_to_string("common/figure.html", {"figure": figure})
    assert '<span lang="es">¿Cuál?</span>' in page
    assert "Not yet translated into English" in page
    assert page.count('lang="es"') == 3


def test_the_drawing_has_a_name_and_a_figure_without_bars_has_no_drawing() -> None:
    page = drawn(Bar(own_words("yes"), 1))
    assert '<svg role="img" aria-labelledby="which"' in page
    assert '<h3 id="which">' in page
    assert "<svg" not in drawn()
    assert "<table" not in drawn()
