"""What a letter looks like: written once, as HTML, and read as plain text by whoever prefers that."""

import re
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from consult.common.texts import storable
from consult.submissions.models import Submission

from .models import Letter, Notice

SPACES = re.compile(r"\s+")
BLOCKS = frozenset(["p", "h1", "h2", "ul", "ol", "li", "blockquote", "hr", "pre"])
SUBJECT_MAX_LENGTH = 150


def whole(path: str) -> str:
    """The address at `path` of the site, with scheme and host."""
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"


def write(
    template: str,
    context: dict[str, Any],
    *,
    key: str,
    recipient: str,
    language: str,
    notice: Notice | None = None,
    submission: Submission | None = None,
    unsubscribe: str = "",
) -> Letter:
    """A letter of the kind `template`, in `language`; not stored yet.

    The templates are notices/<template>.html and, for the subject, notices/<template>.subject.txt.
    """
    context = {**context, "language": language, "unsubscribe": unsubscribe}
    with override(language):
        html = storable(render_to_string(f"notices/{template}.html", context))
        subject = render_to_string(f"notices/{template}.subject.txt", context)
    return Letter(
        key=key,
        notice=notice,
        submission=submission,
        recipient=recipient,
        language=language,
        subject=one_line(subject),
        text=as_text(html),
        html=html,
        unsubscribe=unsubscribe,
    )


def one_line(subject: str) -> str:
    """`subject` as a header can hold it: whatever was typed, one line of words."""
    words = "".join(sign if sign.isprintable() else " " for sign in storable(subject))
    line = SPACES.sub(" ", words).strip()
    if len(line) > SUBJECT_MAX_LENGTH:
        line = f"{line[: SUBJECT_MAX_LENGTH - 1].rstrip()}…"
    return line


def as_text(html: str) -> str:
    """The words of a letter's HTML: paragraphs, lists and quotes, and addresses behind their words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return "\n".join(reader.lines).strip() + "\n"


class _Reader(HTMLParser):
    """Goes through one of our templates; what people typed comes escaped, as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.words = ""
        self.quotes = 0
        self.bullet = ""
        self.address = ""
        self.silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "title"):
            self.silent = True
        elif tag in BLOCKS:
            self.end_block()
            self.quotes += tag == "blockquote"
            self.bullet = "- " if tag == "li" else self.bullet
            if tag == "hr":
                self.lines += ["--", ""]
        elif tag == "br":
            self.words = f"{self.words.rstrip()}\n"
        elif tag == "a":
            self.address = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "title"):
            self.silent = False
        elif tag in BLOCKS:
            self.end_block()
            self.quotes -= tag == "blockquote"
            if tag in ("ul", "ol") and self.lines and self.lines[-1]:
                self.lines.append("")
        elif tag == "a" and self.address:
            self.words += f" <{self.address}>"

    def handle_data(self, data: str) -> None:
        if not self.silent:
            words = SPACES.sub(" ", data)
            self.words += words.lstrip() if self.words.endswith(("\n", " ")) else words

    def end_block(self) -> None:
        words, self.words = self.words.strip(), ""
        if not words:
            return
        for number, line in enumerate(words.split("\n")):
            bullet = self.bullet if number == 0 else " " * len(self.bullet)
            self.lines.append(f"{'> ' * self.quotes}{bullet}{line}".rstrip())
        if not self.bullet:
            self.lines.append(("> " * self.quotes).rstrip() if self.quotes else "")
        self.bullet = ""
