"""XQuAD's questions find their paragraphs on the search page: takes some minutes."""

from pathlib import Path

import pytest

from consult.search import evaluation
from consult.search.meaning import encoder

XQUAD = Path(__file__).parents[2].parent / "shared" / "data" / "xquad"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not XQUAD.exists(), reason="the shared data are not beside this checkout"),
]
# Language of the questions and of the texts, by meaning too, least R@1, least MRR.
FLOORS = [
    ("es", "es", False, 0.93, 0.94),
    ("en", "en", False, 0.93, 0.94),
    ("es", "es", True, 0.95, 0.96),
    ("en", "en", True, 0.95, 0.96),
    ("es", "en", True, 0, 0.86),
    ("en", "es", True, 0, 0.86),
]


@pytest.mark.parametrize("asked, texts, semantic, first, reciprocal", FLOORS)
def test_questions_find_their_paragraphs(asked, texts, semantic, first, reciprocal):
    if semantic and not encoder.is_installed():
        pytest.skip("the package of the extra `semantic` is not installed")
    whole = evaluation.read(XQUAD)
    rows = list(evaluation.questions(whole, asked, texts))
    with evaluation.asking(whole.texts[texts], texts, semantic=semantic, page=True) as ask:
        found = evaluation.figures(ask, [(text, asked, ids) for text, ids in rows])
        plain = evaluation.figures(
            ask, [(evaluation.unaccented(text), asked, ids) for text, ids in rows]
        )
    print(asked, texts, semantic, found, plain)
    assert found.first >= first
    assert found.mean_reciprocal >= reciprocal
    # Without accents it loses less than a point.
    assert found.first - plain.first < 0.01
    assert found.mean_reciprocal - plain.mean_reciprocal < 0.01
