"""A difference as HTML: the newer text, with what went and what came marked at its place."""

from collections.abc import Iterable, Iterator
from itertools import count

from django.utils.translation import gettext as _

from consult.common import markup

from .alignment import Passage
from .lines import Element, Path, Piece, shared, tree_of

LISTS = frozenset({"ol", "ul"})
# Elements that can take each other's place.
INTERCHANGEABLE = (LISTS, frozenset({"td", "th"}))
# Whose rows are marked one by one.
UNSIGNED = frozenset({"table", "tbody", "thead"})
REMOVED, ADDED = "removed", "added"
HIDDEN = (("class", "visually-hidden"),)


def marked(difference: list[Passage]) -> markup.Tree:
    """`difference` as a tree: words in `<del>` and `<ins>`, whole lines with a class besides.

    Call it in the language of the text: what a screen reader says of it is in that language.
    """
    tree = tree_of(_Rendering(difference).pieces())
    for node in markup.walk(tree):
        if node.tag == "ol":
            _number(node)
    return tree


def _number(ordered: markup.Node) -> None:
    """Give the items after a removed one the number that they have in the newer text."""
    start = ordered.attrs.get("start", "")
    number, gap = int(start) if start.isdecimal() else 1, False
    for item in ordered.children:
        if not isinstance(item, markup.Node) or item.tag != "li":
            continue
        if item.attrs.get("class") == REMOVED:
            gap = True
            continue
        if gap:
            item.attrs["value"] = str(number)
        number, gap = number + 1, False


