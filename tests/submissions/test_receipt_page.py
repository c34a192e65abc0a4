from datetime import timedelta
from html import unescape

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consult.moderation.actions import decide
from consult.responses.models import SummaryPage
from consult.submissions.covering import Span
from consult.submissions.erasing import erase_originals
from consult.submissions.receipts import new_receipt
from tests.factories import comment_on, submit
from working_groups.models import DraftPage


def test_looking_up_leads_to_the_page(client: Client, draft: DraftPage) -> None:
    submission = submit(draft, "Faltan caminos.")
    typed = submission.receipt.lower().replace("-", " ")
    response = client.get("/es/receipt/", {"code": typed}, follow=True)
    assert response.redirect_chain == [(f"/es/receipt/{submission.receipt}/", 302)]
    assert "Faltan caminos." in response.content.decode()


def test_a_mistyped_code_is_explained(client: Client, db) -> None:
    response = client.get("/es/receipt/", {"code": "AC-0000"})
    assert response.status_code == 422
    assert 'value="AC-0000"' in response.content.decode()


def test_an_unknown_code_is_not_found(client: Client, db) -> None:
    assert client.get(f"/en/receipt/{new_receipt()}/").status_code == 404


def test_guessing_is_limited(client: Client, db, settings) -> None:
    settings.RECEIPT_LOOKUPS_PER_HOUR = 2
    codes = [client.get(f"/en/receipt/{new_receipt()}/").status_code for _ in range(3)]
    assert codes == [404, 404, 429]


def test_the_public_ledger_shows_digests_and_no_receipt(client: Client, draft: DraftPage) -> None:
    submission = submit(draft, "Faltan caminos.")
    html = client.get("/en/ledger/").content.decode()
    assert submission.received_entry().digest in html
    assert submission.receipt not in html
    assert "Faltan caminos." not in html


ABOUT = {
    "respondent_kind": "organisation",
    "name": "Ana <Ruiz>",
    "organisation": "Taller & Cía.",
    "on_behalf_of": "Los vecinos",
    "state": "Chihuahua",
    "email": "ana@example.org",
}


def test_all_that_was_sent_is_there_but_the_e_mail(client: Client, draft: DraftPage) -> None:
    comment = comment_on(draft, "Faltan <b>caminos</b>.", respondent=ABOUT)
    comment.kind, comment.reason, comment.links = "wording", "Porque sí.", ["https://example.org/"]
    comment.proposed_text = "Habrá caminos."
    comment.save()
    uid = draft.questions.get(kind="open").uid
    comment.submission.answers.create(question_uid=uid, text="Faltan <i>puentes</i> & más.")
    address = f"/en/receipt/{comment.submission.receipt}/"
    html = client.get(address).content.decode()
    file = client.get(f"{address}text/")
    for text in (unescape(html), file.content.decode()):
        for word in ("Faltan <b>caminos</b>.", "Porque sí.", "Habrá caminos.", "on the wording"):
            assert word.lower() in text.lower()
        for word in ("Ana <Ruiz>", "Taller & Cía.", "Los vecinos", "Chihuahua", "https://example"):
            assert word in text
        assert "Faltan <i>puentes</i> & más." in text
        assert "ana@example.org" not in text
    assert '<a href="https://example.org/" rel="nofollow ugc noopener">' in html
    assert f'href="{address}text/"' in html
    assert file["Content-Type"] == "text/plain; charset=utf-8"
    assert file["Content-Disposition"].startswith("attachment; ")
    assert "no-store" in file["Cache-Control"]
    assert "<span" not in file.content.decode()


def test_the_file_of_an_unknown_code_is_not_found(client: Client, db) -> None:
    assert client.get(f"/en/receipt/{new_receipt()}/text/").status_code == 404


def test_it_is_kept_by_nobody(client: Client, draft: DraftPage) -> None:
    receipt = f"/en/receipt/{submit(draft, 'Faltan caminos.').receipt}/"
    for name in ("", "text/", "data.json", "proof.json", "withdraw/"):
        response = client.get(receipt + name)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "same-origin"
    assert '<meta name="robots" content="noindex">' in client.get(receipt).content.decode()


def test_a_code_typed_another_way_leads_to_each_page(client: Client, draft: DraftPage) -> None:
    code = submit(draft, "Faltan caminos.").receipt
    for name in ("", "text/", "data.json", "withdraw/", "comments/9/"):
        response = client.get(f"/en/receipt/{code.lower()}/{name}")
        assert response["Location"] == f"/en/receipt/{code}/{name}"


