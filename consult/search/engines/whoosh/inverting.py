"""From texts to inverted lists, a whole segment at a time.

Whoosh makes a tuple of every occurrence of a word and sorts them on the disk. Here an occurrence is a
number, and numpy puts them in order. What comes out is Whoosh's own format, which its readers read:
blocks of postings in one file, and in another where each term's blocks begin.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pickle import dumps
from struct import Struct
from typing import Any
from zlib import crc32

import numpy as np
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3TermInfo
from whoosh.filedb.filetables import HashWriter, OrderedHashWriter
from whoosh.filedb.structfile import StructFile
from whoosh.system import pack_int, pack_long, pack_ushort
from whoosh.util.numlists import GrowableArray

from .schema import PackedPlaces, Positions

# Postings in a block, of which a reader unpacks the whole; and so few that arrays do not pay.
BLOCK = 512
FEW = 8
# Names for what Whoosh calls its hash functions; it takes MD5 by default, which costs more.
CRC32 = 1
# Before a term and what is known of it, how many bytes each takes.
SIZES = Struct("!ii")

Array = np.ndarray[Any, Any]


class Numbers(dict[str, int]):
    """A number for each string, in the order in which they come."""

    def __missing__(self, each: str) -> int:
        number = self[each] = len(self)
        return number


class Lists:
    """For each number from 0 on, a list of others."""

    def __init__(self, lists: Sequence[Sequence[int]]) -> None:
        self._counts = np.fromiter(map(len, lists), np.int32, len(lists))
        self._starts = (np.cumsum(self._counts) - self._counts).astype(np.int32)
        self._items = np.array(list(chain.from_iterable(lists)), np.uint32)

    def joined(self, numbers: Array) -> tuple[Array, Array]:
        """The lists of `numbers` one after another, and for each item at which number it is."""
        counts = self._counts[numbers]
        at = np.repeat(np.arange(len(numbers), dtype=np.int32), counts)
        # Where each number's list begins among the items, less where it does in what comes out.
        places = np.repeat(
            self._starts[numbers] - np.cumsum(counts, dtype=np.int32) + counts, counts
        )
        places += np.arange(len(at), dtype=np.int32)
        return self._items[places], at


class Table(Lists):
    """The terms under which each word is indexed, as their ranks in the order of their bytes."""

    def __init__(self, words: Iterable[str], terms_of: Callable[[str], Iterable[str]]) -> None:
        found = [[term.encode() for term in terms_of(word)] for word in words]
        self.terms = sorted({term for terms in found for term in terms})
        ranks = {term: rank for rank, term in enumerate(self.terms)}
        super().__init__([[ranks[term] for term in terms] for terms in found])


class Texts:
    """The texts of one field, as numbers of what stands between white space.

    That is much quicker to find in a text than words are, and comes again as often.
    """

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._chunks = array("I")
        self._documents = array("I")
        self._sizes = array("I")

    def add(self, document: int, text: str) -> int:
        """Take in the `text` of a document; how many chunks it has."""
        numbers = self._numbers
        chunks = text.split()
        self._chunks.extend([numbers[chunk] for chunk in chunks])
        self._documents.append(document)
        self._sizes.append(len(chunks))
        return len(chunks)

    def words(self, words: Lists) -> "Occurrences":
        """The words of all texts; `words` are those of each chunk."""
        found, at = words.joined(_as_array(self._chunks))
        sizes = _as_array(self._sizes)
        return Occurrences(
            found,
            np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)[at],
            _as_array(self._documents),
        )


@dataclass(frozen=True)
class Occurrences:
    """The words of the texts of a field, one after another."""

    words: Array
    # To which text each belongs, and of which document each text is.
    texts: Array
    documents: Array


class Postings:
    """One field's postings, in the order of their terms: which documents have a term."""

    def __init__(self, terms: Sequence[bytes], ranks: Array, documents: Array) -> None:
        self.terms = terms
        self.ranks = ranks
        self.documents = documents
        self.frequencies = np.ones(len(ranks), np.int64)
        # Where in each document, one after another as bytes, and how many bytes each takes.
        self.places = b""
        self.sizes: Array | None = None
        # By document, the length of its text as Whoosh rounds it to a byte.
        self.lengths = np.zeros(0, np.uint8)


