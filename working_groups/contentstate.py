"""Editors' texts as Wagtail's editor holds them, and back, so that saving loses nothing of them.

The editor (Draft.js) has a flat list of blocks: each with its words, and with ranges of these that
have a style or are a thing (an "entity": a link, say). What does not fit in, a table for instance,
is one block whose entity keeps it as HTML. Offsets count in UTF-16, as in the browser.
"""

import itertools
import json
import random
import string
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from wagtail.admin.rich_text.converters.html_to_contentstate import PageLinkElementHandler
from wagtail.documents.rich_text.contentstate import DocumentLinkElementHandler

from consult.common.markup import Node, Tree, html_of, parse
from consult.common.texts import clean_html

# The attribute that keeps a block's name, by which Wagtail's comments find their place.
KEY = "data-block-key"
KEPT_ATTRIBUTES = frozenset({KEY})
# Where two marks hold the same words, the first of them encloses the other.
STYLES = {
    "small": "FOOTNOTE", "b": "BOLD", "i": "ITALIC", "s": "STRIKETHROUGH", "sub": "SUBSCRIPT",
    "sup": "SUPERSCRIPT", "code": "CODE",
}  # fmt: skip
TAGS_OF_STYLES = {style: tag for tag, style in STYLES.items()}
ORDER = ("small", "a", *STYLES)
BLOCKS = {
    "p": "unstyled", "h2": "header-two", "h3": "header-three", "h4": "header-four",
    "h5": "header-five",
}  # fmt: skip
TAGS_OF_BLOCKS = {name: tag for tag, name in BLOCKS.items()}
LISTS = {"ul": "unordered-list-item", "ol": "ordered-list-item"}
TAGS_OF_LISTS = {name: tag for tag, name in LISTS.items()}
QUOTE = "blockquote"
INLINE = frozenset({*STYLES, "a", "br"})

PAGE, DOCUMENT = PageLinkElementHandler("LINK"), DocumentLinkElementHandler("DOCUMENT")


def to_contentstate(html: str) -> str:
    """The JSON that the editor opens for `html`."""
    reader = Reader()
    reader.read(parse(html, keep=KEPT_ATTRIBUTES))
    content = {"blocks": reader.blocks, "entityMap": reader.entities} if reader.blocks else None
    # To the letter as the editor would write it, so that a look at a text is no change.
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def to_html(posted: str) -> str:
    """The HTML that is stored for the JSON `posted` by the editor; what is no such JSON is words."""
    try:
        content = json.loads(posted) or {"blocks": [], "entityMap": {}}
        tree = Writer(content["entityMap"]).write(content["blocks"])
        return clean_html(html_of(tree), keep=KEPT_ATTRIBUTES)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        return clean_html(f"<p>{escape(posted)}</p>") if posted else ""


def length(text: str) -> int:
    """How long the browser takes `text` to be."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


# --- From HTML ------------------------------------------------------------------------------------


def is_inline(children: Iterable[Node | str]) -> bool:
    """Whether `children` are words, marks and links only."""
    return all(
        isinstance(child, str) or (child.tag in INLINE and is_inline(child.children))
        for child in children
    )


def parts_of(item: Node) -> tuple[Tree, list[Node]] | None:
    """The words of a list's item and the lists below them; None where it holds anything else."""
    children = item.children
    lists: list[Node] = []
    while children and isinstance(last := children[-1], Node) and last.tag in LISTS:
        lists.insert(0, last)
        children = children[:-1]
    if len(children) == 1 and isinstance(only := children[0], Node) and only.tag == "p":
        children = only.children
    if item.tag != "li" or not is_inline(children) or not all(map(is_plain_list, lists)):
        return None
    return children, lists


def is_plain_list(node: Node) -> bool:
    """Whether the editor can hold the list `node`: words first, lists below them, nothing else."""
    return all(isinstance(item, Node) and parts_of(item) for item in node.children)


