"""What the worker does for this floor."""

from typing import Any

from django.dispatch import receiver

from consult.common.signals import daily, worker_turn

from . import actions, alerts, meaning


@receiver(worker_turn)
def take_in_leftovers(**kwargs: Any) -> None:
    """What a crash left between a commit and its drain, where nobody searches meanwhile.

    Also a new index, where an upgrade or a restored site has none that it can read.
    """
    actions.keep()


@receiver(worker_turn)
def encode_meaning(**kwargs: Any) -> bool:
    """What new and changed texts mean, some at a time."""
    return meaning.encode_some()


@receiver(worker_turn)
def tell_at_once(**kwargs: Any) -> bool:
    return alerts.tell_at_once()


@receiver(daily)
def tell_weekly(**kwargs: Any) -> None:
    alerts.tell_weekly()
