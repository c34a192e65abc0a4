"""The privacy notice: every version is kept as it was agreed to."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consult.common.languages import CODES
from consult.common.texts import clean_html

from .models import PrivacyNotice, Submission

# The texts of a notice, each in both languages; all but the last are plain text.
TEXTS = ("short", "necessary", "voluntary", "body")
COLUMNS = tuple(f"{name}_{code}" for code in CODES for name in TEXTS)


class NoticeChanged(Exception):
    """Another version was published meanwhile; nothing was."""


def current_notice() -> PrivacyNotice | None:
    """The version that respondents agree to now."""
    return PrivacyNotice.objects.first()


def _new_version(now: datetime) -> str:
    """The day, and a number if another version is of the same day."""
    day = timezone.localdate(now, timezone.get_default_timezone()).isoformat()
    number, version = 1, day
    while PrivacyNotice.objects.filter(version=version).exists():
        number += 1
        version = f"{day}-{number}"
    return version


@transaction.atomic
def publish_notice(
    texts: Mapping[str, str],
    *,
    seen: str = "",
    by: User | None = None,
    version: str = "",
    published_at: datetime | None = None,
) -> PrivacyNotice:
    """Publish the next version of the notice, with `texts` by column; return it.

    `seen` is the version it was written to replace. Raises NoticeChanged.
    """
    # The rows of before are the queue for two who publish at once; what they left is read after it.
    PrivacyNotice.objects.select_for_update().first()
    before = current_notice()
    if (before.version if before else "") != seen:
        raise NoticeChanged
    now = published_at or timezone.now()
    columns = {name: texts.get(name, "").strip() for name in COLUMNS}
    for code in CODES:
        columns[f"body_{code}"] = clean_html(columns[f"body_{code}"])
    return PrivacyNotice.objects.create(
        version=version or _new_version(now), published_at=now, published_by=by, **columns
    )


def first_notice(texts: Mapping[str, str]) -> None:
    """Begin with `texts`, where there is no version yet; what was agreed to before keeps its name."""
    if PrivacyNotice.objects.exists():
        return
    agreed = Submission.objects.exclude(privacy_notice_version="").order_by("-pk")
    version = agreed.values_list("privacy_notice_version", flat=True).first()
    publish_notice(texts, version=version or "")
