"""What changes, noted for the index."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_slug_changed, post_page_move

from consult.pages.models import EvidencePage
from consult.responses.models import SummaryPage
from consult.submissions.models import Comment
from consult.submissions.signals import comments_changed
from consult.themes.models import Theme
from working_groups.models import DraftPage, Version, VersionSection, WorkingGroupPage
from working_groups.signals import version_published

from .actions import note
from .alerts import take_back
from .enums import Kind

KINDS: dict[type[Page], Kind] = {
    WorkingGroupPage: Kind.GROUP,
    DraftPage: Kind.DRAFT,
    SummaryPage: Kind.SUMMARY,
    EvidencePage: Kind.EVIDENCE,
}


@receiver(comments_changed)
def note_comments(comments: Sequence[int], **kwargs: Any) -> None:
    note(Kind.COMMENT, comments)
    take_back(comments)


@receiver(version_published)
def note_version(version: Version, **kwargs: Any) -> None:
    note(Kind.DRAFT, [version.draft_id])


@receiver([post_save, post_delete], sender=Theme)
def note_theme(instance: Theme, **kwargs: Any) -> None:
    note(Kind.THEME, [instance.pk])


@receiver(post_save)
def note_page(instance: Any, update_fields: Collection[str] | None = None, **kwargs: Any) -> None:
    """A page was published, unpublished or restored: Wagtail then saves the whole of it.

    Its own signals for that come after the commit, where a crash would lose the note. Of a revision
    that is not published it saves a few fields.
    """
    if not isinstance(instance, Page) or update_fields is not None:
        return
    if kind := KINDS.get(instance.specific_class):
        note(kind, [instance.pk])
        if not instance.live:
            take_back()


@receiver([page_slug_changed, post_page_move])
def note_branch(instance: Page, **kwargs: Any) -> None:
    """An address changed, and those of all pages below with it."""
    below = Page.objects.filter(path__startswith=instance.path).specific(defer=True)
    for page in below:
        note_page(page)


@receiver([post_save, post_delete], sender=PageViewRestriction)
def note_restriction(instance: PageViewRestriction, **kwargs: Any) -> None:
    # With its page gone, the page's own deletion says all.
    if page := Page.objects.filter(pk=instance.page_id).first():
        note_branch(page)
        take_back()


@receiver(pre_delete)
def note_deletion(instance: Any, **kwargs: Any) -> None:
    kind = KINDS.get(type(instance))
    if not kind:
        return
    note(kind, [instance.pk])
    take_back()
    if kind is Kind.DRAFT:
        # With the page its versions go too, and nothing else knows what to take out.
        rows = VersionSection.objects.filter(version__draft=instance)
        note(Kind.SECTION, set(rows.values_list("uid", flat=True)))
        note(
            Kind.COMMENT,
            Comment.objects.filter(version__draft=instance).values_list("pk", flat=True),
        )
