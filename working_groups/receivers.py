"""What follows from Wagtail's own events."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.models import Revision
from wagtail.signals import page_published

from .actions import provision_chairs, publish_version
from .models import DraftPage, WorkingGroupPage
from .windows import record_window


@receiver(post_save, sender=WorkingGroupPage)
def provision_when_created(instance: WorkingGroupPage, created: bool, **kwargs: Any) -> None:
    if created and not kwargs.get("raw"):
        provision_chairs(instance)


@receiver(page_published, sender=DraftPage)
@transaction.atomic
def keep_what_was_published(instance: DraftPage, revision: Revision, **kwargs: Any) -> None:
    # Wagtail sends this of a page that is only scheduled too.
    if instance.live:
        publish_version(instance)
        record_window(instance, by=revision.user)
