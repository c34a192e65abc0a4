"""Two published collections of hostile strings, sent everywhere and shown everywhere."""

import json
import logging
import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db.models import F
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.utils.html import linebreaks

from consult.search.choices import Choices
from consult.search.parameters import Parameters, read
from consult.search.queries import search_public
from consult.submissions.actions import NewAnswer
from consult.submissions.forms import CommentForm, RespondentForm
from consult.submissions.models import Comment, Submission
from consult.submissions.narrowing import NARROWINGS, Narrowed
from consult.submissions.receipts import read_receipt
from consult.submissions.submission_form import section_of
from consult.themes.models import Theme
from tests.factories import make_draft, submit
from tests.submissions.test_take_part import CONSENT, address
from working_groups.models import DraftPage

DATA = Path(__file__).parents[3] / "shared/data/hostile_input"
STRINGS: list[str] = []
if DATA.exists():
    STRINGS += json.loads((DATA / "blns.json").read_text())
    STRINGS += [each["payload"] for each in json.loads((DATA / "xss_payloads.json").read_text())]
    STRINGS = list(dict.fromkeys(filter(str.strip, STRINGS)))
# What people do send: these bring every tag that a page has of its own.
HARMLESS = [
    "formación",
    "brecha digital",
    "a " * 300,
    "una\nlínea",
    "1",
    "https://example.org/",
    "",
]

pytestmark = pytest.mark.skipif(not STRINGS, reason="the shared data are not beside this checkout")

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


def test_every_text_is_stored_exactly_as_it_was_received(client: Client, draft: DraftPage) -> None:
    """Each string in every text of a comment, and in one of the texts about the respondent."""
    client.raise_request_exception = False
    question = draft.questions.get()
    limits = {name: RespondentForm.base_fields[name].limit for name in RESPONDENT_FIELDS}
    for texts in batches(STRINGS, len(RESPONDENT_FIELDS)):
        about = dict(zip(RESPONDENT_FIELDS, texts, strict=False))
        about = {name: text for name, text in about.items() if len(text) <= limits[name]}
        data = {
            **CONSENT,
            # Nobody types these, but anybody can send them.
            "token": texts[0] if len(texts[0]) <= 64 else "",
            "version": texts[0],
            "block": [*map(str, range(len(texts))), texts[0]],
            f"answer-{question.uid}": texts[0],
            **{f"you-{name}": text for name, text in about.items()},
        }
        for place, text in enumerate(texts):
            data |= {f"comment-{place}-{name}": text for name in COMMENT_FIELDS}
        to_be_checked = client.post(address(draft), data)
        assert to_be_checked.status_code == (200 if len(texts) > 1 else 303), texts
        response = client.post(address(draft), data | {"confirmed": "1"})
        assert response.status_code == 303, (texts, html_of(response, texts))
        submission = Submission.objects.get(receipt=response["Location"].split("/")[-2])
        stored = submission.comments.order_by("sort_order").values_list(*COMMENT_FIELDS)
        assert list(stored) == [(text,) * len(COMMENT_FIELDS) for text in texts]
        assert {name: getattr(submission, name) for name in about} == about
        assert submission.answers.get().text == texts[0]


def test_what_is_refused_is_named_and_kept(client: Client, draft: DraftPage) -> None:
    """Each string in one of the fields that are more than a text."""
    client.raise_request_exception = False
    choices = ["stance", "kind", "themes", "section", "links"]
    about = ["sector", "email", "website", "respondent_kind"]
    names = [f"comment-0-{name}" for name in choices] + [f"you-{name}" for name in about]
    too_long = {f"you-{name}": "a" * 201 for name in RESPONDENT_FIELDS}

    def send(texts: list[str]) -> tuple[str, set[str]]:
        # A dot makes any address none.
        data = {name: f"{text} ." for name, text in zip(names, texts, strict=False)}
        response = client.post(address(draft), too_long | data)
        errors = {error.anchor.removesuffix("_0"): error for error in response.context["errors"]}
        assert response.status_code == 422
        assert {f"id_{name}" for name in data} <= set(errors), texts
        assert all(str(error.message) for error in errors.values())
        return html_of(response, texts), set(errors)

    known = tags(send([HARMLESS[0]] * len(names))[0])
    for texts in batches(STRINGS, len(names)):
        html, errors = send(texts)
        assert_only(known, html, texts)
        assert {f"id_{name}" for name in too_long} <= errors
        for name, text in zip(names, texts, strict=False):
            # Boxes that are ticked hold nothing else.
            if name in ("comment-0-links", "you-email", "you-website"):
                assert escape(f"{text} .") in html
    assert not Submission.objects.exists()


