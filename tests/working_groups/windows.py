"""A consultation with dates, and what tests do to them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from bs4 import BeautifulSoup
from django.urls import reverse

from working_groups.models import DraftPage

# In Central Mexico, which is six hours behind UTC: 1 December, noon.
NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
OPENS = NOW - timedelta(days=10)
# 10 December and 20 December, to the end of 23:59.
CLOSES = datetime(2026, 12, 11, 5, 59, 59, tzinfo=UTC)
LATER = datetime(2026, 12, 21, 5, 59, 59, tzinfo=UTC)
NOTES = {"note_es": "Varias escuelas lo pidieron.", "note_en": "Several schools asked for it."}
EXTEND, CLOSE = "extend_consultation", "close_consultation"


def reload(draft: DraftPage) -> DraftPage:
    return DraftPage.objects.get(pk=draft.pk)


def publish(draft: DraftPage, **fields: Any) -> DraftPage:
    """`draft` published with other `fields`, as a script does it."""
    page = reload(draft).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return reload(draft)


def changes_of(draft: DraftPage) -> list[str]:
    return list(draft.windows.order_by("pk").values_list("change", flat=True))


def screen(draft: DraftPage, name: str) -> str:
    return reverse(name, args=[draft.pk])


def filled_in(draft: DraftPage, **fields: Any) -> dict[str, Any]:
    """The form as somebody sends it who has the present closing time before them."""
    seen = draft.closes_at.isoformat() if draft.closes_at else ""
    return {"seen": seen, "closes_at": "2026-12-20 23:59", **NOTES, **fields}


def confirm(client: Any, draft: DraftPage, name: str = EXTEND, **fields: Any) -> Any:
    """Send the second page of the screen called `name`: it is done, or refused."""
    return client.post(screen(draft, name), filled_in(draft, confirm="1", **fields))


def words_of(response: Any) -> str:
    """The text of a page, as it is read."""
    text = BeautifulSoup(response.content, "html.parser").get_text(" ")
    return re.sub(r" (?=[.,:])", "", " ".join(text.split()))
