"""Many at once: who is slow, or says nothing, keeps nobody else waiting; who sends does so in turn."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from consult.common.turns import Line, in_turn
from tests.serving import environment_of, manage, serve

# Seconds; the server lets go of who says nothing after five.
SOON = 3.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of two processes with two threads each."""
    environment = environment_of(tmp_path_factory.mktemp("var")) | {"WORKER": "0"}
    manage(environment, "migrate", "--verbosity=0")
    with serve(environment):
        yield environment["BASE_URL"]


def connections(site: str, count: int, says: bytes = b"") -> list[socket.socket]:
    host, _colon, port = site.removeprefix("http://").partition(":")
    made = [socket.create_connection((host, int(port))) for _each in range(count)]
    for each in made:
        each.sendall(says)
    # Long enough to be accepted.
    time.sleep(1)
    return made


def answers_soon(site: str) -> bool:
    begun = time.monotonic()
    requests.get(f"{site}/admin/login/", timeout=20).raise_for_status()
    return time.monotonic() - begun < SOON


def test_connections_that_say_nothing_keep_no_thread(site: str) -> None:
    assert answers_soon(site)
    idle = connections(site, 12)
    assert all(answers_soon(site) for _each in range(4))
    for each in idle:
        each.close()


def test_a_process_without_a_free_thread_leaves_who_comes_to_the_others(site: str) -> None:
    never_ends = (
        b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nusername="
    )
    slow = connections(site, 3, never_ends)
    assert all(answers_soon(site) for _each in range(8))
    for each in slow:
        each.close()


def test_a_line_lets_one_in_at_a_time_in_the_order_they_came() -> None:
    line, inside, order = Line(), [], []

    def go(number: int) -> None:
        with line:
            inside.append(number)
            order.append(number)
            time.sleep(0.01)
            assert inside == [number]
            inside.clear()

    threads = [threading.Thread(target=go, args=[number]) for number in range(8)]
    with line:
        for thread in threads:
            thread.start()
            time.sleep(0.01)
    for thread in threads:
        thread.join(10)
    assert order == list(range(8))
    assert inside == []


def test_a_view_that_fails_gives_its_turn_away(rf: RequestFactory) -> None:
    @in_turn
    def view(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    for _attempt in range(2):
        with pytest.raises(ZeroDivisionError):
            view(rf.get("/"))
