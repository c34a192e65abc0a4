"""The glossary in Wagtail's editor."""

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from working_groups.models import GlossaryTerm


def test_staff_write_a_term_in_both_languages(client: Client, staff_user: User) -> None:
    client.force_login(staff_user)
    words = {
        "term_es": "brecha digital",
        "term_en": "digital divide",
        "other_forms_es": "brechas digitales",
        "other_forms_en": "",
        "definition_es": "La distancia entre quien tiene conexión y quien no.",
        "definition_en": "",
    }
    response = client.post(reverse("wagtailsnippets_working_groups_glossaryterm:add"), words)
    assert response.status_code == 302
    term = GlossaryTerm.objects.get(term_es="brecha digital")
    assert (term.term_en, term.forms_in("es")) == (
        "digital divide",
        ["brecha digital", "brechas digitales"],
    )
    listed = client.get(reverse("wagtailsnippets_working_groups_glossaryterm:list"))
    assert "digital divide" in listed.content.decode()


def test_chairs_write_none(client: Client, chair: User) -> None:
    client.force_login(chair)
    address = reverse("wagtailsnippets_working_groups_glossaryterm:add")
    assert client.post(address, {"term_es": "Uno", "definition_es": "Dos"}).status_code == 302
    assert not GlossaryTerm.objects.filter(term_es="Uno").exists()
