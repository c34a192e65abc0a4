"""Where one is and where one can go; `{% load navigation %}`."""

from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from wagtail.models import Page, Site

from .. import queries

register = template.Library()


@dataclass
class Link:
    page: Page
    url: str
    # The value of aria-current: this very page, or one below it.
    current: str


@dataclass
class Navigation:
    """The main menu, and the way down to where one is."""

    menu: list[Link]
    trail: list[Link]


def _link(request: HttpRequest, page: Page) -> Link:
    url = page.get_url(request) or "/"
    below = "true" if request.path.startswith(url) else ""
    return Link(page, url, "page" if request.path == url else below)


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> Navigation:
    """The links of the page tree; in one query where finding the page has not brought them."""
    request, page = context["request"], context.get("page")
    site = Site.find_for_request(request)
    if site is None:
        return Navigation([], [])
    home = site.root_page
    address = page.url_path if isinstance(page, Page) else home.url_path
    way = queries.addresses_to(home, address.removeprefix(home.url_path).split("/")[:-1])
    pages = getattr(request, "pages_around", None)
    if pages is None:
        pages = queries.around(home, way)
    # A preview's address is not the page's own.
    here = address if getattr(request, "is_preview", False) else ""
    return Navigation(
        [_link(request, p) for p in pages if p.show_in_menus and p.depth == home.depth + 1],
        [
            link
            for p in pages
            if p.url_path in way and p.live and p.url_path != here
            if (link := _link(request, p)).current != "page"
        ],
    )
