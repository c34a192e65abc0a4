"""Languages by address, and whose network address counts."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from consult.common.limits import sender_address
from consult.pages.models import HomePage


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("en-GB,en;q=0.9", "/en/"),
        ("es-MX", "/es/"),
        ("fr", "/es/"),
        ("fr,en;q=0.5", "/en/"),
        ("", "/es/"),
    ],
)
def test_the_bare_address_leads_to_the_readers_language(
    site: HomePage, client: Client, asked: str, there: str
) -> None:
    response = client.get("/", headers={"accept-language": asked})
    assert (response.status_code, response["Location"]) == (302, there)


@pytest.mark.parametrize("path", ["/admin/nothing/", "/api/v1/nothing", "/feeds/es/nothing/"])
def test_what_is_not_there_is_not_looked_for_in_a_language(
    admin_client: Client, site: HomePage, path: str
) -> None:
    assert admin_client.get(path).status_code == 404


def test_a_page_is_looked_for_in_the_readers_language(site: HomePage, client: Client) -> None:
    response = client.get("/privacy/", headers={"accept-language": "en"})
    assert response["Location"] == "/en/privacy/"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        # Fewer hops than proxies: it did not come through them, so nothing in it is believed.
        (2, "203.0.113.9", "192.0.2.1"),
        (1, None, "192.0.2.1"),
    ],
)
def test_a_sender_cannot_forge_an_address(
    settings: Any, rf: RequestFactory, proxies: int, forwarded: str | None, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = rf.get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
    assert sender_address(request) == expected
