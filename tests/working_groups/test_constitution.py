"""Real law: article 123 of the Mexican constitution in its successive versions."""

import json
import re
from itertools import pairwise
from pathlib import Path
from textwrap import fill
from typing import Any

import pytest

from working_groups.importing import import_draft
from working_groups.models import WorkingGroupPage

SHARED = Path(__file__).resolve().parents[3] / "shared"
VERSIONS = SHARED / "data/constitution_mx/art_123_versions.jsonl"
pytestmark = pytest.mark.skipif(
    not VERSIONS.exists(), reason="the constitution's versions lie beside the project, in shared"
)


def versions() -> list[dict[str, Any]]:
    with VERSIONS.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text.strip())]


def content(text: str) -> dict[str, Any]:
    """The article as a draft: one section, its paragraphs as they are wrapped in the source."""
    body = "".join(f"<p>{part}</p>" for part in paragraphs(text)[1:])
    return {
        "slug": "articulo-123",
        "title": {"es": "Artículo 123"},
        "sections": [{"key": "123", "heading": {"es": "Artículo 123"}, "body": {"es": body}}],
    }


def words(text: str) -> list[str]:
    return [" ".join(part.split()) for part in paragraphs(text)]


def rewrapped(text: str) -> str:
    """The same words on lines of another length, with other blanks before them."""
    parts = [
        fill(part, 47, subsequent_indent="      ", break_long_words=False, break_on_hyphens=False)
        for part in words(text)
    ]
    return "\n\n".join(parts)


def test_each_version_is_cut_once_and_lines_wrapped_otherwise_cut_none(
    group: WorkingGroupPage,
) -> None:
    texts = [version["text"] for version in versions()]
    cut = []
    for number, text in enumerate(texts, start=1):
        assert rewrapped(text) != text
        assert words(rewrapped(text)) == words(text)
        for each in (text, rewrapped(text)):
            done = import_draft(content(each), group.slug, publish=True)
            if done.version:
                cut.append(number)
    assert cut == [
        number
        for number, (before, after) in enumerate(pairwise(["", *texts]), start=1)
        if words(before) != words(after)
    ]
    last = done.draft.current_version.sections.get()
    assert re.findall(r"<p>(.*?)</p>", last.body_es) == words(texts[-1])[1:]
