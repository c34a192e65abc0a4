from django.test import Client

from consult.submissions.receipts import new_receipt
from tests.factories import submit
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
