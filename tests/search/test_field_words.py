"""Field words on the search page: `tema:equidad` and its like, by every name of a value."""

import pytest
from django.utils import translation

from consult.search.choices import Choices
from consult.search.parameters import Parameters
from consult.search.queries import search_public
from consult.submissions.enums import Status
from tests.factories import comment_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(draft) -> dict[str, int]:
    """A comment on each of two themes, in one language each."""
    options = {"status": Status.PUBLISHED}
    return {
        "es": comment_on(
            draft,
            "Más becas",
            themes=("equity",),
            stance="support",
            respondent={"state": "Nuevo León"},
            **options,
        ).pk,
        "en": comment_on(
            draft,
            "More grants",
            themes=("digital-divide",),
            stance="oppose",
            language="en",
            respondent={"state": "Texas"},
            **options,
        ).pk,
    }


def answer(typed: str, reader: str = "es", **options):
    return search_public(Parameters(typed, **options), choices=Choices(reader), language=reader)


@pytest.mark.parametrize(
    ("typed", "which"),
    [
        ("tema:equidad tipo:comentario", {"es"}),
        ("theme:Equity type:comments", {"es"}),
        ('tema:"brecha digital" tipo:comentario', {"en"}),
        ("tema:BRECHA,equidad tipo:comentario", {"es", "en"}),
        ("theme:digital-divide tipo:comentario", {"en"}),
        ('postura:"a favor"', {"es"}),
        ("stance:oppose", {"en"}),
        ("postura:contra", {"en"}),
        ("idioma:inglés tipo:comentario", {"en"}),
        ("lang:es type:comment", {"es"}),
        ("idioma:spanish tipo:comentario", {"es"}),
        ('estado:"nuevo leon"', {"es"}),
        ("state:texas", {"en"}),
        ("mesa:ia-trabajo tipo:comentario", {"es", "en"}),
        ("borrador:formacion tipo:comentario", {"es", "en"}),
        ("tipo:comentario año:1999", set()),
    ],
)
@pytest.mark.parametrize("reader", ["es", "en"])
def test_a_value_goes_by_its_slug_and_its_names_in_both_languages(said, typed, which, reader):
    found = answer(typed, reader)
    assert {hit.document.key for hit in found.hits} == {str(said[each]) for each in which}
    assert found.problems == []


def test_what_a_field_word_chose_is_shown_as_chosen(client, said):
    page = client.get("/es/search/", {"q": "tema:equidad becas"}).content.decode()
    assert 'name="theme" value="equity" checked' in page
    assert 'name="theme" value="digital-divide" checked' not in page


def test_field_words_add_to_what_was_chosen(said):
    found = answer("tema:equidad", filters={"theme": ["digital-divide"], "type": ["comment"]})
    assert found.filters == {"theme": ["digital-divide", "equity"], "type": ["comment"]}
    assert found.total == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("tema:becas", "“becas” is not a known value of “tema”; it was looked for as words."),
        (
            "-tema:grants",
            "“-tema:grants” cannot leave out what has that value; what has those words",
        ),
    ],
)
def test_a_field_word_that_chooses_nothing_is_told_and_its_value_is_words(said, typed, sentence):
    with translation.override("en"):
        found = answer(f"{typed} tipo:comentario", "en")
    assert [each.document.key for each in found.hits] == [str(said["es"])]
    assert [each.startswith(sentence) for each in found.problems] == [True]
