"""The codebook in Wagtail's editor."""

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from consult.themes.models import Theme

WORDS = {
    f"{name}_{code}": "Datos abiertos"
    for name in ("name", "description", "vocabulary")
    for code in ("es", "en")
}


def test_a_theme_keeps_the_slug_it_was_made_with(client: Client, staff_user: User) -> None:
    client.force_login(staff_user)
    asked = WORDS | {"slug": "open-data", "sort_order": "90"}
    client.post(reverse("wagtailsnippets_themes_theme:add"), asked)
    theme = Theme.objects.get(slug="open-data")
    changed = asked | {"slug": "renamed", "name_en": "Open data"}
    client.post(reverse("wagtailsnippets_themes_theme:edit", args=[theme.pk]), changed)
    theme.refresh_from_db()
    assert (theme.slug, theme.name_en) == ("open-data", "Open data")