class Reader:
    """Gathers the editor's blocks and entities from a tree."""

    def __init__(self) -> None:
        self.blocks: list[dict[str, Any]] = []
        self.entities: dict[str, dict[str, Any]] = {}

    def read(self, tree: Tree) -> None:
        words: Tree = []
        for child in tree:
            if is_inline([child]):
                words.append(child)
                continue
            self.words(words)
            words = []
            assert isinstance(child, Node)
            self.block(child)
        self.words(words)
        # The cursor needs a line to stand on, at the end and between two things.
        if self.blocks and self.blocks[-1]["type"] == "atomic":
            self.text("unstyled", [])

    def words(self, words: Tree) -> None:
        """Words that stand in no block of their own."""
        if words:
            self.text("unstyled", words)

    def block(self, node: Node) -> None:
        inline = is_inline(node.children)
        key = node.attrs.pop(KEY, "")
        if node.tag in BLOCKS and inline:
            self.text(BLOCKS[node.tag], node.children, key=key)
        elif node.tag == QUOTE and inline:
            self.text(QUOTE, node.children, key=key)
        elif node.tag == QUOTE and all(
            isinstance(part, Node) and part.tag == "p" and is_inline(part.children)
            for part in node.children
        ):
            for place, part in enumerate(node.children):
                assert isinstance(part, Node)
                key = part.attrs.get(KEY, "")
                self.text(QUOTE, part.children, key=key, data={"paragraph": place})
        elif node.tag in LISTS and is_plain_list(node):
            self.list(node, 0)
        elif node.tag == "hr":
            self.thing("HORIZONTAL_RULE", {})
        else:
            kind = "TABLE" if node.tag == "table" else "KEPT"
            self.thing(kind, {"html": html_of([node])})

    def list(self, node: Node, depth: int) -> None:
        kind = LISTS[node.tag]
        before = self.blocks[-1] if self.blocks else {}
        # Else it would be taken for one list with what stands before.
        begins = "start" in node.attrs or (before.get("type"), before.get("depth")) == (kind, depth)
        data = {"start": node.attrs.get("start", "")} if begins else {}
        for item in node.children:
            assert isinstance(item, Node)
            parts = parts_of(item)
            assert parts
            words, lists = parts
            self.text(kind, words, depth=depth, key=item.attrs.get(KEY, ""), data=data)
            data = {}
            for inner in lists:
                self.list(inner, depth + 1)

    def text(
        self,
        kind: str,
        words: Tree,
        *,
        depth: int = 0,
        key: str = "",
        data: dict[str, Any] | None = None,
    ) -> None:
        block: dict[str, Any] = {
            "key": key or "".join(random.choices(string.ascii_lowercase + string.digits, k=5)),
            "text": "",
            "type": kind,
            "depth": depth,
            "inlineStyleRanges": [],
            "entityRanges": [],
            "data": data or {},
        }
        self.blocks.append(block)
        self.inline(block, words)

    def inline(self, block: dict[str, Any], words: Tree) -> None:
        for child in words:
            if isinstance(child, str):
                block["text"] += child
            elif child.tag == "br":
                block["text"] += "\n"
            else:
                start = length(block["text"])
                self.inline(block, child.children)
                span = {"offset": start, "length": length(block["text"]) - start}
                if not span["length"]:
                    continue
                if child.tag in STYLES:
                    block["inlineStyleRanges"].append(span | {"style": STYLES[child.tag]})
                elif entity := link(child):
                    block["entityRanges"].append(span | {"key": self.entity(*entity)})

    def entity(self, kind: str, data: dict[str, Any], mutability: str = "IMMUTABLE") -> int:
        key = len(self.entities)
        self.entities[str(key)] = {"type": kind, "mutability": mutability, "data": data}
        return key

    def thing(self, kind: str, data: dict[str, Any]) -> None:
        """A block that is one thing."""
        if not self.blocks or self.blocks[-1]["type"] == "atomic":
            self.text("unstyled", [])
        self.text("atomic", [" "])
        span = {"offset": 0, "length": 1, "key": self.entity(kind, data)}
        self.blocks[-1]["entityRanges"].append(span)


def link(node: Node) -> tuple[str, dict[str, Any], str] | None:
    """What the link `node` is to the editor: kind, data and whether its words can be changed."""
    linktype, attrs = node.attrs.get("linktype"), node.attrs
    if uid := node.refers_to:
        return "SECTION", {"uid": uid}, "IMMUTABLE"
    if linktype == "page" and "id" in attrs:
        return "LINK", PAGE.get_attribute_data(attrs), "MUTABLE"
    if linktype == "document" and "id" in attrs:
        return "DOCUMENT", DOCUMENT.get_attribute_data(attrs), "MUTABLE"
    if "href" in attrs:
        return "LINK", {"url": attrs["href"]}, "MUTABLE"
    return None


# --- To HTML --------------------------------------------------------------------------------------

# A mark on words: the tag of a style and no key, or `a` and the key of an entity.
Mark = tuple[str, str]
Run = tuple[str, frozenset[Mark]]
NOTE: Mark = ("small", "")


