"""What texts mean is kept as the index is: made after it by the worker, and forgotten with it."""

import logging
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from django.conf import settings

from consult.common.locking import alone

from ..documents import all_documents, documents_of
from ..engines.base import Document, EngineBusy, EngineUnavailable
from ..enums import Kind
from . import encoder
from .passages import passages
from .vectors import Encoded, Near, Vectors, is_damage

logger = logging.getLogger(__name__)

# Documents whose meaning is made at a time, which takes half a second.
BATCH = 32
# Seconds that a change waits for that.
TIMEOUT = 10.0
# Of the closest documents, so many are found by their meaning, if they are at least so close, and
# close beside the closest of all: without a floor the closest to nonsense would be found.
NEAREST = 50
CLOSEST_MIN = 0.2
SHARE_MIN = 0.4
# A word or two that the model does not know are a little close to everything.
FEW_WORDS = 2
CLOSEST_MIN_OF_FEW = 0.25


def is_on() -> bool:
    """Whether this installation finds texts by what they mean."""
    return settings.SEARCH_BY_MEANING and encoder.is_installed()


def near(text: str) -> dict[str, Near]:
    """The documents that mean about what `text` does, by id; none where that is not known."""
    vectors = _vectors()
    if not text or not is_on() or not vectors.path.exists():
        return {}
    try:
        return near_in(vectors, text)
    except (sqlite3.Error, ValueError):
        # ValueError: what is kept is not as long as it should be.
        logger.exception("The meaning of texts cannot be read.")
        return {}


def near_in(vectors: Vectors, text: str) -> dict[str, Near]:
    """Those of `vectors`. Raises sqlite3.Error."""
    found = vectors.near(encoder.encode_query(text), NEAREST)
    closest = max((each.closeness for each in found.values()), default=0.0)
    if closest < (CLOSEST_MIN_OF_FEW if len(text.split()) <= FEW_WORDS else CLOSEST_MIN):
        return {}
    return {id: each for id, each in found.items() if each.closeness >= closest * SHARE_MIN}


def follow(changed: Iterable[Document], gone: Collection[str]) -> None:
    """Forget what changed documents meant, and those that are `gone`; the worker makes it anew.

    Raises EngineUnavailable.
    """
    if not _vectors().path.exists():
        return
    with _one_writer() as vectors:
        if vectors.exists():
            vectors.follow({each.id: digest(each) for each in changed}, gone)


def follow_all(digests: Mapping[str, bytes]) -> None:
    """As `follow`, where `digests` has every document there is. Raises EngineUnavailable."""
    if not _vectors().path.exists():
        return
    with _one_writer() as vectors:
        if vectors.exists():
            vectors.follow(digests, vectors.documents() - digests.keys())


def encode_some() -> bool:
    """Make the meaning of some documents that wait; whether more wait. Raises EngineUnavailable."""
    if not is_on():
        return False
    with _one_writer() as vectors:
        if not vectors.exists():
            vectors.create(each.id for each in all_documents())
        waiting = vectors.waiting(BATCH)
        if waiting:
            vectors.put(waiting, {each.id: encoded(each) for each in documents_of(waiting)})
        return len(waiting) == BATCH


def behind() -> int | None:
    """How many documents wait for their meaning to be made; None before the first has its own.

    Raises EngineUnavailable.
    """
    vectors = _vectors()
    try:
        return vectors.count_waiting() if vectors.exists() else None
    except sqlite3.Error as error:
        raise EngineUnavailable(repr(error)) from error


def state() -> str:
    """A name that changes with what is known of texts, and so with what is near."""
    path = _vectors().path
    if not is_on() or not path.exists():
        return ""
    about = path.stat()
    return f"{about.st_mtime_ns}:{about.st_size}"


def digest(document: Document) -> bytes:
    """What changes when the words of `document` do."""
    words = repr(sorted(_words(document).items()))
    return blake2b(words.encode(), digest_size=16).digest()


def excerpt_span(document: Document, found: Near) -> tuple[int, int]:
    """Where in the text of `document` the words are that are closest."""
    before = len(_title(document, found.language))
    return max(0, found.span[0] - before), max(0, found.span[1] - before)


def encoded(document: Document) -> tuple[bytes, list[Encoded]]:
    """The digest of `document`, and the passages to keep of it."""
    spoken = [
        (language, text, passage)
        for language, text in _words(document).items()
        for passage in passages(text)
    ]
    texts = [
        text[start:end]
        for _language, text, passage in spoken
        for start, end in (passage.whole, *passage.parts)
    ]
    vectors = encoder.encode(texts)
    result = []
    start = 0
    for language, _text, passage in spoken:
        end = start + 1 + len(passage.parts)
        result.append(Encoded(language, vectors[start:end], passage.parts))
        start = end
    return digest(document), result


def _words(document: Document) -> dict[str, str]:
    """What is encoded of `document`, by language: its title and its text."""
    return {
        language: _title(document, language) + text
        for language, text in document.text.items()
        if text
    }


def _title(document: Document, language: str) -> str:
    """The title before the text; that of a comment is a name, which means nothing."""
    title = document.title.get(language, "")
    return f"{title}\n" if title and document.type != Kind.COMMENT else ""


@lru_cache(maxsize=4)
def _vectors_in(directory: Path) -> Vectors:
    return Vectors(directory)


def _vectors() -> Vectors:
    return _vectors_in(Path(settings.SEARCH_INDEX_DIR) / "meaning")


@contextmanager
def _one_writer() -> Iterator[Vectors]:
    """The file, for one process at a time. A damaged one is made anew by the worker's next turn."""
    vectors = _vectors()
    with alone(vectors.path.parent, "lock", TIMEOUT) as held:
        if not held:
            raise EngineBusy("another process is writing what texts mean")
        try:
            yield vectors
        except sqlite3.Error as error:
            if is_damage(error):
                vectors.path.unlink(missing_ok=True)
            raise EngineUnavailable(repr(error)) from error
