"""What the days bring."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from consult.common.signals import daily

from .holding import drop_old


@receiver(daily)
def drop_files_of_forms_not_sent(**kwargs: Any) -> None:
    drop_old(timezone.now())