def of_spellings(table: Table, fields: Iterable[Occurrences]) -> Postings:
    """Which documents have a word that is spelt so, in any of `fields`."""
    pairs = []
    for each in fields:
        ranks, at = table.joined(each.words)
        documents = each.documents[each.texts[at]]
        pairs.append(ranks.astype(np.uint64) << np.uint64(32) | documents)
    both = np.sort(np.concatenate(pairs))
    # numpy's own `unique` hashes, which is slower.
    both = both[np.diff(both, prepend=both[:1] + np.uint64(1)) != 0]
    return Postings(table.terms, both >> np.uint64(32), both & np.uint64(0xFFFFFFFF))


def of_keys(table: Table, field: Occurrences) -> tuple[Postings, Array, Array]:
    """Which documents have a key, how often and where; which have a text, and how many keys in it."""
    sizes = np.bincount(field.texts, minlength=len(field.documents))
    starts = (np.cumsum(sizes) - sizes).astype(np.int32)
    ranks, at = table.joined(field.words)
    texts = field.texts[at]
    lengths = np.bincount(texts, minlength=len(field.documents))
    places = at - starts[texts]
    # Texts were read in the order of their documents, so that a stable sort keeps that and places.
    order = np.argsort(ranks, kind="stable")
    ranks, texts, places = ranks[order], texts[order], places[order]
    begins = np.ones(len(ranks), bool)
    begins[1:] = (ranks[1:] != ranks[:-1]) | (texts[1:] != texts[:-1])
    (firsts,) = begins.nonzero()
    postings = Postings(table.terms, ranks[firsts], field.documents[texts[firsts]])
    postings.frequencies = np.diff(firsts, append=len(ranks))
    postings.places, postings.sizes = _as_bytes(places, firsts, postings.frequencies)
    return postings, field.documents, lengths


def _as_bytes(places: Array, firsts: Array, frequencies: Array) -> tuple[bytes, Array]:
    """The places of each posting as `Positions` has them, and how many bytes each takes."""
    if not len(places) or places.max() < 1 << 16:
        return places.astype(np.uint16).tobytes(), 2 * frequencies
    encode = Positions().encode
    each = [encode(part.tolist()) for part in np.split(places, firsts[1:])]
    return b"".join(each), np.array([len(part) for part in each])


def _as_array(values: "array[int]") -> Array:
    return np.frombuffer(values, np.uint32) if values else np.zeros(0, np.uint32)


class Terms(OrderedHashWriter):
    """Whoosh's table of terms, with a quicker hash: the table says which it is of."""

    def __init__(self, file: StructFile) -> None:
        HashWriter.__init__(self, file, hashtype=CRC32)
        self.index = GrowableArray("H")
        self.fields: dict[str, int] = {}
        self.extras["fieldmap"] = self.fields
        self._write = file.file.write
        self._end = file.tell()

    def add(self, key: bytes, value: bytes) -> None:
        """Add the next term in the order of their bytes."""
        self.index.append(self._end)
        mark = crc32(key)
        self.buckets[mark & 0xFF].append((mark, self._end))
        self._end += self._write(SIZES.pack(len(key), len(value)) + key + value)


def write(name: str, postings: Postings, file: StructFile, start: int, terms: Terms) -> None:
    """Write the `postings` of the field `name` to `file`, and into `terms` where each term's are.

    Positions in the file count from `start`. Fields come in the order of their names.
    """
    if not len(postings.ranks):
        return
    field = pack_ushort(terms.fields.setdefault(name, len(terms.fields)))
    (firsts,) = np.diff(postings.ranks.astype(np.int64), prepend=-1).nonzero()
    blocks = Blocks(postings, firsts)
    bounds = np.append(np.searchsorted(blocks.starts, firsts), len(blocks.starts)).tolist()
    frequencies = np.add.reduceat(postings.frequencies, firsts).tolist()
    position = file.tell() - start
    for rank, frequency, begin, end in zip(
        postings.ranks[firsts].tolist(), frequencies, bounds, bounds[1:], strict=False
    ):
        size = file.write(WHOOSH3_HEADER_MAGIC)
        for block in range(begin, end):
            size += file.write(blocks.packed(block, last=block + 1 == end))
        info = W3TermInfo._struct.pack(
            0,
            frequency,
            sum(blocks.counts[begin:end]),
            min(blocks.shortest[begin:end]),
            max(blocks.longest[begin:end]),
            max(blocks.heaviest[begin:end]),
            blocks.least[begin],
            blocks.most[end - 1],
        )
        where = pack_long(position) + pack_int(size)
        terms.add(field + postings.terms[rank], info + where)
        position += size


