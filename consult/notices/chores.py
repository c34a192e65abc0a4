"""What the worker does for this floor."""

from typing import Any

from django.dispatch import receiver

from consult.common.signals import daily, worker_turn

from . import actions, digests, sending, telling


@receiver(worker_turn)
def note_dates(**kwargs: Any) -> None:
    actions.note_dates()


@receiver(worker_turn)
def write_letters(**kwargs: Any) -> bool:
    return telling.tell()


@receiver(worker_turn)
def send_letters(**kwargs: Any) -> bool:
    return sending.send_letters()


@receiver(daily)
def write_digests(**kwargs: Any) -> None:
    digests.write_digests()


@receiver(daily)
def write_to_chairs(**kwargs: Any) -> None:
    digests.write_to_chairs()


@receiver(daily)
def erase_old(**kwargs: Any) -> None:
    sending.erase_old_letters()
    actions.erase_unconfirmed()
