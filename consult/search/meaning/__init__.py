"""Texts found by what they mean, in whichever language: the optional extra `semantic`.

`encoder` makes vectors of words, `passages` says of which words, `vectors` keeps them in a file beside
the index, and `keeping` sees to it that the file follows the index. Without the extra's package, or
with SEARCH_BY_MEANING off, nothing of it is done and the search is by words alone. How it was chosen
and what it brings is in docs/decisions/0033-meaning.md.
"""

from .keeping import (
    behind,
    digest,
    encode_some,
    excerpt_span,
    follow,
    follow_all,
    is_on,
    near,
    state,
)
from .vectors import Near

__all__ = [
    "Near",
    "behind",
    "digest",
    "encode_some",
    "excerpt_span",
    "follow",
    "follow_all",
    "is_on",
    "near",
    "state",
]
