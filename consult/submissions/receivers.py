"""What the worker does for submissions, all the time and once a day."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from consult.common.signals import daily, worker_turn

from .holding import drop_old
from .importing import uploads

# Of one turn: other chores wait meanwhile.
IMPORT_SECONDS = 10.0


@receiver(daily)
def drop_files_of_forms_not_sent(**kwargs: Any) -> None:
    drop_old(timezone.now())


@receiver(daily)
def drop_uploads_nobody_confirmed(**kwargs: Any) -> None:
    uploads.drop_old(timezone.now())


@receiver(worker_turn)
def take_in_uploads(**kwargs: Any) -> bool:
    return uploads.carry_on_with_next(IMPORT_SECONDS)
