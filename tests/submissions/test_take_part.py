from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from consult.submissions.models import Comment, LedgerEntry, Precaution, Submission
from tests.factories import make_draft
from working_groups.models import DraftPage

CONSENT = {"you-respondent_kind": "person", "you-privacy": "on", "you-publication": "on"}


def address(draft: DraftPage, lang: str = "es") -> str:
    return f"/{lang}/groups/{draft.group.slug}/{draft.slug}/take-part/"


def filled_in(draft: DraftPage, **fields: Any) -> dict[str, Any]:
    section = draft.current_version.sections.first()
    return {
        "token": "one",
        "version": "1",
        "block": ["0"],
        "comment-0-section": str(section.uid),
        "comment-0-stance": "support_with_changes",
        "comment-0-body": "Cuarenta horas no bastan.",
        **CONSENT,
        **fields,
    }


def errors_of(response: Any) -> list[str]:
    return [str(error.message) for error in response.context["errors"]]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_from_form_to_receipt(client: Client, draft: DraftPage, lang: str) -> None:
    question = draft.questions.first()
    data = filled_in(draft) | {
        f"answer-{question.uid}": "agree",
        "comment-0-themes": ["equity", "ethics"],
        "comment-0-links": "https://example.org/a\nhttps://example.org/b",
        "you-name": "Ana",
        "you-show_name": "on",
        "you-email": "ana@example.org",
    }
    response = client.post(address(draft, lang), data)
    submission = Submission.objects.get()
    assert response.status_code == 303
    assert response["Location"] == f"/{lang}/receipt/{submission.receipt}/"
    comment = submission.comments.get()
    assert (comment.body, comment.stance, comment.status, comment.language) == (
        "Cuarenta horas no bastan.",
        "support_with_changes",
        "pending",
        "es",
    )
    assert comment.section.number == "1"
    assert comment.links == ["https://example.org/a", "https://example.org/b"]
    assert {theme.slug for theme in comment.themes.all()} == {"equity", "ethics"}
    assert submission.answers.get().options == ["agree"]
    assert submission.privacy_accepted_at
    assert LedgerEntry.objects.get().submission == submission
    page = client.get(response["Location"])
    assert page.status_code == 200
    assert "Cuarenta horas no bastan." in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "ana@example.org" not in page.content.decode()


def test_the_section_of_the_address_is_chosen_and_shown(client: Client, draft: DraftPage) -> None:
    section = draft.current_version.sections.all()[1]
    html = client.get(f"{address(draft)}?section={section.uid}").content.decode()
    assert f'<option value="{section.uid}" selected>' in html
    assert "La brecha digital se atenderá primero en la sierra." in html


@pytest.mark.parametrize(
    "section", ["nonsense", "", "\x00", "00000000-0000-0000-0000-000000000000"]
)
def test_a_section_that_is_none_is_the_whole_draft(client: Client, draft, section: str) -> None:
    assert client.get(address(draft), {"section": section}).status_code == 200


def test_nothing_typed_is_lost_when_something_is_wrong(client: Client, draft: DraftPage) -> None:
    data = filled_in(draft, **{"comment-0-links": "ftp://x", "you-organisation": "La Unión"})
    del data["you-privacy"]
    response = client.post(address(draft), data)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Cuarenta horas no bastan." in html
    assert "ftp://x" in html
    assert 'value="La Unión"' in html
    assert '<a href="#id_you-privacy">' in html
    assert not Submission.objects.exists()


def test_only_kind_and_consent_are_required_about_you(client: Client, draft: DraftPage) -> None:
    response = client.post(address(draft), {"comment-0-body": "Hola a la mesa"})
    assert {error.anchor for error in response.context["errors"]} == {
        "id_you-respondent_kind_0",
        "id_you-privacy",
        "id_you-publication",
    }


def test_an_empty_form_is_told_what_to_write(client: Client, draft: DraftPage) -> None:
    response = client.post(address(draft), CONSENT)
    assert errors_of(response) == ["Escriba un comentario o responda una pregunta."]


