"""The desk asks the database as often for three comments that wait as for sixty."""

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.factories import comment_on, submit
from working_groups.models import DraftPage

# What the interface of the administration takes is in it.
MOST = 15


def test_first_screens(
    chair_client: Client, draft: DraftPage, django_assert_max_num_queries: Any
) -> None:
    first = comment_on(draft, "Comentario.", themes=("equity",))
    submit(draft, "Otro comentario.", "Un comentario más.")
    desk = reverse("comments:edit", args=[first.pk])
    screens = dict.fromkeys(("/admin/comments/", desk), MOST)
    screens |= {f"{desk}?stance=support": MOST + 2}
    asked = {}
    for screen, most in screens.items():
        chair_client.get(screen)
        with django_assert_max_num_queries(most) as few:
            chair_client.get(screen)
        asked[screen] = len(few)
    for n in range(19):
        submit(draft, *(f"Comentario {n}.{m}" for m in range(3)), section=n % 2, themes=("ethics",))
    for screen, most in asked.items():
        with django_assert_max_num_queries(most):
            chair_client.get(screen)
