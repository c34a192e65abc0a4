"""The engine that the settings name."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from .base import SearchEngine


@lru_cache(maxsize=4)
def _engine(path: str, directory: Path) -> SearchEngine:
    return import_string(path)(directory)


def engine() -> SearchEngine:
    """The one engine of this process."""
    return _engine(settings.SEARCH_ENGINE, Path(settings.SEARCH_INDEX_DIR))
