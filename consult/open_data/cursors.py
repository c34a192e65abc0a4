"""Where the next page of hits begins, told to programs as a word that says nothing to them."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from consult.search.queries import Answer

# Hits that can be reached page by page; who wants more narrows down.
DEPTH_MAX = 10_000
# The last hits seen that a cursor names: some may be gone when it is followed.
LAST = 3
# Hits on either side among which they are looked for in an index that has changed.
NEARBY = 50


@dataclass(frozen=True)
class Cursor:
    """After `seen` hits, of which `last` were the last, as the index was at `generation`."""

    seen: int = 0
    last: Sequence[str] = ()
    generation: str = ""

    @classmethod
    def read(cls, word: str) -> "Cursor":
        """What `__str__` wrote. Raises ValueError for anything else."""
        try:
            seen, generation, *last = json.loads(urlsafe_b64decode(word.encode("ascii")))
        except (RecursionError, TypeError) as error:
            raise ValueError(word) from error
        cursor = cls(seen, last, generation)
        known = type(seen) is int and all(isinstance(each, str) for each in (generation, *last))
        if not known or not 1 <= seen < DEPTH_MAX or str(cursor) != word:
            raise ValueError(word)
        return cursor

    def __str__(self) -> str:
        said = json.dumps([self.seen, self.generation, *self.last], separators=(",", ":"))
        return urlsafe_b64encode(said.encode()).decode()


def next_page(
    cursor: Cursor, state: str, limit: int, answer: Callable[[int, int], Answer]
) -> tuple[Answer, Cursor | None]:
    """The `limit` hits after `cursor`, and where those after them begin, if there are any.

    `state` names what the index is now, and `answer` finds so many hits (its second argument) from a
    place on (its first). In an index that has changed since, the page begins after the last hit seen
    that is still about there: so none comes twice because of what was added before it, and none is
    left out because of what was taken away.
    """
    generation = sha256(state.encode()).hexdigest()[:12]
    start = cursor.seen
    if not start or generation == cursor.generation:
        found = answer(start, limit)
    else:
        begin = max(0, start - NEARBY)
        found = answer(begin, limit + 2 * NEARBY)
        places = [n for n, hit in enumerate(found.hits) if hit.document.id in cursor.last]
        if places:
            start = begin + places[-1] + 1
        found = replace(found, hits=found.hits[start - begin :][:limit])
    seen = start + len(found.hits)
    if not found.hits or seen >= min(found.total, DEPTH_MAX):
        return found, None
    last = [hit.document.id for hit in found.hits[-LAST:]]
    return found, Cursor(seen, last, generation)
