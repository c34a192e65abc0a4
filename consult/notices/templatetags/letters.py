"""What letters and the pages about them need; `{% load letters %}`."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from wagtail.models import Page

from consult.common import languages
from consult.themes.models import Theme

from ..letters import whole
from ..models import FollowedSearch, Subscription

register = template.Library()


@register.simple_tag
def address_of(name: str, *args: Any) -> str:
    """Where the view `name` is, with scheme and host, in the letter's language."""
    return whole(reverse(name, args=args))


@register.simple_tag
def address_of_page(page: Page) -> str:
    """Where `page` is, with scheme and host, in the letter's language."""
    return whole((page.get_url_parts() or ("", "", ""))[2])


def _words(about: Any) -> languages.Words:
    if isinstance(about, FollowedSearch):
        return languages.Words(about.name, languages.current(), languages.current())
    return languages.words(about, "name" if isinstance(about, Theme) else "heading")


@register.simple_tag
def heading_of(about: Any) -> SafeString:
    """What a draft, group, theme or search is called, in the reader's language where it can be."""
    return _words(about).marked()


@register.simple_tag
def subscribed_to(subscription: Subscription) -> str:
    """What `subscription` is to, as plain words."""
    return _words(subscription.about).text
