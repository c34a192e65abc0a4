"""What may stand in a text: for people's own words (plain) and for editors' (a little HTML)."""

import re
from collections.abc import Set
from html import unescape

import nh3

# Editors' texts: structure, no styling, nothing that runs, nothing that is fetched from elsewhere when
# a page is shown. Links keep Wagtail's own attributes.
HTML_TAGS = {
    "a", "b", "blockquote", "br", "caption", "code", "div", "em", "h2", "h3", "h4", "h5",
    "hr", "i", "li", "ol", "p", "s", "small", "strong", "sub", "sup", "table", "tbody", "td", "th",
    "thead", "tr", "ul",
}  # fmt: skip
HTML_ATTRIBUTES = {
    "a": {"href", "linktype", "id", "uid"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
# What an editor's link or picture points at; any other id would fail when the page is shown.
NUMBER = re.compile(r"[0-9]{1,9}")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOTE = re.compile(r"<small>(.*?)</small>", re.DOTALL)
BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|tr|blockquote|caption|div)>|<br\s*/?>", re.IGNORECASE)
CELL_END = re.compile(r"</t[dh]>", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
SPACES = re.compile(r"[^\S\n]+")


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if CONTROL.search(value):
        return None
    shape = {"id": NUMBER, "uid": UID}.get(attribute)
    return None if shape and not shape.fullmatch(value) else value


def clean_html(html: str, *, keep: Set[str] = frozenset()) -> str:
    """`html` with only the elements, attributes and addresses that an editor may use.

    `keep`: attributes that any element may have besides.
    """
    return nh3.clean(
        html,
        tags=HTML_TAGS,
        attributes=HTML_ATTRIBUTES | {"*": set(keep)},
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )


def plain(html: str) -> str:
    """The words of `html`, a line for each block; a footnote's are told apart by brackets."""
    html = NOTE.sub(r" [\1]", html or "")
    text = TAG.sub("", CELL_END.sub(" ", BLOCK_END.sub("\n", html)))
    lines = (SPACES.sub(" ", line).strip() for line in unescape(text).splitlines())
    return "\n".join(line for line in lines if line)


def same_address(one: str, other: str) -> bool:
    """Whether two e-mail addresses are one; case counts for nothing in ASCII only.

    What a database finds without regard to case can be an address that only looks alike.
    """
    alike = one.isascii() and other.isascii() and one.lower() == other.lower()
    return alike or one == other


def storable(text: str) -> str:
    """`text` as every database can keep it: a NUL and half a surrogate pair cannot be stored."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