class Blocks:
    """Postings in blocks as Whoosh has them: a term's begin anew, each with what it holds at most."""

    def __init__(self, postings: Postings, firsts: Array) -> None:
        count = len(postings.ranks)
        documents, frequencies = postings.documents.astype(np.int64), postings.frequencies
        within = np.arange(count) - np.repeat(firsts, np.diff(firsts, append=count))
        (self.starts,) = (within % BLOCK == 0).nonzero()
        ends = np.append(self.starts[1:], count)
        gaps = np.diff(documents, prepend=0)
        gaps[self.starts] = documents[self.starts]
        if len(postings.lengths):
            lengths = postings.lengths[documents]
        else:
            lengths = np.zeros(count, np.uint8)
        self.begins = _listed(self.starts)
        self.ends = _listed(ends)
        self.counts = _listed(ends - self.starts)
        self.least = _listed(documents[self.starts])
        self.most = _listed(documents[ends - 1])
        self.lightest = _listed(np.minimum.reduceat(frequencies, self.starts))
        self.heaviest = _listed(np.maximum.reduceat(frequencies, self.starts))
        self.shortest = _listed(np.minimum.reduceat(lengths, self.starts))
        self.longest = _listed(np.maximum.reduceat(lengths, self.starts))
        self.gaps = gaps
        self.frequencies = frequencies
        self.sizes = postings.sizes
        self.places = postings.places
        # Where the places of each posting begin.
        self.offsets = _listed(np.append(0, np.cumsum(() if self.sizes is None else self.sizes)))

    def packed(self, number: int, last: bool) -> bytes:
        """A block as it stands in the file; a term's last has its size below zero.

        Numbers take as few bytes as they can, which is nearly as small as compressed, and much
        quicker to write and to read.
        """
        begin, end, heaviest = self.begins[number], self.ends[number], self.heaviest[number]
        gaps, places = self.gaps[begin:end], self._places(begin, end)
        weights: Any = None
        if self.lightest[number] != heaviest:
            weights = _short(self.frequencies[begin:end])
        elif heaviest != 1:
            weights = float(heaviest)
        # Of Python's pickles the third kind is the most compact for little.
        data = dumps((_short(gaps), weights, places), 3)
        uncompressed = 0
        about = (
            end - begin,
            self.most[number],
            float(heaviest),
            uncompressed,
            self.shortest[number],
            self.longest[number],
        )
        info = dumps(about, 2)
        size = len(info) + len(data)
        return pack_int(-size if last else size) + info + data

    def _places(self, begin: int, end: int) -> Any:
        if self.sizes is None:
            return None
        offsets = self.offsets
        if end - begin > FEW:
            data = self.places[offsets[begin] : offsets[end]]
            return PackedPlaces(_short(self.sizes[begin:end]), data)
        return tuple(self.places[offsets[n] : offsets[n + 1]] for n in range(begin, end))


def _listed(values: Array) -> "array[int]":
    """`values` one by one: an array of Python's gives them faster than one of numpy's."""
    return array("q", values.astype(np.int64).tobytes())


def _short(values: Array) -> Any:
    """`values` as Whoosh can read them, in few bytes."""
    if len(values) <= FEW:
        return tuple(values.tolist())
    most = int(values.max())
    code = "B" if most < 1 << 8 else "H" if most < 1 << 16 else "I"
    return array(code, values.astype(code).tobytes())
