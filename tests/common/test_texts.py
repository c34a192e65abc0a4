import pytest

from consult.common.markup import DEEPEST, canonical
from consult.common.templatetags.consult import rich
from consult.common.texts import plain


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["page", "document"])
@pytest.mark.parametrize("number", ["x", "1 onclick=1", "", "9" * 30, "-1", "٣"])
def test_a_link_to_no_number_is_shown_as_a_link_to_nothing(kind: str, number: str) -> None:
    assert rich(f'<a linktype="{kind}" id="{number}">aquí</a>') == "<a>aquí</a>"


def test_a_footnote_is_told_from_the_word_it_stands_at() -> None:
    assert plain("<p>empleo<small>Nota <b>uno</b>.</small> digno</p>") == "empleo [Nota uno.] digno"


@pytest.mark.django_db
def test_attributes_hold_no_control_characters_and_no_anchors_of_their_own() -> None:
    assert canonical('<a href="https://example.org/\x1e">a</a>') == "<a>a</a>"
    assert canonical('<ol start="\x1e"><li>a</li></ol>') == "<ol><li>a</li></ol>"
    assert canonical('<p><a id="5">a</a></p>') == "<p><a>a</a></p>"
    assert canonical('<a linktype="page" id="5">a</a>') == '<a id="5" linktype="page">a</a>'


def test_nothing_is_nested_without_end_and_no_word_is_lost() -> None:
    deep = "<ul><li>" * 500 + "fondo" + "</li></ul>" * 500
    shallow = canonical(deep)
    assert shallow.count("<ul>") <= DEEPEST
    assert "fondo" in shallow
    assert canonical(shallow) == shallow