def test_each_field_takes_each_string_or_says_why_not(draft: DraftPage) -> None:
    """All strings in all fields; where the forms are, behind the page."""
    sections, themes = list(draft.current_version.sections.all()), list(Theme.objects.all())
    for sent in STRINGS:
        data = QueryDict(mutable=True)
        data.update({f"comment-0-{name}": sent for name in CommentForm.base_fields})
        data.update(dict.fromkeys(RespondentForm.base_fields, sent))
        comment = CommentForm(data, place=0, sections=sections, themes=themes, initial={})
        respondent = RespondentForm(data)
        assert {"section", "stance", "kind", "themes"} <= set(comment.errors), sent
        assert {"respondent_kind", "sector", "email", "website"} <= set(respondent.errors), sent
        for form in (comment, respondent):
            assert all(str(said) for errors in form.errors.values() for said in errors)
            for name in (*COMMENT_FIELDS, *RESPONDENT_FIELDS):
                if name in form.fields and name not in form.errors:
                    assert form.cleaned_data[name] == sent
                elif name in form.fields:
                    assert len(sent) > form.fields[name].limit, (name, sent)


def test_no_parameter_breaks_a_page_or_becomes_markup(client: Client, draft: DraftPage) -> None:
    """Each string in one parameter of each page."""
    submit(draft, "La brecha digital en la sierra.", status="published", themes=("digital-divide",))
    client.raise_request_exception = False
    narrowed = ["theme", "stance", "section", "text", "sector", "state", "lang", "page"]
    searched = ["q", "type", "theme", "stance", "group", "draft", "lang", "sort", "page", "exact"]
    pages = {
        "/en/search/": searched,
        f"/es/groups/{draft.group.slug}/{draft.slug}/comments/": narrowed,
    }
    for page, names in pages.items():
        known = set()
        for text in HARMLESS:
            for asked in (dict.fromkeys(names, text), {names[0]: text}):
                known |= tags(html_of(client.get(page, asked), asked))
        for texts in batches(STRINGS, len(names)):
            asked = dict(zip(names, texts, strict=False))
            assert_only(known, html_of(client.get(page, asked), asked), asked)


def test_every_parameter_is_understood_or_left_aside(draft: DraftPage) -> None:
    """All strings in all parameters; where they are read, behind the pages."""
    submit(draft, "La brecha digital en la sierra.", status="published", themes=("digital-divide",))
    choices = Choices("es")
    for sent in STRINGS:
        every = QueryDict(mutable=True)
        every.update(dict.fromkeys([*NARROWINGS, *choices.labels, "q", "sort", "page"], sent))
        assert len(Narrowed(draft, every).refused) == len(NARROWINGS), sent
        asked = read(every, choices.labels)
        assert asked.sort == "", sent
        # A state may be any words.
        assert set(asked.filters) <= {"state"}, sent
        assert section_of(draft.current_version, sent) is None, sent
        assert read_receipt(sent) is None, sent
        for hit in search_public(Parameters(asked.text), choices=choices, language="en").hits:
            assert tags(hit.title + hit.excerpt) <= {"<mark>", "</mark>"}, sent


def test_programs_are_answered_or_told_which_parameter_is_wrong(
    client: Client, draft: DraftPage
) -> None:
    client.raise_request_exception = False
    names = ["q", "lang", "only", "type", "theme", "stance", "group", "draft", "sector", "state"]
    names += ["year", "since", "until", "sort", "exact", "limit", "cursor"]
    for texts in batches(STRINGS, len(names)):
        for asked in (dict(zip(names, texts, strict=False)), {"q": texts[0]}):
            answer = client.get("/api/v1/search", asked)
            assert answer["Content-Type"].startswith("application/json"), asked
            assert answer.status_code in (200, 422), asked
            assert "hits" in answer.json() or answer.json()["detail"], asked


def test_no_path_breaks_the_site_or_becomes_markup(client: Client, draft: DraftPage) -> None:
    client.raise_request_exception = False
    paths = ["receipt/{}/", "themes/{}/", "groups/{}/{}/take-part/", "{}/"]
    known = set()
    for path in paths:
        for text in HARMLESS[:3]:
            known |= tags(html_of(client.get("/es/" + path.replace("{}", text)), text))
    # Every third, for the time it takes.
    for path, sent in zip(cycle(paths), STRINGS[::3], strict=False):
        response = client.get("/es/" + path.replace("{}", quote(sent, safe="")))
        assert_only(known, html_of(response, (path, sent)), (path, sent))
        assert response.status_code in (302, 404), (path, sent)


def test_published_texts_are_escaped_once_wherever_they_are_read(
    client: Client, draft: DraftPage
) -> None:
    client.raise_request_exception = False
    base = f"/es/groups/{draft.group.slug}/{draft.slug}/"

    def publish(texts: list[str]) -> Submission:
        """A published comment for each of `texts`, by somebody whose name is the first."""
        respondent = {"show_name": True, "name": texts[0][:160], "state": texts[0][:80]}
        answer = NewAnswer(draft.questions.get().uid, text=texts[0])
        submission = submit(
            draft,
            *texts,
            status="published",
            themes=("digital-divide",),
            respondent=respondent,
            answers=(answer,),
        )
        everywhere = {name: F("body") for name in ("proposed_text", "reason")}
        submission.comments.update(**everywhere, links=[texts[0]])
        return submission

    def pages(submission: Submission) -> Iterator[tuple[str, str]]:
        first = submission.comments.all()[0]
        for page in (
            f"/es/receipt/{submission.receipt}/",
            f"{base}comments/",
            f"/es/comments/{first.pk}/",
            base,
            f"/es/search/?type=comment&q={quote(first.body[:80])}",
        ):
            yield page, html_of(client.get(page), page)

    harmless = publish([text for text in HARMLESS if text] * 5)
    known = set().union(*(tags(html) for _page, html in pages(harmless)))
    # Every second, for the time it takes.
    for texts in batches([text for text in STRINGS if "<" in text][::2], 20):
        for page, html in pages(publish(texts)):
            assert_only(known, html, page)
            for text in texts if page.startswith(("/es/receipt/", f"{base}comments/")) else ():
                # Comment, proposed wording and reason.
                assert html.count(linebreaks(text, autoescape=True)) >= 3, (page, text)


