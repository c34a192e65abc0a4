from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from consult.common.signals import daily

from .actions import erase_personal_data


@receiver(daily)
def erase_what_is_past_its_time(**kwargs: Any) -> None:
    erase_personal_data(timezone.now())
