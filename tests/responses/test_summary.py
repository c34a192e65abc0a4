"""The summary: written by the group's chairs, resting on comments that the public can read."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text
from wagtail.users.models import UserProfile

from consult.responses.models import SummaryPage, ThemeSummary
from consult.submissions.actions import NewAnswer, change_status
from consult.submissions.models import Comment
from consult.themes.models import Theme
from tests.factories import comment_on, submit
from working_groups.enums import Phase
from working_groups.models import DraftPage, Question, QuestionOption


@pytest.fixture
def comment(draft: DraftPage) -> Comment:
    return comment_on(draft, "Hace falta en la sierra.", status="published", themes=("equity",))


def posted(numbers: str = "", **fields: Any) -> dict[str, Any]:
    theme = {
        "theme": Theme.objects.get(slug="equity").pk,
        "text_es": rich_text("<p>Se pidió atender la sierra.</p>"),
        "text_en": rich_text("<p>Attention to the mountains was asked for.</p>"),
        "comment_numbers": numbers,
    }
    return nested_form_data(
        {
            "heading_es": "Síntesis",
            "heading_en": "Summary",
            **{
                f"{name}_{code}": rich_text("")
                for name in ("body", "changes")
                for code in ("es", "en")
            },
            "theme_summaries": inline_formset([theme]),
            "action-publish": "publish",
            **fields,
        }
    )


def write(client: Client, draft: DraftPage, numbers: str = "", **fields: Any) -> Any:
    address = reverse("wagtailadmin_pages:add", args=["responses", "summarypage", draft.pk])
    return client.post(address, posted(numbers, **fields))


def publish(draft: DraftPage, *numbers: int, **fields: Any) -> SummaryPage:
    page = SummaryPage(heading_es="Síntesis", heading_en="Summary", **fields)
    page.theme_summaries = [
        ThemeSummary(
            theme=Theme.objects.get(slug="equity"),
            text_es="<p>Se pidió.</p>",
            text_en="<p>It was asked.</p>",
            comment_numbers=list(numbers),
        )
    ]
    draft.add_child(instance=page)
    page.save_revision().publish()
    return page


def complaint(response: Any) -> list[str]:
    [form] = response.context["form"].formsets["theme_summaries"].forms
    return form.errors.get("comment_numbers", [])


def test_a_chair_writes_it_and_it_stands_at_its_fixed_address(
    client: Client, chair: User, draft: DraftPage, comment: Comment
) -> None:
    client.force_login(chair)

    write(client, draft, f"{comment.number}, {comment.number}", slug="otra-cosa")

    page = SummaryPage.objects.get()
    assert page.live
    assert page.theme_summaries.get().comment_numbers == [comment.number]
    assert page.url_path.endswith("/groups/ia-trabajo/formacion/summary/")
    assert client.get("/es/groups/ia-trabajo/formacion/summary/").status_code == 200


def test_the_chair_of_another_group_cannot_write_it(
    client: Client, other_chair: User, draft: DraftPage, comment: Comment
) -> None:
    client.force_login(other_chair)

    write(client, draft, str(comment.number))

    assert not SummaryPage.objects.exists()


def test_a_draft_has_one_summary(client: Client, chair: User, draft: DraftPage) -> None:
    publish(draft)
    client.force_login(chair)

    write(client, draft)

    assert SummaryPage.objects.count() == 1


def test_the_numbers_can_be_corrected_and_emptied(
    client: Client, chair: User, draft: DraftPage, comment: Comment
) -> None:
    page = publish(draft, comment.number)
    row = page.theme_summaries.get()
    client.force_login(chair)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert f'value="{comment.number}"' in client.get(address).content.decode()

    data = posted("")
    data |= {"theme_summaries-INITIAL_FORMS": "1", "theme_summaries-0-id": str(row.pk)}
    client.post(address, data)

    assert ThemeSummary.objects.get(pk=row.pk).comment_numbers == []


def test_numbers_that_the_public_cannot_read_here_are_named(
    client: Client, chair: User, draft: DraftPage, other_draft: DraftPage, comment: Comment
) -> None:
    pending = comment_on(draft, "En espera", status="pending")
    elsewhere = comment_on(other_draft, "Ajeno", status="published")
    wanted = [comment.number, pending.number, elsewhere.number, 999_999_999_999_999_999]
    UserProfile.objects.create(user=chair, preferred_language="en")
    client.force_login(chair)

    response = write(client, draft, ", ".join(map(str, wanted)))

    bad = ", ".join(map(str, wanted[1:]))
    page = response.content.decode()
    assert f"These are not published comments of this draft: {bad}." in page
    assert f'value="{", ".join(map(str, wanted))}"' in page
    assert not SummaryPage.objects.exists()


@pytest.mark.parametrize("nonsense", ["doce", "-3", "1.5", "²", "12/45", "9" * 40, "<b>", "\x00"])
def test_what_is_no_number_is_named(
    client: Client, chair: User, draft: DraftPage, comment: Comment, nonsense: str
) -> None:
    client.force_login(chair)

    response = write(client, draft, f"{comment.number}; {nonsense}")

    [message] = complaint(response)
    assert nonsense in message
    assert not SummaryPage.objects.exists()


@pytest.mark.parametrize("lang, heading", [("es", "Síntesis"), ("en", "Summary")])
def test_the_editor_sees_it_beforehand_in_each_language(
    client: Client, chair: User, draft: DraftPage, comment: Comment, lang: str, heading: str
) -> None:
    client.force_login(chair)
    address = reverse(
        "wagtailadmin_pages:preview_on_add", args=["responses", "summarypage", draft.pk]
    )

    assert client.post(address, posted(str(comment.number))).json()["is_valid"]
    page = client.get(address, {"mode": lang}).content.decode()

    assert f'<html lang="{lang}"' in page
    assert f"<h1>{heading}</h1>" in page
    assert f'href="/{lang}/comments/{comment.number}/"' in page


def test_a_published_summary_answers_the_draft_once_it_has_closed(draft: DraftPage) -> None:
    publish(draft)
    closed = DraftPage.objects.with_standing().get(pk=draft.pk)
    assert (
        closed.phase(now=draft.closes_at.replace(year=draft.closes_at.year + 1)) == Phase.RESPONDED
    )


def test_it_leads_only_to_comments_that_are_still_public(
    client: Client, draft: DraftPage, comment: Comment
) -> None:
    hidden = comment_on(draft, "Luego oculto", status="published")
    page = publish(draft, comment.number, hidden.number)
    change_status([hidden], "hidden")

    shown = client.get(f"/en{page.url[3:]}").content.decode()

    assert f"/en/comments/{comment.number}/" in shown
    assert f"/en/comments/{hidden.number}/" not in shown


def test_what_is_not_translated_is_said(client: Client, draft: DraftPage) -> None:
    question = Question.objects.get(page=draft, kind="agreement")
    Question.objects.filter(pk=question.pk).update(prompt_en="")
    page = publish(draft)

    shown = client.get(f"/en{page.url[3:]}").content.decode()

    assert f'<h3 id="question-{question.uid}"><span lang="es">' in shown
    assert "Not yet translated into English" in shown


def test_labels_of_options_are_text(client: Client, draft: DraftPage) -> None:
    question = Question.objects.get(page=draft, kind="choice")
    label = "<script>alert(1)</script>"
    QuestionOption.objects.filter(question=question, key="a").update(label_es=label)
    submit(draft, answers=(NewAnswer(question.uid, ["a"]),))
    page = publish(draft)

    shown = client.get(page.url).content.decode()

    assert label not in shown
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3


def test_as_many_queries_for_a_small_summary_as_for_a_large_one(
    client: Client, draft: DraftPage, comment: Comment, django_assert_max_num_queries: Any
) -> None:
    page = publish(draft, comment.number)
    client.get(page.url)
    with django_assert_max_num_queries(19) as small:
        client.get(page.url)
    for number in range(5):
        comment_on(draft, f"Otro {number}", status="published", themes=("ethics",))
    for theme in Theme.objects.exclude(slug="equity")[:5]:
        ThemeSummary.objects.create(
            page=page, theme=theme, text_es="<p>Más.</p>", comment_numbers=[comment.number]
        )
    with django_assert_max_num_queries(19) as large:
        client.get(page.url)
    assert len(large) == len(small)
