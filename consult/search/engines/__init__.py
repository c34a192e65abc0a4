"""The engine that the settings name, and engines for a while; nobody above names one."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from .base import SearchEngine
from .whoosh.engine import WhooshEngine


@lru_cache(maxsize=4)
def _engine(path: str, directory: Path) -> SearchEngine:
    return import_string(path)(directory)


def engine() -> SearchEngine:
    """The one engine of this process."""
    return _engine(settings.SEARCH_ENGINE, Path(settings.SEARCH_INDEX_DIR))


def engine_in(directory: Path) -> SearchEngine:
    """An engine of its own in `directory`, empty, whichever the site has.

    For what is asked once and thrown away, which no cluster needs to know of.
    """
    return WhooshEngine(directory)
