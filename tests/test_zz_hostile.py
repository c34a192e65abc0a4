"""Two published collections of hostile strings, sent everywhere and shown everywhere."""

import json
import logging
import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client

from consult.submissions.forms import CommentForm, RespondentForm
from consult.submissions.models import Comment, Submission
from consult.themes.models import Theme
from tests.factories import make_draft, submit
from tests.submissions.test_take_part import CONSENT, address
from working_groups.models import DraftPage

DATA = Path(__file__).parents[2] / "shared/data/hostile_input"
STRINGS: list[str] = []
if DATA.exists():
    STRINGS += json.loads((DATA / "blns.json").read_text())
    STRINGS += [each["payload"] for each in json.loads((DATA / "xss_payloads.json").read_text())]
    STRINGS = list(dict.fromkeys(filter(str.strip, STRINGS)))[::12]
# Each process of the test runner takes one.
HALVES = [STRINGS[::2], STRINGS[1::2]]
# What people do send: these bring every tag that a page has of its own.
HARMLESS = ["formación", "brecha digital", "a " * 300, "7", "99999999", "https://example.org/", ""]

pytestmark = pytest.mark.skipif(not STRINGS, reason="the shared data are not beside this checkout")
each_half = pytest.mark.parametrize("strings", HALVES, ids=["even", "odd"])

COMMENT_FIELDS = ["body", "proposed_text", "reason"]
RESPONDENT_FIELDS = ["name", "organisation", "on_behalf_of", "state", "country"]


@pytest.fixture(autouse=True)
def unhindered(settings, tmp_path: Path) -> Iterator[None]:
    """No limit of rate, an index of our own, and no line in the log for each refusal."""
    settings.SUBMISSION_BURST = settings.RECEIPT_LOOKUPS_PER_HOUR = 0
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def draft(group) -> DraftPage:
    """As little beside the hostile words as can be: every tag of a page is looked at."""
    sections = [{"heading_es": "Formación", "body_es": "<p>La brecha digital.</p>"}]
    draft = make_draft(group, "formacion", sections=sections)
    draft.questions.exclude(kind="open").delete()
    Theme.objects.exclude(slug="digital-divide").delete()
    return draft


