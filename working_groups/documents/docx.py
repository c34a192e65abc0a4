"""A version as a Word file, to work on and to bring back."""

import io
import re
import zipfile
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from consult.common.markup import Node, Tree, html_of, rewritten, walk

from .edition import LOCALES, Edition
from .pandoc import pandoc

# Pandoc's own, with our styles, page, header and footer; open it in a word processor to change them.
# What stands in braces in its header and footer is filled in here.
REFERENCE = Path(__file__).with_name("reference.docx")
# Below the three levels that sections have.
SUBHEADINGS = {"h2": "h4", "h3": "h4", "h4": "h5", "h5": "h6"}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ElementTree.register_namespace("w", W.strip("{}"))
TO_FILL = re.compile(rb"\{(?:title|standing|digest)\}")
# How pandoc is told a style, and the styles of names of columns and, as Word files cannot say it
# otherwise, of rows; blocks.py knows the latter when the file comes back.
STYLE = "custom-style"
COLUMN_NAME, ROW_NAME = "Column Name", "Row Name"
# When pandoc, which knows no clock, says that the file was made.
NEVER = b"1970-01-01T00:00:00Z"
# Named to pandoc, the author would stand in the text, in a style that is not ours.
NOBODY = b"<dc:creator></dc:creator>"


def docx(edition: Edition) -> bytes:
    """`edition` as DOCX; raises PandocFailed.

    What is said about the version stands in styles whose names begin with “Consulta”, and a
    section's number before its heading: so that what comes back can be told apart.
    """
    notes = Notes()
    context = {
        "edition": edition,
        "locale": LOCALES[edition.codes[0]],
        "titles": [(LOCALES[title.lang], title) for title in edition.titles],
        "legal_notes": [
            (LOCALES[lang], notes.marked(note, LOCALES[lang])) for lang, note in edition.legal_notes
        ],
        "sections": [
            (LOCALES[column.lang], column, notes.marked(column.body, LOCALES[column.lang]))
            for columns in edition.sections
            for column in columns
        ],
        "notes": notes.items,
    }
    html = render_to_string("working_groups/docx.html", context)
    arguments = ["--from=html", "--to=docx", f"--reference-doc={REFERENCE}"]
    return _filled(pandoc(arguments, html.encode()), edition)


@dataclass
class Notes:
    """The footnotes of a file, numbered as they come."""

    items: list[SafeString] = field(default_factory=list)

    def marked(self, tree: Tree, locale: str) -> SafeString:
        """`tree` as HTML, its headings below those of sections, its footnotes as pandoc has them."""

        def written(node: Node) -> Tree:
            if node.tag == "th":
                inside = node.children
                if not any(isinstance(child, Node) and child.is_block for child in inside):
                    inside = [Node("p", {}, inside)]
                return [Node("th", node.attrs, [Node("div", {STYLE: ROW_NAME}, inside)])]
            if node.tag == "thead":
                for inner in walk(node.children):
                    if inner.attrs.get(STYLE) == ROW_NAME:
                        inner.attrs[STYLE] = COLUMN_NAME
            if node.tag != "small":
                return [Node(SUBHEADINGS.get(node.tag, node.tag), node.attrs, node.children)]
            note = mark_safe(html_of(node.children))
            self.items.append(format_html('<span lang="{}">{}</span>', locale, note))
            number = str(len(self.items))
            return [Node("a", {"href": f"#n-{number}", "role": "doc-noteref"}, [number])]

        return mark_safe(html_of(rewritten(tree, written)))


def _filled(data: bytes, edition: Edition) -> bytes:
    """The file `data` with the words of its header and footer, and its date."""
    words = {
        b"{title}": edition.titles[0].text,
        b"{standing}": edition.standing,
        b"{digest}": f"SHA-256 {edition.version.digest[:16]}…",
    }
    filled = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as parts,
        zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in parts.infolist():
            content = parts.read(part)
            if part.filename in ("word/header1.xml", "word/footer1.xml"):
                content = TO_FILL.sub(lambda name: escape(words[name[0]]).encode(), content)
            elif part.filename == "word/numbering.xml":
                content = _separate_lists(content)
            elif part.filename == "docProps/core.xml":
                when = edition.version.published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                content = content.replace(NEVER, when.encode())
                author = f"<dc:creator>{escape(edition.group.text)}</dc:creator>"
                content = content.replace(NOBODY, author.encode())
            made.writestr(part, content)
    return filled.getvalue()


def _separate_lists(numbering: bytes) -> bytes:
    """The lists of a file, each with its own definition: LibreOffice tears those that share one."""
    root = ElementTree.fromstring(numbering)
    shared = {each.get(f"{W}abstractNumId"): each for each in root.iter(f"{W}abstractNum")}
    lists = root.findall(f"{W}num")
    for place, each in enumerate(lists):
        reference = each.find(f"{W}abstractNumId")
        if reference is None:
            continue
        own = deepcopy(shared[reference.get(f"{W}val")])
        own.set(f"{W}abstractNumId", str(place))
        for identity in own.iter(f"{W}nsid"):
            identity.set(f"{W}val", f"{place:08X}")
        reference.set(f"{W}val", str(place))
        for override in each.findall(f"{W}lvlOverride"):
            level = f"{W}lvl[@{W}ilvl='{override.get(f'{W}ilvl')}']"
            start, begins = own.find(f"{level}/{W}start"), override.find(f"{W}startOverride")
            if start is not None and begins is not None:
                start.set(f"{W}val", begins.get(f"{W}val", "1"))
            each.remove(override)
        root.insert(place, own)
    for each in shared.values():
        root.remove(each)
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
