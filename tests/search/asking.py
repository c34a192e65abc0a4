"""The search page as tests ask and read it."""

import re
from html import unescape

from django.test import Client


def search(client: Client, reader: str = "es", **params):
    """The search page for a reader of Spanish, or another."""
    return client.get(f"/{reader}/search/", params)


def found(response) -> list[str]:
    """The addresses of the hits."""
    return re.findall(r'<h3><a href="([^"]*)"', response.content.decode())


def text(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", response.content.decode())).split())
