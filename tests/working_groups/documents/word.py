"""Word files written by hand, part by part, as Word in Spanish writes them."""

import io
import zipfile
from html import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# A picture of one dot.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
# The names that Word knows its styles by, whatever the language of their ids.
STYLES = {
    "Ttulo": "Title",
    "Ttulo1": "heading 1",
    "Ttulo2": "heading 2",
    "Ttulo3": "heading 3",
    "Ttulo4": "heading 4",
    "Subttulo": "Subtitle",
    "TtuloTDC": "TOC Heading",
    "TDC1": "toc 1",
    "Cita": "Quote",
    "ConsultaPortada": "Consulta Portada",
}
LINK, PICTURE, WEB_PICTURE = "rLink", "rPicture", "rWebPicture"


def run(words: str, **properties: bool) -> str:
    """Words in a run; `b`, `i`, `strike` … are its properties."""
    marks = "".join(f"<w:{name}/>" for name, on in properties.items() if on)
    return f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def raised(words: str, where: str = "superscript") -> str:
    return f'<w:r><w:rPr><w:vertAlign w:val="{where}"/></w:rPr><w:t>{escape(words)}</w:t></w:r>'


def paragraph(
    *content: str,
    style: str = "",
    item: int | None = None,
    numbered: bool = False,
    lettered: bool = False,
) -> str:
    """A paragraph; `item` is how deep it stands in a list."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if item is not None:
        number = 3 if lettered else 2 if numbered else 1
        properties += f'<w:numPr><w:ilvl w:val="{item}"/><w:numId w:val="{number}"/></w:numPr>'
    inside = "".join(part if part.startswith("<") else run(part) for part in content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def heading(words: str, level: int = 1, bookmark: str = "") -> str:
    inside = run(words)
    if bookmark:
        inside = f'<w:bookmarkStart w:id="7" w:name="{bookmark}"/>{inside}<w:bookmarkEnd w:id="7"/>'
    return paragraph(inside, style=f"Ttulo{level}")


def cell(words: str, **properties: str) -> str:
    marks = "".join(f'<w:{name} w:val="{value}"/>' for name, value in properties.items())
    return f"<w:tc><w:tcPr>{marks}</w:tcPr>{paragraph(words)}</w:tc>"


def table(*rows: list[str], header: bool = True) -> str:
    """Rows of cells; the first is a heading."""
    parts = []
    for number, row in enumerate(rows):
        properties = "<w:trPr><w:tblHeader/></w:trPr>" if header and not number else ""
        parts.append(f"<w:tr>{properties}{''.join(row)}</w:tr>")
    look = '<w:tblPr><w:tblLook w:firstRow="1"/></w:tblPr>' if header else "<w:tblPr/>"
    return f"<w:tbl>{look}<w:tblGrid/>{''.join(parts)}</w:tbl>"


def note(number: int) -> str:
    """The mark of a footnote."""
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def inserted(words: str) -> str:
    return f'<w:ins w:id="90" w:author="Ana">{run(words)}</w:ins>'


def deleted(words: str) -> str:
    return (
        f'<w:del w:id="91" w:author="Ana"><w:r><w:delText xml:space="preserve">{escape(words)}'
        "</w:delText></w:r></w:del>"
    )


def link(words: str, relation: str = LINK) -> str:
    return f'<w:hyperlink r:id="{relation}">{run(words)}</w:hyperlink>'


def internal_link(words: str, bookmark: str) -> str:
    return f'<w:hyperlink w:anchor="{bookmark}">{run(words)}</w:hyperlink>'


def field(instruction: str, words: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(words)}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def short_field(instruction: str, words: str) -> str:
    return f'<w:fldSimple w:instr=" {escape(instruction)} ">{run(words)}</w:fldSimple>'


def embedded() -> str:
    return "<w:r><w:object/></w:r>"


def picture(relation: str = PICTURE, description: str = "Un mapa") -> str:
    return (
        '<w:r><w:drawing><wp:inline><wp:extent cx="9525" cy="9525"/>'
        f'<wp:docPr id="1" name="Imagen 1" descr="{escape(description)}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:blipFill><a:blip r:embed="{relation}"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def text_box(words: str) -> str:
    return (
        "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData uri="
        '"http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:txbx>'
        f"<w:txbxContent>{paragraph(words)}</w:txbxContent></wps:txbx></wps:wsp>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def equation(words: str) -> str:
    return f"<m:oMath><m:r><m:t>{escape(words)}</m:t></m:r></m:oMath>"


def commented(words: str) -> str:
    return (
        f'<w:commentRangeStart w:id="0"/>{run(words)}<w:commentRangeEnd w:id="0"/>'
        '<w:r><w:commentReference w:id="0"/></w:r>'
    )


def part(name: str, inside: str) -> bytes:
    return f"{HEAD}<w:{name} {NAMESPACES}>{inside}</w:{name}>".encode()


def numbering() -> bytes:
    lists = []
    for number, form in ((1, "bullet"), (2, "decimal"), (3, "lowerLetter")):
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{"•" if form == "bullet" else f"%{level + 1}."}"/></w:lvl>'
            for level in range(3)
        )
        lists.append(f'<w:abstractNum w:abstractNumId="{number}">{levels}</w:abstractNum>')
    lists += [
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number in (1, 2, 3)
    ]
    return part("numbering", "".join(lists))


def styles() -> bytes:
    return part(
        "styles",
        "".join(
            f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
            for key, name in STYLES.items()
        ),
    )


def relations(*rows: str) -> bytes:
    kind = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{HEAD}<Relationships xmlns="{kind}">{"".join(rows)}</Relationships>'.encode()


def relation(key: str, kind: str, target: str, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{key}" Type="{R}/{kind}" Target="{escape(target)}"{mode}/>'


def content_types(main: str = f"{MAIN}.document.main+xml") -> bytes:
    kind = "http://schemas.openxmlformats.org/package/2006/content-types"
    return (
        f'{HEAD}<Types xmlns="{kind}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    ).encode()


def parts(*body: str, notes: list[str] | None = None) -> dict[str, bytes]:
    """The parts of a Word file with `body`; `notes` are the paragraphs of footnotes 1, 2 …"""
    footnotes = "".join(
        f'<w:footnote w:id="{number}">{inside}</w:footnote>'
        for number, inside in enumerate(notes or [], 1)
    )
    return {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relations(relation("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": part("document", f"<w:body>{''.join(body)}<w:sectPr/></w:body>"),
        "word/_rels/document.xml.rels": relations(
            relation("r1", "styles", "styles.xml"),
            relation("r2", "numbering", "numbering.xml"),
            relation("r3", "footnotes", "footnotes.xml"),
            relation("r4", "comments", "comments.xml"),
            relation(LINK, "hyperlink", "https://example.org/informe?a=1&b=2", external=True),
            relation(PICTURE, "image", "media/image1.png"),
            relation(WEB_PICTURE, "image", "https://example.org/mapa.png", external=True),
        ),
        "word/styles.xml": styles(),
        "word/numbering.xml": numbering(),
        "word/footnotes.xml": part("footnotes", footnotes),
        "word/comments.xml": part(
            "comments",
            f'<w:comment w:id="0" w:author="Ana">{paragraph("¿Seguro?")}</w:comment>',
        ),
        "word/media/image1.png": PNG,
    }


def packed(files: dict[str, bytes]) -> bytes:
    """A zip with `files`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def docx(*body: str, notes: list[str] | None = None) -> bytes:
    return packed(parts(*body, notes=notes))
