from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from consult.common.limits import take
from consult.common.models import TokenBucket

pytestmark = pytest.mark.django_db


def ask(address: str, purpose: str = "submission", burst: int = 2, per_hour: int = 1) -> bool:
    return take(
        RequestFactory().get("/", REMOTE_ADDR=address), purpose, burst=burst, per_hour=per_hour
    )


def test_an_address_has_its_burst_and_no_more() -> None:
    assert [ask("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert ask("192.0.2.2")


def test_several_at_once_cost_as_many_tokens() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1")
    taken = [take(request, "upload", burst=5, per_hour=1, cost=cost) for cost in (3, 3, 2, 1)]
    assert taken == [True, False, True, False]


def test_what_is_full_again_is_forgotten_without_a_search_each_time() -> None:
    for n in range(3):
        ask(f"192.0.2.{n}")
    TokenBucket.objects.update(updated_at=F("updated_at") - timedelta(hours=4))
    with CaptureQueriesContext(connection) as asked:
        for n in range(100):
            ask(f"198.51.100.{n}")
    searches = [query for query in asked if query["sql"].startswith("DELETE")]
    assert 0 < len(searches) < 20
    assert TokenBucket.objects.count() == 100


def test_one_network_of_ipv6_is_one_sender() -> None:
    assert [ask(f"2001:db8::{n}") for n in range(3)] == [True, True, False]
    assert ask("2001:db8:0:1::1")


def test_ipv4_told_as_ipv6_is_the_same_sender() -> None:
    assert [ask(each) for each in ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1")][-1] is False
    assert ask("::ffff:192.0.2.2")


def test_a_quick_purpose_does_not_sweep_away_a_slow_one() -> None:
    """The slow one takes four hours to fill; the quick one forgets its own after two."""
    assert [ask("192.0.2.1", burst=4) for _ in range(5)][-1] is False
    TokenBucket.objects.update(updated_at=F("updated_at") - timedelta(hours=3))
    assert ask("192.0.2.9", "receipt", burst=1, per_hour=1)
    assert [ask("192.0.2.1", burst=4) for _ in range(4)] == [True, True, True, False]