def test_a_stance_alone_asks_for_words(client: Client, draft: DraftPage) -> None:
    response = client.post(address(draft), CONSENT | {"block": "0", "comment-0-stance": "oppose"})
    assert errors_of(response) == ["Diga en pocas palabras por qué."]


def test_an_answer_alone_is_a_submission(client: Client, draft: DraftPage) -> None:
    question = draft.questions.get(kind="choices")
    data = CONSENT | {f"answer-{question.uid}": ["a", "b"]}
    assert client.post(address(draft), data).status_code == 303
    assert Submission.objects.get().answers.get().options == ["a", "b"]


def test_several_sections_in_one_submission(client: Client, draft: DraftPage) -> None:
    data = filled_in(draft, block=["0", "3"]) | {"comment-3-body": "Y además, esto."}
    client.post(address(draft), data | {"confirmed": "1"})
    submission = Submission.objects.get()
    assert [c.body for c in submission.comments.order_by("sort_order")] == [
        "Cuarenta horas no bastan.",
        "Y además, esto.",
    ]
    assert submission.comments.get(sort_order=1).section is None


def sent_on(response: Any, button: str) -> dict[str, Any]:
    """What the page to check sends when `button` is pressed: its hidden fields."""
    fields = BeautifulSoup(response.content, "html.parser").select("main input[type=hidden]")
    data: dict[str, Any] = {button: "1"}
    for field in fields:
        data.setdefault(str(field["name"]), []).append(field["value"])
    return data


def test_more_than_one_comment_is_read_again_before_it_is_sent(
    client: Client, draft: DraftPage
) -> None:
    question = draft.questions.get(kind="choices")
    data = filled_in(draft, block=["0", "3"]) | {
        "comment-3-body": "Y además,\r\n<b>esto</b>.",
        f"answer-{question.uid}": ["a", "b"],
    }
    shown = client.post(address(draft), data)
    html = shown.content.decode()
    assert shown.status_code == 200
    assert not Submission.objects.exists()
    assert "Cuarenta horas no bastan." in html
    assert "&lt;b&gt;esto&lt;/b&gt;" in html
    assert "Una" in html
    changed = client.post(address(draft), sent_on(shown, "change"))
    assert [block["body"].value() for block in changed.context["form"].comments] == [
        "Cuarenta horas no bastan.",
        "Y además,\r\n<b>esto</b>.",
    ]
    confirmed = sent_on(shown, "confirmed")
    sent = [client.post(address(draft), confirmed)["Location"] for _twice in range(2)]
    assert sent[0] == sent[1]
    assert Comment.objects.count() == 2
    assert Submission.objects.get().answers.get().options == ["a", "b"]


def test_a_voluntary_purpose_is_agreed_to_apart(client: Client, draft: DraftPage) -> None:
    client.post(address(draft), filled_in(draft, **{"you-email": "ana@example.org"}))
    assert Submission.objects.get().voluntary_accepted_at is None
    data = filled_in(draft, token="two", **{"you-voluntary": "on"})
    refused = client.post(address(draft), data)
    assert [error.anchor for error in refused.context["errors"]] == ["id_you-email"]
    client.post(address(draft), data | {"you-email": "ana@example.org"})
    assert Submission.objects.latest("pk").voluntary_accepted_at


def test_a_comment_in_another_language_is_marked_as_its_author_says(
    client: Client, draft: DraftPage
) -> None:
    client.post(address(draft), filled_in(draft, **{"comment-0-language": "nah"}))
    assert Comment.objects.get().language == "nah"


def test_a_precaution_is_said_and_comments_wait(client: Client, group, chair) -> None:
    draft = make_draft(group, "abierta", moderation="after")
    Precaution.objects.create(
        draft=draft, reason="Una avalancha", begun_by=chair, begun_at=timezone.now()
    )
    html = client.get(address(draft, "en")).content.decode()
    assert "For the time being" in html
    assert "as soon as I send them" not in html
    client.post(address(draft), filled_in(draft))
    assert Comment.objects.get().status == "pending"


