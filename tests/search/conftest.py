from pathlib import Path
from types import SimpleNamespace

import pytest

from consult.search.engines.base import SearchEngine
from consult.search.engines.whoosh.engine import WhooshEngine
from consult.submissions.enums import Status
from tests.factories import comment_on
from tests.search.indexed import document

DATA = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture
def data() -> Path:
    """Real texts, where they are at hand."""
    if not DATA.exists():
        pytest.skip("the shared data are not beside this checkout")
    return DATA


@pytest.fixture(params=[WhooshEngine])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> SearchEngine:
    """Each engine, empty."""
    return request.param(tmp_path / "index")


@pytest.fixture
def filled(engine):
    """Each engine, with some documents."""
    engine.index(
        [
            document(
                1, text="La educación en España", themes=("equity", "ethics"), stance="oppose"
            ),
            document(2, text="educaciones", themes=("equity",), stance="support"),
            document(3, text="EDUCACION rural", themes=("ethics",), stance="support"),
            document(4, "en", "Rural education and the digital divide", themes=("equity",)),
            document(
                5,
                type="section",
                id="section:5",
                title={"es": "Escuelas", "en": "Schools"},
                text={"es": "La brecha digital en la sierra", "en": "The gap in the sierra"},
                languages=("es", "en"),
            ),
        ]
    )
    return engine


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path: Path) -> None:
    """An index of the test's own, so that no other test's documents are in it."""
    settings.SEARCH_INDEX_DIR = tmp_path / "site-index"


def theme(slug: str, es: str, en: str, vocabulary_es: str = "", vocabulary_en: str = ""):
    return SimpleNamespace(
        slug=slug,
        name_es=es,
        name_en=en,
        vocabulary_es=vocabulary_es,
        vocabulary_en=vocabulary_en,
    )


@pytest.fixture(scope="session")
def codebook() -> list[SimpleNamespace]:
    return [
        theme(
            "digital-divide",
            "Brecha digital",
            "Digital divide",
            "brecha digital\nexclusión digital\nbrechas de acceso",
            "digital divide\ndigital exclusion\n\x00\n - \nunconnected",
        ),
        theme(
            "ethics", "Ética", "Ethics", "ética\npensamiento crítico", "ethics\ncritical thinking"
        ),
    ]


@pytest.fixture
def talk(draft):
    """Published comments in both languages, and one that waits."""
    return {
        "es": comment_on(
            draft,
            "La educación técnica no llega a la sierra, y la brecha digital crece cada año.",
            themes=("digital-divide",),
            status=Status.PUBLISHED,
        ),
        "en": comment_on(
            draft,
            "Close the digital divide before anything else: people in the mountains are offline.",
            stance="oppose",
            language="en",
            themes=("equity",),
            status=Status.PUBLISHED,
        ),
        "pending": comment_on(draft, "Una opinión secreta sobre la educación."),
    }
