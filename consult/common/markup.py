"""Editors' texts as a tree: one form for the same words, whatever they were wrapped or typed in.

The elements are those of `texts.clean_html`. Two mean more here than in HTML: `<small>` is a
footnote, at the place where its mark stands, and `<a linktype="section" uid="…">` refers to a
section, whose number is what stands inside.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from .texts import clean_html

# The same thing by another name.
ONE_NAME = {"strong": "b", "em": "i"}
# No text needs more within one another, and each level is a call within a call.
DEEPEST = 40
VOID = frozenset({"br", "hr"})
# Elements that are nothing without something in them.
NOTHING_WHEN_EMPTY = frozenset(
    ["a", "b", "blockquote", "div", "h2", "h3", "h4", "h5", "i", "ol", "p", "small", "ul"]
)
# Elements that stand on a line of their own.
BLOCKS = frozenset(
    [
        "blockquote",
        "caption",
        "div",
        "h2",
        "h3",
        "h4",
        "h5",
        "hr",
        "li",
        "ol",
        "p",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
SPACES = re.compile(r"\s+")


@dataclass
class Node:
    """An element with what is in it."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        return self.tag in BLOCKS

    @property
    def refers_to(self) -> str:
        """The uid of the section that this refers to; empty where it is no such reference."""
        is_reference = self.tag == "a" and self.attrs.get("linktype") == "section"
        return self.attrs.get("uid", "") if is_reference else ""


Tree = list[Node | str]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(ONE_NAME.get(tag, tag), {name: value or "" for name, value in sorted(attrs)})
        if "linktype" not in node.attrs:
            # The number of a page; by itself it would be an anchor, perhaps of something else.
            node.attrs.pop("id", None)
        if len(self.open) > DEEPEST:
            # The words stay.
            node = self.open[-1]
        else:
            self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        here = self.open[-1].children
        if here and isinstance(here[-1], str):
            here[-1] += data
        else:
            here.append(data)


def parse(html: str, *, keep: Set[str] = frozenset()) -> Tree:
    """The tree of `html`, cleaned first; blanks and line ends between words count as one blank.

    `keep`: attributes that any element may have besides those of an editor's text.
    """
    builder = _Builder()
    # What was cleaned is well-formed: every element is closed where it should be.
    builder.feed(clean_html(html, keep=keep))
    builder.close()
    return _tidy(builder.root.children)


def _tidy(children: Tree, inside: str = "") -> Tree:
    """`children` without the blanks that nobody sees, and neighbours of one kind joined."""
    tidied: Tree = []
    for child in children:
        if isinstance(child, Node):
            child.children = _tidy(child.children, child.tag)
            before = tidied[-1] if tidied else None
            if child.tag == "small" and isinstance(before, Node) and before.tag == "small":
                # One note that the editor cut in pieces, where it begins to be bold, say.
                before.children = _tidy([*before.children, *child.children], "small")
                continue
            if child.tag in NOTHING_WHEN_EMPTY and not child.children:
                continue
            tidied.append(child)
        elif text := SPACES.sub(" ", child):
            if tidied and isinstance(tidied[-1], str):
                tidied[-1] += text
            else:
                tidied.append(text)
    return _without_outer_blanks(tidied, inside)


def _without_outer_blanks(children: Tree, inside: str) -> Tree:
    """`children` without blanks at the edges of blocks, where no browser shows them."""
    kept: Tree = []
    for place, child in enumerate(children):
        if isinstance(child, str):
            if _is_edge(children, place - 1, inside):
                child = child.lstrip(" ")
            if _is_edge(children, place + 1, inside):
                child = child.rstrip(" ")
            if not child:
                continue
        kept.append(child)
    return kept


def _is_edge(children: Tree, place: int, inside: str) -> bool:
    if not 0 <= place < len(children):
        return inside == "" or inside in BLOCKS
    beside = children[place]
    return isinstance(beside, Node) and (beside.is_block or beside.tag == "br")


def html_of(tree: Iterable[Node | str]) -> str:
    """`tree` as HTML."""
    parts = []
    for child in tree:
        if isinstance(child, str):
            parts.append(escape(child, quote=False))
            continue
        attrs = "".join(f' {name}="{escape(value)}"' for name, value in child.attrs.items())
        parts.append(f"<{child.tag}{attrs}>")
        if child.tag not in VOID:
            parts.append(f"{html_of(child.children)}</{child.tag}>")
    return "".join(parts)


def canonical(html: str) -> str:
    """The one form of `html`: cleaned, and blanks where they count only."""
    return html_of(parse(html))


def walk(tree: Iterable[Node | str]) -> Iterator[Node]:
    """Every element of `tree`, those outside before those within."""
    for child in tree:
        if isinstance(child, Node):
            yield child
            yield from walk(child.children)


def rewritten(tree: Iterable[Node | str], change: Callable[[Node], Tree]) -> Tree:
    """`tree` with `change(node)` in the place of each element, whose inside was changed before."""
    changed: Tree = []
    for child in tree:
        if isinstance(child, str):
            changed.append(child)
        else:
            inner = Node(child.tag, dict(child.attrs), rewritten(child.children, change))
            changed += change(inner)
    return changed


def text_of(tree: Iterable[Node | str]) -> str:
    """The words of `tree` in one line; a footnote's are told apart by brackets."""
    parts: list[str] = []
    _collect(tree, parts)
    return SPACES.sub(" ", "".join(parts)).strip()


def _collect(tree: Iterable[Node | str], parts: list[str]) -> None:
    for child in tree:
        if isinstance(child, str):
            parts.append(child)
        elif child.tag == "small":
            parts.append(" [")
            _collect(child.children, parts)
            parts.append("]")
        elif child.is_block or child.tag == "br":
            parts.append(" ")
            _collect(child.children, parts)
            parts.append(" ")
        else:
            _collect(child.children, parts)


def references(html: str) -> set[str]:
    """The uids of the sections that `html` refers to."""
    return {uid for node in walk(parse(html)) if (uid := node.refers_to)}


def with_numbers(html: str, numbers: dict[str, str]) -> str:
    """`html` in its one form, its references saying the numbers of the sections by their uids.

    A reference to a section that is not there stays as the words it is, and leads nowhere.
    """

    def renumber(node: Node) -> Tree:
        uid = node.refers_to
        if not uid:
            return [node]
        if uid not in numbers:
            return node.children
        return [Node(node.tag, node.attrs, [numbers[uid]])]

    return html_of(_tidy(rewritten(parse(html), renumber)))


def shown(tree: Iterable[Node | str]) -> SafeString:
    """`tree` (cleaned) as a page shows it."""
    return resolved(html_of(tree))


def resolved(html: str) -> SafeString:
    """`html` (cleaned) with its links to pages resolved, and its tables scrolling by themselves."""
    region = format_html(
        '<div class="wide" role="region" tabindex="0" aria-label="{}"><table>', _("Table")
    )
    html = expand_db_html(html)
    return mark_safe(html.replace("<table>", region).replace("</table>", "</table></div>"))