def batches(strings: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(strings)
    while batch := list(islice(rest, size)):
        yield batch


def html_of(response: HttpResponse, sent: object) -> str:
    """The page that was answered to `sent`, which broke nothing."""
    assert response.status_code < 500, (sent, response.exc_info)
    return response.content.decode()


def tags(html: str) -> set[str]:
    """Every tag of a page, the values of its attributes left out."""
    return {re.sub(r'="[^"]*"', "", tag) for tag in re.findall(r"<[^>]*>", html)}


def schemes(html: str) -> set[str]:
    """The schemes of all addresses in a page that can be followed or loaded."""
    addresses = re.findall(r'\s(?:href|src|action|formaction)="([^"]*)"', html)
    return {a.partition(":")[0].lower() for a in map(unescape, addresses) if ":" in a.split("/")[0]}


def assert_only(known: set[str], html: str, sent: object) -> None:
    """No tag in `html` but those that harmless words bring, and no address that runs anything."""
    assert tags(html) <= known, sent
    assert schemes(html) <= {"http", "https"}, sent


@each_half
def test_every_text_is_stored_exactly_as_it_was_received(
    client: Client, draft: DraftPage, strings: list[str]
) -> None:
    question = draft.questions.get()
    client.raise_request_exception = False
    limits = {name: RespondentForm.base_fields[name].limit for name in RESPONDENT_FIELDS}
    for sent in strings:
        fits = {name: sent for name, limit in limits.items() if len(sent) <= limit}
        data = {
            **CONSENT,
            # A person's browser sends these as we made them.
            "token": sent if len(sent) <= 64 else "",
            "version": sent,
            "block": ["0", sent],
            **{f"comment-0-{name}": sent for name in COMMENT_FIELDS},
            **{f"you-{name}": text for name, text in fits.items()},
            f"answer-{question.uid}": sent,
        }
        response = client.post(address(draft), data)
        assert response.status_code == 303, (sent, html_of(response, sent))
        submission = Submission.objects.get(receipt=response["Location"].split("/")[-2])
        comment = submission.comments.get()
        stored = {name: getattr(comment, name) for name in COMMENT_FIELDS}
        assert stored == dict.fromkeys(COMMENT_FIELDS, sent)
        assert {name: getattr(submission, name) for name in fits} == fits
        assert submission.answers.get().text == sent


@each_half
def test_what_is_refused_is_named_and_kept(
    client: Client, draft: DraftPage, strings: list[str]
) -> None:
    client.raise_request_exception = False

    def send(batch: list[str]) -> tuple[str, list[str]]:
        data: dict[str, Any] = {"block": list(map(str, range(len(batch))))}
        for place, text in enumerate(batch):
            for name in ("section", "stance", "kind", "themes", "links"):
                data[f"comment-{place}-{name}"] = text
        data |= {f"you-{name}": batch[0] * 201 for name in RESPONDENT_FIELDS}
        data |= dict.fromkeys(["you-respondent_kind", "you-sector", "you-email"], batch[0])
        response = client.post(address(draft), data)
        assert response.status_code == 422
        return html_of(response, batch), [e.anchor for e in response.context["errors"]]

    known = set().union(*(tags(send([text])[0]) for text in HARMLESS if text))
    known |= tags(send(["hola", "https://example.org"])[0])
    for batch in batches(strings, 20):
        html, anchors = send(batch)
        assert_only(known, html, batch)
        for place, text in enumerate(batch):
            assert f"id_comment-{place}-section" in anchors, text
            assert text.startswith("http") or f"id_comment-{place}-links" in anchors, text
            assert f">\n{escape(text)}</textarea>" in html, text
        assert {f"id_you-{name}" for name in RESPONDENT_FIELDS} <= set(anchors)
    assert not Submission.objects.exists()


@each_half
def test_a_choice_or_an_email_that_is_none_is_refused(strings: list[str]) -> None:
    fields = ["respondent_kind", "sector", "email", "privacy", "publication", "website"]
    for sent in strings:
        data = QueryDict(mutable=True)
        data.update(dict.fromkeys(fields, sent))
        errors = RespondentForm(data).errors
        assert {"respondent_kind", "sector", "email", "website"} <= set(errors), sent
        assert all(str(message) for messages in errors.values() for message in messages)


@each_half
def test_no_parameter_breaks_a_page_or_becomes_markup(
    client: Client, draft: DraftPage, strings: list[str]
) -> None:
    """One request a page and string: every parameter of the page is that string."""
    submit(draft, "La brecha digital en la sierra.", status="published", themes=("digital-divide",))
    client.raise_request_exception = False
    narrowed = ["theme", "stance", "section", "sector", "state", "lang", "page"]
    searched = [*narrowed, "q", "type", "group", "draft", "sort", "exact"]
    pages = {
        "/es/search/": searched,
        f"/es/groups/{draft.group.slug}/{draft.slug}/comments/": narrowed,
        "/es/receipt/": ["code"],
        "/es/ledger/": ["page"],
    }
    for page, parameters in pages.items():
        def ask(text: str) -> str:
            return html_of(client.get(page, dict.fromkeys(parameters, text)), (page, text))
        known = set().union(*map(tags, map(ask, HARMLESS)))
        for parameter in parameters:
            for text in HARMLESS:
                known |= tags(html_of(client.get(page, {parameter: text}), text))
        for sent in strings:
            assert_only(known, ask(sent), (page, sent))
    for sent in strings:
        # Alone, so that the words are searched for and not only their companions refused.
        html = html_of(client.get("/en/search/", {"q": sent}), sent)
        assert f'value="{escape(sent)}"' in html, sent
        answer = client.get("/api/v1/search", dict.fromkeys([*searched, "only", "limit"], sent))
        assert answer.status_code in (200, 422), sent
        assert answer["Content-Type"].startswith("application/json")
        assert answer.json().get("detail", "…"), sent


@each_half
def test_no_path_breaks_the_site_or_becomes_markup(
    client: Client, site, strings: list[str]
) -> None:
    client.raise_request_exception = False
    known = set()
    for path in ("receipt/{}/", "themes/{}/", "comments/{}/", "groups/{}/{}/take-part/", "{}"):
        for text in HARMLESS:
            known |= tags(html_of(client.get("/es/" + path.replace("{}", text)), text))
        for sent in strings:
            response = client.get("/es/" + path.replace("{}", quote(sent, safe="")))
            assert_only(known, html_of(response, (path, sent)), (path, sent))
            assert response.status_code != 200, (path, sent)


@each_half
def test_published_texts_are_escaped_once_wherever_they_are_read(
    client: Client, draft: DraftPage, strings: list[str]
) -> None:
    client.raise_request_exception = False

    def publish(text: str) -> Comment:
        respondent = {"show_name": True, "name": text[:160], "state": text[:80], "country": text[:80]}
        submission = submit(
            draft, text, respondent=respondent, status="published", themes=("digital-divide",)
        )
        Comment.objects.filter(submission=submission).update(
            proposed_text=text, reason=text, links=[text]
        )
        return submission.comments.get()

    comments_page = f"/es/groups/{draft.group.slug}/{draft.slug}/comments/"

    def read(comment: Comment) -> dict[str, str]:
        receipt = comment.submission.receipt
        addresses = [f"/es/comments/{comment.pk}/", f"/es/receipt/{receipt}/"]
        return {page: html_of(client.get(page), comment.body) for page in addresses}

    known = set()
    for text in HARMLESS[:-1]:
        for page, html in read(publish(text)).items():
            known |= tags(html)
    known |= tags(html_of(client.get(comments_page), ""))
    for sent in strings:
        for page, html in read(publish(sent)).items():
            assert html.count(f"<p>{escape(sent)}</p>") == 3, (page, sent)
            assert_only(known, html, (page, sent))
