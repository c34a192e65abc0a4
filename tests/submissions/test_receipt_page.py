from html import unescape

from django.test import Client

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