class Writer:
    """Builds a tree from the editor's blocks."""

    def __init__(self, entities: dict[str, dict[str, Any]]) -> None:
        self.entities = entities
        self.written: Tree = []
        # The lists that are open, each within the one before.
        self.lists: list[Node] = []

    def write(self, blocks: Iterable[dict[str, Any]]) -> Tree:
        for block in blocks:
            kind = block["type"]
            if kind in TAGS_OF_LISTS:
                self.item(TAGS_OF_LISTS[kind], block)
                continue
            self.lists = []
            if kind == "atomic":
                self.thing(block)
            elif words := self.words(block):
                attrs = {KEY: str(block["key"])}
                if kind == QUOTE:
                    self.quote(block, attrs, words)
                else:
                    self.written.append(Node(TAGS_OF_BLOCKS.get(kind, "p"), attrs, words))
        return self.written

    def quote(self, block: dict[str, Any], attrs: dict[str, str], words: Tree) -> None:
        place = block.get("data", {}).get("paragraph")
        if place is None:
            self.written.append(Node(QUOTE, attrs, words))
            return
        before = self.written[-1] if self.written else None
        paragraph = Node("p", attrs, words)
        if place and isinstance(before, Node) and before.tag == QUOTE and KEY not in before.attrs:
            before.children.append(paragraph)
        else:
            self.written.append(Node(QUOTE, {}, [paragraph]))

    def item(self, tag: str, block: dict[str, Any]) -> None:
        data = block.get("data", {})
        depth = max(0, min(block["depth"], len(self.lists)))
        self.lists = self.lists[: depth + 1]
        item = Node("li", {KEY: str(block["key"])}, self.words(block))
        if len(self.lists) > depth and self.lists[depth].tag == tag and "start" not in data:
            self.lists[depth].children.append(item)
            return
        opened = Node(tag, {"start": str(data["start"])} if data.get("start") else {}, [item])
        if depth:
            above = self.lists[depth - 1].children[-1]
            assert isinstance(above, Node)
            above.children.append(opened)
        else:
            self.written.append(opened)
        self.lists[depth:] = [opened]

    def thing(self, block: dict[str, Any]) -> None:
        for span in block["entityRanges"]:
            entity = self.entities[str(span["key"])]
            if entity["type"] == "HORIZONTAL_RULE":
                self.written.append(Node("hr"))
            elif entity["type"] in ("TABLE", "KEPT"):
                self.written += parse(entity["data"]["html"])

    def words(self, block: dict[str, Any]) -> Tree:
        """The words of `block` with their marks."""
        # Two bytes each, so that what is counted in UTF-16 can be cut.
        text = block["text"].encode("utf-16-le", "surrogatepass")
        spans: list[tuple[int, int, Mark]] = []
        for span in block["inlineStyleRanges"]:
            if tag := TAGS_OF_STYLES.get(span["style"]):
                spans.append((span["offset"], span["offset"] + span["length"], (tag, "")))
        for span in block["entityRanges"]:
            mark = ("a", str(span["key"]))
            spans.append((span["offset"], span["offset"] + span["length"], mark))
        end = len(text) // 2
        cuts = sorted({0, end, *(cut for span in spans for cut in span[:2] if 0 < cut < end)})
        runs: list[Run] = []
        for start, stop in itertools.pairwise(cuts):
            words = text[2 * start : 2 * stop].decode("utf-16-le", "replace")
            marks = frozenset(mark for begin, last, mark in spans if begin <= start < last)
            runs.append((words, marks))
        return self.nested(runs)

    def nested(self, runs: Sequence[Run]) -> Tree:
        """`runs` as elements within each other: the mark that reaches farthest encloses the rest."""
        tree: Tree = []
        place = 0
        while place < len(runs):
            words, marks = runs[place]
            if not marks:
                for number, line in enumerate(words.split("\n")):
                    tree += [Node("br"), line] if number else [line]
                place += 1
                continue
            mark = max(marks, key=lambda m: (reach(runs, place, m), -ORDER.index(m[0]), m))
            stop = whole(runs, place, mark)
            inside = [(text, held - {mark}) for text, held in runs[place:stop]]
            tree += self.marked(mark, self.nested(inside))
            place = stop
        return tree

    def marked(self, mark: Mark, inside: Tree) -> Tree:
        tag, key = mark
        if tag != "a":
            return [Node(tag, {}, inside)]
        entity = self.entities[key]
        attrs = address(entity["type"], entity["data"])
        return [Node("a", attrs, inside)] if attrs else inside


def address(kind: str, data: dict[str, Any]) -> dict[str, str]:
    """The attributes of the link that an entity is; none where it is no link."""
    if kind == "SECTION":
        return {"linktype": "section", "uid": str(data["uid"])}
    if kind == "DOCUMENT" and data.get("id") is not None:
        return {"id": str(data["id"]), "linktype": "document"}
    if kind == "LINK" and data.get("id") is not None:
        return {"id": str(data["id"]), "linktype": "page"}
    return {"href": str(data["url"])} if kind == "LINK" and data.get("url") else {}


def reach(runs: Sequence[Run], place: int, mark: Mark) -> int:
    """Where the stretch of runs that have `mark`, from `place` on, is over."""
    while place < len(runs) and mark in runs[place][1]:
        place += 1
    return place


def whole(runs: Sequence[Run], place: int, mark: Mark) -> int:
    """Where to end `mark`, which begins at `place`: before a note or a link that it would cut in two."""
    stop = reach(runs, place, mark)
    if mark == NOTE:
        return stop
    for at in range(place + 1, stop):
        begun = runs[at][1] - runs[at - 1][1]
        for other in begun:
            cuts = other == NOTE or (other[0] == "a" and mark[0] != "a")
            if cuts and reach(runs, at, other) > stop:
                return at
    return stop