BIG = b"a" * 26_000_000
FORM = "application/x-www-form-urlencoded"
UNREADABLE = {
    "more letters than a form may have": (FORM, b"comment-0-body=" + BIG),
    "more fields than a form may have": (FORM, b"&".join(b"f%d=1" % n for n in range(21_000))),
    "another encoding": (f"{FORM}; charset=utf-16", "comment-0-body=hola".encode("utf-16")),
    "no boundary": ("multipart/form-data", b"hola"),
}


def test_what_cannot_be_read_is_answered_with_a_sentence(client: Client, draft: DraftPage) -> None:
    client.raise_request_exception = False
    for what, (content_type, body) in UNREADABLE.items():
        for lang, said in (("es", "No se recibió nada"), ("en", "Nothing was received")):
            response = client.generic("POST", address(draft, lang), body, content_type)
            html = response.content.decode()
            assert response.status_code == 400, what
            assert f'<html lang="{lang}">' in html
            assert said in html
    assert not Submission.objects.exists()


def test_a_long_text_within_the_forms_size_is_refused_and_kept(
    client: Client, draft: DraftPage
) -> None:
    body = "a" * 2_000_000
    response = client.post(address(draft), CONSENT | {"comment-0-body": body})
    assert response.status_code == 422
    assert body in response.content.decode()


def test_bytes_that_are_no_text_are_marked_and_the_rest_is_kept(
    client: Client, draft: DraftPage
) -> None:
    consent = b"&".join(f"{name}={value}".encode() for name, value in CONSENT.items())
    kept = {
        b"%FF%FE hola": "\ufffd\ufffd hola",
        b"%ED%A0%80 hola": "\ufffd\ufffd\ufffd hola",
        b"%E2%80%AE hola %E2%80%8F": "\u202e hola \u200f",
        b"%0D%0A hola%0D%0A": "\r\n hola\r\n",
        b"%F0%9F%8C%B5%CC%81": "🌵\u0301",
    }
    for received in kept:
        data = consent + b"&comment-0-body=something else&comment-0-body=" + received
        assert client.generic("POST", address(draft), data, FORM).status_code == 303
    assert [comment.body for comment in Comment.objects.order_by("pk")] == list(kept.values())


def test_a_null_character_is_refused_with_a_sentence(client: Client, draft: DraftPage) -> None:
    texts = [f"comment-0-{name}" for name in (*COMMENT_FIELDS, "links")]
    texts += [f"you-{name}" for name in (*RESPONDENT_FIELDS, "email")]
    texts += [f"answer-{draft.questions.get().uid}"]
    response = client.post(address(draft), CONSENT | dict.fromkeys(texts, "a\x00b"))
    assert response.status_code == 422
    errors = {error.anchor: str(error.message) for error in response.context["errors"]}
    assert set(errors) == {f"id_{name}" for name in texts}
    assert all(errors.values())


def test_a_form_of_another_kind_says_what_is_missing(client: Client, draft: DraftPage) -> None:
    response = client.post(address(draft), {"body": "hola"}, content_type="application/json")
    assert response.status_code == 422
    assert response.context["errors"]


def test_broken_bytes_in_an_address_are_no_fault(client: Client, draft: DraftPage) -> None:
    base = f"/es/groups/{draft.group.slug}/{draft.slug}/"
    client.raise_request_exception = False
    for raw in ("%FF%FE", "%ED%A0%80", "%00", "%E2%80%AE", "%0D%0AX-Y:1", "a%2500"):
        for path, statuses in {
            f"/es/search/?q={raw}&type={raw}&type={raw}&page={raw}&page=1": (200,),
            f"/api/v1/search?q={raw}&state={raw}": (200, 422),
            f"/es/receipt/?code={raw}": (200, 422),
            f"{base}comments/?theme={raw}&page={raw}": (200,),
            f"{base}take-part/?section={raw}": (200,),
            f"/es/ledger/?page={raw}": (200,),
            f"/es/receipt/{raw}/": (404,),
            f"/es/receipt/{raw}": (301, 404),
            f"/es/comments/{raw}/": (404,),
            f"/es/{raw}/": (404,),
            f"/{raw}": (302, 404),
        }.items():
            response = client.get(path)
            assert response.status_code in statuses, (path, response.exc_info)
