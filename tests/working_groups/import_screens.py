"""What tests do with the screens that bring a draft in."""

from typing import Any

from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from working_groups.models import DraftPage, WorkingGroupPage

SPANISH = (
    "# Política de IA\n\n## Alcance\n\nPara toda persona.\n\n"
    "### Zonas rurales\n\nPrimero la sierra.\n\n## Vigencia\n\nDesde 2028.\n"
)
ENGLISH = (
    "# Policy on AI\n\n## Scope\n\nFor everybody.\n\n"
    "### Rural areas\n\nThe mountains first.\n\n## Term\n\nFrom 2028.\n"
)


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def file(name: str, content: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def address(page: DraftPage | WorkingGroupPage) -> str:
    return reverse("import_draft", args=[page.pk])


def upload(client: Client, page: DraftPage | WorkingGroupPage, **files: str | bytes) -> Any:
    sent = {
        name: file(f"{name}.{'docx' if isinstance(content, bytes) else 'md'}", content)
        for name, content in files.items()
    }
    return client.post(address(page), sent, follow=True)


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content.decode(), "html.parser")


def words(response: Any) -> str:
    return " ".join(soup(response).get_text(" ").split())


def form_of(response: Any) -> dict[str, str]:
    """What the preview's form would send as it stands."""
    page = soup(response)
    sent = {"seen": str(page.select_one("input[name=seen]")["value"])}  # type: ignore[index]
    for select in page.select(".import-pairs select"):
        chosen = select.select_one("option[selected]")
        sent[str(select["name"])] = str(chosen["value"]) if chosen else ""
    return sent


def choose(response: Any, client: Client, button: str = "save", **changes: str) -> Any:
    """Send the preview's form with `changes` (names with _ for -); follows to a preview only."""
    place = response.request["PATH_INFO"]
    sent = form_of(response) | {name.replace("_", "-"): to for name, to in changes.items()}
    done = client.post(place, sent | {button: "1"})
    return client.get(place) if done.headers.get("location") == place else done


def edited(draft: DraftPage) -> DraftPage:
    return DraftPage.objects.get(pk=draft.pk).get_latest_revision_as_object()


def texts(draft: DraftPage) -> list[tuple[str, ...]]:
    names = ("heading_es", "heading_en", "body_es", "body_en")
    return [tuple(getattr(s, name) or "" for name in names) for s in draft.sections.all()]
