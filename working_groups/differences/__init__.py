"""The difference of two versions of a draft: of two texts, and of all the sections."""

from .alignment import Passage, compare, newer_of, older_of
from .rendering import marked
from .sections import Change, SectionDifference, compare_sections, compare_versions

__all__ = [
    "Change",
    "Passage",
    "SectionDifference",
    "compare",
    "compare_sections",
    "compare_versions",
    "marked",
    "newer_of",
    "older_of",
]