def test_adding_and_removing_a_block_keeps_the_rest(client: Client, draft: DraftPage) -> None:
    more = client.post(address(draft), filled_in(draft, add="1"))
    assert more.status_code == 200
    assert [block.place for block in more.context["form"].comments] == [0, 1]
    assert "Cuarenta horas no bastan." in more.content.decode()
    assert more.context["errors"] is None
    fewer = client.post(
        address(draft),
        filled_in(draft, block=["0", "1"], remove="0") | {"comment-1-body": "El segundo"},
    )
    assert [block.place for block in fewer.context["form"].comments] == [1]
    assert "El segundo" in fewer.content.decode()


def test_the_sections_own_text_is_no_proposal(client: Client, draft: DraftPage) -> None:
    section = draft.current_version.sections.first()
    shown = client.post(address(draft), filled_in(draft, show="0"))
    prefilled = shown.context["form"].comments[0]["proposed_text"].value()
    assert prefilled == "Toda persona recibirá formación en competencias digitales."
    client.post(address(draft), filled_in(draft, **{"comment-0-proposed_text": prefilled}))
    client.post(
        address(draft),
        filled_in(draft, token="two", **{"comment-0-proposed_text": prefilled + " Siempre."}),
    )
    assert [c.proposed_text for c in Comment.objects.filter(section=section)] == [
        "",
        prefilled + " Siempre.",
    ]


def test_sending_twice_stores_once(client: Client, draft: DraftPage) -> None:
    first = client.post(address(draft), filled_in(draft))
    second = client.post(address(draft), filled_in(draft))
    assert first["Location"] == second["Location"]
    assert Submission.objects.count() == 1


def test_another_text_under_the_same_token_is_another_submission(
    client: Client, draft: DraftPage
) -> None:
    client.post(address(draft), filled_in(draft))
    again = client.post(address(draft), filled_in(draft, **{"comment-0-body": "Y otra cosa."}))
    assert again.status_code == 303
    assert Submission.objects.count() == 2


def test_a_choice_sent_many_times_counts_once(client: Client, draft: DraftPage) -> None:
    question = draft.questions.get(kind="choices")
    data = filled_in(draft) | {
        f"answer-{question.uid}": ["a"] * 50,
        "comment-0-themes": ["equity", "equity"],
    }
    assert client.post(address(draft), data).status_code == 303
    assert Submission.objects.get().answers.get().options == ["a"]
    assert Comment.objects.get().themes.count() == 1


def test_too_many_comments_are_refused_without_drawing_them_all(
    client: Client, draft: DraftPage, settings: Any
) -> None:
    settings.COMMENTS_PER_SUBMISSION = 2
    response = client.post(address(draft), filled_in(draft, block=list(map(str, range(300)))))
    assert response.status_code == 422
    assert len(response.context["form"].comments) == 3
    more = client.post(address(draft), filled_in(draft, block=["0", "1"], add="1"))
    assert len(more.context["form"].comments) == 2


def test_the_comment_stands_on_the_version_that_was_read(client: Client, draft: DraftPage) -> None:
    sections = list(draft.sections.all())
    sections[0].body_es = "<p>Otra cosa.</p>"
    draft.sections = sections
    draft.save_revision().publish()
    client.post(address(draft), filled_in(draft))
    assert Comment.objects.get().section.version.number == 1


def test_the_last_second_counts_and_the_next_does_not(client: Client, group) -> None:
    closes_at = timezone.now().replace(microsecond=0) + timedelta(hours=1)
    draft = make_draft(group, "cierra", closes_at=closes_at)
    with time_machine.travel(closes_at + timedelta(milliseconds=999), tick=False):
        assert client.post(address(draft), filled_in(draft)).status_code == 303
    with time_machine.travel(closes_at + timedelta(seconds=1), tick=False):
        late = client.post(address(draft), filled_in(draft, token="two"))
    assert late.status_code == 409
    assert "Cuarenta horas no bastan." in late.content.decode()
    assert Submission.objects.count() == 1


def test_no_form_before_it_opens(client: Client, group) -> None:
    draft = make_draft(
        group,
        "pronto",
        opens_at=timezone.now() + timedelta(days=2),
        closes_at=timezone.now() + timedelta(days=9),
    )
    page = client.get(address(draft))
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()
    assert client.post(address(draft), filled_in(draft)).status_code == 409