def test_the_state_of_a_comment_its_reason_and_what_one_can_do(
    client: Client, draft: DraftPage, chair: User
) -> None:
    submission = submit(draft, "Faltan caminos.", "Faltan puentes.")
    refused, waiting = submission.comments.all()
    decide(
        {refused.pk: "pending"}, "rejected", by=chair, reason_code="off_topic", note="<b>No.</b>"
    )
    html = client.get(f"/en/receipt/{submission.receipt}/").content.decode()
    assert ">rejected<" in html
    assert "not about this draft" in html
    assert "&lt;b&gt;No.&lt;/b&gt;" in html
    assert f"comments/{refused.pk}/appeal/" in html
    assert f"comments/{waiting.pk}/appeal/" not in html
    for comment in (refused, waiting):
        assert f'comments/{comment.pk}/"' in html
        assert f"comments/{comment.pk}/withdraw/" in html
    assert "until" in html
    assert "Central Mexico time" in html


def test_covered_parts_are_shown_as_covered_with_the_reason(
    client: Client, draft: DraftPage, chair: User
) -> None:
    comment = comment_on(draft, "Llame a Ana al 656 123 4567.")
    spans = {"body": [Span(15, 27, "phone")]}
    decide(
        {comment.pk: "pending"},
        "redacted",
        by=chair,
        reason_code="personal_data",
        spans=spans,
    )
    receipt = f"/en/receipt/{comment.submission.receipt}/"
    html = client.get(receipt).content.decode()
    assert "656 123 4567" not in html
    assert "telephone number covered" in html
    assert "personal data of others" in html
    assert "656 123 4567" not in client.get(f"{receipt}text/").content.decode()


def test_the_answer_is_linked_once_it_is_published(client: Client, draft: DraftPage) -> None:
    receipt = f"/en/receipt/{submit(draft, 'Faltan caminos.').receipt}/"
    assert "summary/" not in client.get(receipt).content.decode()
    DraftPage.objects.filter(pk=draft.pk).update(closes_at=timezone.now() - timedelta(days=1))
    page = SummaryPage(slug="summary", heading_es="Síntesis")
    DraftPage.objects.get(pk=draft.pk).add_child(instance=page)
    page.save_revision().publish()
    assert f"{draft.get_url()}summary/".replace("/es/", "/en/") in (
        client.get(receipt).content.decode()
    )


def test_words_that_were_erased_are_said_to_be(client: Client, draft: DraftPage) -> None:
    comment = comment_on(draft, "Faltan caminos.", status="rejected")
    assert (
        "Erased on" not in client.get(f"/en/receipt/{comment.submission.receipt}/").content.decode()
    )
    erase_originals(comment.submission, now=timezone.now())
    html = client.get(f"/en/receipt/{comment.submission.receipt}/").content.decode()
    assert "Faltan caminos." not in html
    assert "Erased on" in html
    # Nothing to start from, but no failure.
    here = f"/en/receipt/{comment.submission.receipt}/comments/{comment.pk}/"
    assert client.get(here).status_code == 200


def test_ten_comments_take_as_many_queries_as_two(
    client: Client, draft: DraftPage, chair: User
) -> None:
    counts = []
    for bodies in (2, 10):
        submission = submit(draft, *[f"Comentario {n}" for n in range(bodies)])
        numbers = submission.comments.values_list("pk", flat=True)
        decide(dict.fromkeys(numbers, "pending"), "rejected", by=chair, reason_code="spam")
        here = f"/es/receipt/{submission.receipt}/"
        client.get(here)
        with CaptureQueriesContext(connection) as queries:
            client.get(here)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_no_session_is_begun_and_a_form_needs_its_own_cookie(
    client: Client, draft: DraftPage
) -> None:
    comment = comment_on(draft, "Faltan caminos.")
    receipt = f"/es/receipt/{comment.submission.receipt}/"
    client.get(receipt)
    assert set(client.cookies) <= {"csrftoken"}
    other_site = Client(enforce_csrf_checks=True)
    for name in ("mail/", "withdraw/", f"comments/{comment.pk}/"):
        answer = other_site.post(receipt + name, {"email": "x@example.org"})
        assert answer.status_code == 403
    comment.submission.refresh_from_db()
    assert comment.submission.email == ""