class _Rendering:
    def __init__(self, difference: list[Passage]) -> None:
        self.difference = difference
        # What is said before words that went or came, and after both.
        self.before = {"del": _("removed:") + " ", "ins": _("added:") + " "}
        self.end = " " + _("end of change.") + " "
        # The elements of both texts have places from 0 up.
        self.places = count(-1, -1)
        # Elements of the older text, each with the path of what it is in the newer.
        self.counterparts: dict[Element, Path] = {}
        # Elements of either text in which something of the other stands.
        self.kept: set[Element] = set()
        for passage in difference:
            if passage.older_path is not None and passage.newer_path is not None:
                self._keep(passage.older_path, passage.newer_path)
        # For each passage, where the newer text goes on after it.
        self.after: list[Path] = [()] * len(difference)
        for number in range(len(difference) - 1, 0, -1):
            newer = difference[number].newer
            self.after[number - 1] = newer[0].path if newer else self.after[number]

    def _keep(self, older: Path, newer: Path) -> None:
        self.kept.update(older, newer)
        # From the inside, then from the outside, as far as they are of one kind.
        inwards = zip(older, range(len(newer)), strict=False)
        outwards = zip(reversed(older), reversed(range(len(newer))), strict=False)
        for both in (outwards, inwards):
            for element, place in both:
                tags = {element.tag, newer[place].tag}
                if len(tags) > 1 and not any(tags <= group for group in INTERCHANGEABLE):
                    break
                self.counterparts.setdefault(element, newer[: place + 1])

    def pieces(self) -> Iterator[Piece]:
        """The newer text's pieces, and those of the older that went, at their places."""
        before: Path = ()
        last: Passage | None = None
        for passage, after in zip(self.difference, self.after, strict=True):
            if passage.newer_path is None:
                yield from self._removed(passage, before, after)
            elif passage.older_path is None:
                path = self._signed(passage.newer_path, 0, ADDED)
                yield from self._line(path, passage.newer_path, passage.newer, ADDED)
            elif passage.same:
                yield from passage.newer
            else:
                yield from self._changed(passage, last, before, after)
            if passage.newer:
                before = passage.newer[-1].path
            last = passage

    def _changed(
        self, passage: Passage, last: Passage | None, before: Path, after: Path
    ) -> Iterator[Piece]:
        """Words that were replaced within a line, in what they have around them on both sides."""
        was = passage.older_path or ()
        around = self._around(passage, before, after)
        inside = {element.tag for element in around}
        older = [
            Piece(tuple(e for e in path[len(was) :] if e.tag not in inside), text)
            for path, text in passage.older
        ]
        newer = [Piece(path[len(around) :], text) for path, text in passage.newer]
        outside = ""
        if last and _is_open(last.older) and last.newer and not _is_open(last.newer):
            # The word before has a blank after it in the older text only: what went takes it over,
            # or what came leaves its own to both.
            if _is_seen(older):
                older.insert(0, Piece((), " "))
            elif _is_open(newer):
                newer[-1] = Piece(newer[-1].path, newer[-1].text.rstrip())
                outside = " "
        marks = around
        for pieces, tag in ((older, "del"), (newer, "ins")):
            if _is_seen(pieces):
                marks = (*around, self._element(tag))
                yield self._said(marks, self.before[tag])
                yield from (Piece(marks + path, text) for path, text in pieces)
            elif tag == "ins":
                yield from (Piece(around + path, text) for path, text in pieces)
        if marks != around:
            yield self._said(marks, self.end)
        yield Piece(around, outside)

    def _around(self, passage: Passage, before: Path, after: Path) -> Path:
        """The elements that stay open around what was replaced."""
        sides = [(before, after)]
        if passage.newer:
            sides = [(before, passage.newer[-1].path), (passage.newer[0].path, after)]
        open_ = (one[: shared(one, other)] for one, other in sides)
        return max(passage.newer_path or (), *open_, key=len)

    def _removed(self, passage: Passage, before: Path, after: Path) -> Iterator[Piece]:
        """A line that went, where it stood; nothing that is there now is cut in two by it."""
        older = passage.older_path or ()
        depth = max((n for n, e in enumerate(older, 1) if e in self.counterparts), default=0)
        path = self.counterparts[older[depth - 1]] if depth else ()
        open_ = shared(before, after)
        while open_ and before[open_ - 1] not in self.kept:
            open_ -= 1
        if shared(path, before) < open_:
            path, depth = before[:open_], 0
            if path[-1].tag in LISTS:
                # In a list there are items only.
                older = (self._element("li"), *older)
        path += self._signed(older, depth, REMOVED)[depth:]
        yield from self._line(path, passage.older_path or (), passage.older, REMOVED)

    def _signed(self, path: Path, depth: int, sign: str) -> Path:
        """`path` with the class `sign` on the first element from `depth` that is nowhere else."""
        for n in range(depth, len(path)):
            element = path[n]
            if element not in self.kept and element.tag not in UNSIGNED:
                signed = element._replace(attrs=(*element.attrs, ("class", sign)))
                return (*path[:n], signed, *path[n + 1 :])
        return path

    def _line(self, path: Path, was: Path, pieces: list[Piece], sign: str) -> Iterator[Piece]:
        """The `pieces` of the line `was`, as a whole one that went or came, in `path`."""
        if (path and path[-1].tag in markup.VOID) or not _is_seen(pieces):
            yield Piece(path, "")
            return
        tag = "del" if sign == REMOVED else "ins"
        path = (*path, self._element(tag))
        yield self._said(path, self.before[tag])
        yield from (Piece(path + each.path[len(was) :], each.text) for each in pieces)

    def _element(self, tag: str, attrs: tuple[tuple[str, str], ...] = ()) -> Element:
        return Element(next(self.places), tag, attrs)

    def _said(self, path: Path, words: str) -> Piece:
        """What is said to those who do not see the marks."""
        return Piece((*path, self._element("span", HIDDEN)), words)


def _is_open(pieces: list[Piece]) -> bool:
    """Whether a blank comes after the words of `pieces`."""
    return bool(pieces) and pieces[-1].text.endswith(" ")


def _is_seen(pieces: Iterable[Piece]) -> bool:
    return any(text.strip() or (path and path[-1].tag in markup.VOID) for path, text in pieces)