def test_a_draft_never_published_has_no_form(client: Client, group) -> None:
    draft = make_draft(group, "secreto", publish=False)
    DraftPage.objects.filter(pk=draft.pk).update(live=False)
    assert client.get(address(draft)).status_code == 404


def test_too_long_is_said_and_kept(client: Client, draft: DraftPage, settings) -> None:
    body = "a" * 5001
    response = client.post(address(draft), filled_in(draft, **{"comment-0-body": body}))
    assert response.status_code == 422
    assert body in response.content.decode()
    assert "5001" in errors_of(response)[0].replace(" ", "").replace(",", "")


def test_texts_are_stored_as_typed(client: Client, draft: DraftPage) -> None:
    body = "  <b>no</b>\r\n\t«eso» \u202e؟ 🌵  "
    client.post(address(draft), filled_in(draft, **{"comment-0-body": body}))
    assert Comment.objects.get().body == body


def test_a_machine_in_the_trap_is_told(client: Client, draft: DraftPage) -> None:
    response = client.post(address(draft), filled_in(draft, **{"you-website": "https://x.example"}))
    assert response.status_code == 422
    assert not Submission.objects.exists()


def test_the_rate_is_limited_by_address(client: Client, draft: DraftPage, settings) -> None:
    settings.SUBMISSION_BURST, settings.SUBMISSIONS_PER_HOUR = 2, 2
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        codes = [
            client.post(address(draft), filled_in(draft, token=f"t{n}")).status_code
            for n in range(3)
        ]
        elsewhere = client.post(
            address(draft), filled_in(draft, token="t9"), REMOTE_ADDR="192.0.2.7"
        )
    assert codes == [303, 303, 429]
    assert elsewhere.status_code == 303
    with time_machine.travel(now + timedelta(minutes=31), tick=False):
        assert client.post(address(draft), filled_in(draft, token="t2")).status_code == 303


def test_zero_switches_the_rate_limit_off(client: Client, draft: DraftPage, settings) -> None:
    settings.SUBMISSION_BURST = 0
    for n in range(25):
        assert client.post(address(draft), filled_in(draft, token=f"t{n}")).status_code == 303


def test_moderation_afterwards_publishes_at_once(client: Client, group) -> None:
    draft = make_draft(group, "abierta", moderation="after")
    client.post(address(draft), filled_in(draft))
    assert Comment.objects.get().status == "published"


def test_a_draft_in_preparation_is_not_called_closed(client: Client, group) -> None:
    draft = make_draft(group, "en-preparacion", opens_at=None, closes_at=None)
    html = client.get(address(draft, "en")).content.decode()
    assert "The dates are not set yet" in html
    assert "closed for comments" not in html
    assert "<textarea" not in html


@pytest.mark.parametrize(("moderation", "at_once"), [("before", False), ("after", True)])
def test_the_words_say_when_comments_are_published(
    client: Client, group, moderation: str, at_once: bool
) -> None:
    draft = make_draft(group, "abierta", moderation=moderation)
    form = client.get(address(draft, "en")).content.decode()
    assert ("as soon as I send them" in form) is at_once
    assert ("once they have been reviewed" in form) is not at_once
    sent = client.post(address(draft, "en"), filled_in(draft), follow=True).content.decode()
    assert ("Your comments are published already." in sent) is at_once
    assert ("reads each comment and publishes it" in sent) is not at_once


def test_no_page_has_an_empty_description(client: Client, draft: DraftPage) -> None:
    for path in (address(draft), "/es/receipt/", "/es/ledger/", "/es/search/"):
        assert b'name="description"' not in client.get(path).content
    page = client.get(draft.url)
    assert b'<meta name="description" content="De qu\xc3\xa9 trata.">' in page.content


@pytest.mark.parametrize("path", ["comments/", "bilingual/", "versions/", "versions/1/"])
def test_pages_to_read_take_no_post(client: Client, draft: DraftPage, path: str) -> None:
    page = address(draft).replace("take-part/", path)
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 405
