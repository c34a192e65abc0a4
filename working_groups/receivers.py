"""What follows from Wagtail's own events."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.signals import page_published

from .actions import provision_chairs, publish_version
from .models import DraftPage, WorkingGroupPage


@receiver(post_save, sender=WorkingGroupPage)
def provision_when_created(instance: WorkingGroupPage, created: bool, **kwargs: Any) -> None:
    if created and not kwargs.get("raw"):
        provision_chairs(instance)


@receiver(page_published, sender=DraftPage)
def cut_version_when_published(instance: DraftPage, **kwargs: Any) -> None:
    publish_version(instance)
