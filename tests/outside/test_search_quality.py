"""XQuAD's questions find their paragraphs on the search page.

One question in EVERY is asked, and a little less is expected of so few; EVERY=1 asks them all, which takes
some minutes.
"""

import os
from pathlib import Path

import pytest

from consult.search import evaluation
from consult.search.meaning import encoder

XQUAD = Path(__file__).parents[2].parent / "shared" / "data" / "xquad"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not XQUAD.exists(), reason="the shared data are not beside this checkout"),
]
EVERY = int(os.environ.get("EVERY", "12"))
MARGIN = 0 if EVERY == 1 else 0.05
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
    rows = list(evaluation.questions(whole, asked, texts))[::EVERY]
    with evaluation.asking(whole.texts[texts], texts, semantic=semantic, page=True) as ask:
        found = evaluation.figures(ask, [(text, asked, ids) for text, ids in rows])
        plain = evaluation.figures(
            ask, [(evaluation.unaccented(text), asked, ids) for text, ids in rows]
        )
    print(asked, texts, semantic, found, plain)
    assert found.first >= first - MARGIN
    assert found.mean_reciprocal >= reciprocal - MARGIN
    # Without accents it loses less than a point.
    assert found.first - plain.first < 0.01 + MARGIN
    assert found.mean_reciprocal - plain.mean_reciprocal < 0.01 + MARGIN
