import pytest

from consult.common.templatetags.consult import rich
from consult.common.texts import plain


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["page", "document"])
@pytest.mark.parametrize("number", ["x", "1 onclick=1", "", "9" * 30, "-1", "٣"])
def test_a_link_to_no_number_is_shown_as_a_link_to_nothing(kind: str, number: str) -> None:
    assert rich(f'<a linktype="{kind}" id="{number}">aquí</a>') == "<a>aquí</a>"


def test_a_footnote_is_told_from_the_word_it_stands_at() -> None:
    assert plain("<p>empleo<small>Nota <b>uno</b>.</small> digno</p>") == "empleo [Nota uno.] digno"
