"""The difference of two versions of a draft: of two texts, and of all the sections."""

from .alignment import Passage, compare, newer_of, older_of
from .rendering import marked

__all__ = ["Passage", "compare", "marked", "newer_of", "older_of"]
