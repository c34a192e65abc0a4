"""The chairs' daily summary: of their own group, on days when something waits."""

from datetime import timedelta
from typing import Any

import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from consult.moderation.actions import decide
from tests.factories import make_user, submit
from working_groups.models import DraftPage


def work() -> list[Any]:
    mail.outbox.clear()
    call_command("worker", "--once")
    return mail.outbox


def tomorrow() -> Any:
    return time_machine.travel(timezone.now() + timedelta(days=1))


def test_each_chair_is_told_what_waits_in_their_group(
    draft: DraftPage, other_draft: DraftPage, chair: User, other_chair: User
) -> None:
    gone = make_user("chair3", draft.group.chairs)
    gone.is_active = False
    gone.save()
    mute = make_user("chair4", draft.group.chairs)
    mute.email = ""
    mute.save()
    submit(draft, "Una idea secreta.", "Otra idea.")
    (message,) = work()
    assert message.to == [chair.email]
    assert message.subject == "2 comentarios en espera: IA y trabajo"
    assert "2 comentarios esperan una decisión." in message.body
    assert "1 participación llegó desde ayer." in message.body
    assert "secreta" not in message.body
    assert work() == []
    with tomorrow():
        assert len(work()) == 1


def test_nothing_waits_nothing_comes(draft: DraftPage, chair: User) -> None:
    comment = submit(draft, "Una idea.").comments.get()
    decide({comment.pk: "pending"}, "published", by=chair)
    assert work() == []
