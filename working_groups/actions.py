"""Every change of state of groups and drafts that is more than an edit."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from wagtail.models import GroupPagePermission

from consult.common.languages import CODES

from .enums import CHANGE_NOTES
from .models import DraftPage, Section, Version, VersionSection, WorkingGroupPage
from .signals import version_published
from .wording import wording, wording_digest, words_digest

# What chairs may do to the pages of their own group.
CHAIRS_PAGE_PERMISSIONS = ("add", "change", "publish")


@transaction.atomic
def provision_chairs(group_page: WorkingGroupPage) -> Group:
    """The permission group of `group_page`'s chairs, made if it is not there yet."""
    if group_page.chairs:
        return group_page.chairs
    group = Group.objects.create(
        name=f"Copresidencia · {group_page.heading_es} ({group_page.pk})"[:150]
    )
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for permission_type in CHAIRS_PAGE_PERMISSIONS:
        GroupPagePermission.objects.create(
            group=group, page=group_page, permission_type=permission_type
        )
    # A plain update: the page is being saved or published by whoever called.
    WorkingGroupPage.objects.filter(pk=group_page.pk).update(chairs=group)
    group_page.chairs = group
    return group


def sections_of(
    version: Version | None, sections: Sequence[Section], rows: Sequence[dict[str, str]]
) -> list[VersionSection]:
    """The `sections` with their wording, `rows`, as `version` has them; none: as it would. Not saved."""
    return [
        VersionSection(
            version=version,
            sort_order=order,
            level=section.level,
            **row,
            **{
                f"digest_{code}": words_digest(row[f"heading_{code}"], row[f"body_{code}"])
                for code in CODES
            },
        )
        for order, (section, row) in enumerate(zip(sections, rows, strict=True))
    ]


@transaction.atomic
def publish_version(draft: DraftPage, published_at: datetime | None = None) -> Version | None:
    """Cut the next version of `draft` if its wording changed since the last; None if not.

    `published_at`: when that was, if it is not now.
    """
    # Two editors may publish at once: the page's row is the queue.
    DraftPage.objects.select_for_update(no_key=True).get(pk=draft.pk)
    sections = draft.numbered_sections()
    rows = wording(sections)
    last = Version.objects.filter(draft=draft).order_by("-number").first()
    # Both in today's form: what was cut earlier was perhaps wrapped otherwise.
    if last and wording(last.sections.all()) == rows:
        return None
    version = Version.objects.create(
        draft=draft,
        number=last.number + 1 if last else 1,
        digest=wording_digest(rows),
        published_at=published_at or timezone.now(),
        heading_es=draft.heading_es,
        heading_en=draft.heading_en,
        **draft.new_notes({name: getattr(draft, name) for name in CHANGE_NOTES}),
    )
    VersionSection.objects.bulk_create(sections_of(version, sections, rows))
    draft.__dict__.pop("current_version", None)
    version_published.send(sender=Version, version=version)
    return version
