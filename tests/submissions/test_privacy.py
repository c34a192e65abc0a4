"""The privacy notice: versions, each kept as it was agreed to, in both languages."""

import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text

from consult.pages.actions import set_up_site
from consult.pages.models import HomePage, PlainPage
from consult.submissions.models import PrivacyNotice, Submission
from consult.submissions.privacy import COLUMNS, TEXTS, current_notice
from tests.submissions.test_take_part import address, filled_in
from working_groups.models import DraftPage

ADMIN = reverse("privacy_notices")


def posted(seen: str, **changed: str) -> dict[str, str]:
    """The form of the next version, as the editor posts it."""
    bodies = {
        "body_es": rich_text("<p>El texto largo.</p>"),
        "body_en": rich_text("<p>The long text.</p>"),
    }
    return {name: f"Sobre {name}" for name in COLUMNS} | bodies | {"seen": seen} | changed


def test_every_site_begins_with_a_notice_that_both_languages_read(site: HomePage, client) -> None:
    for code, words in (
        ("es", "Mientras la consulta esté abierta"),
        ("en", "While the consultation is"),
    ):
        html = client.get(f"/{code}/privacy/").content.decode()
        assert words in html
        assert "{contact}" not in html
        assert "{retention_days}" not in html
        assert f"/{code}/data-rights/" in html
    notice = current_notice()
    assert notice is not None
    assert all(getattr(notice, name) for name in COLUMNS)
    assert "necessary" in TEXTS
    assert "voluntary" in TEXTS


def test_setting_up_again_adds_no_version(site: HomePage) -> None:
    before = list(PrivacyNotice.objects.values_list("pk", flat=True))
    set_up_site()
    assert list(PrivacyNotice.objects.values_list("pk", flat=True)) == before


def test_a_site_that_has_a_text_keeps_it_under_the_name_that_was_agreed_to(
    site: HomePage, draft: DraftPage, client: Client
) -> None:
    PrivacyNotice.objects.all()._raw_delete("default")
    client.post(address(draft), filled_in(draft))
    Submission.objects.update(privacy_notice_version="2026-11-01")
    PlainPage.objects.filter(slug="privacy").update(body_es="<p>Lo de antes.</p>", body_en="")
    set_up_site()
    notice = current_notice()
    assert notice is not None
    assert (notice.version, notice.body_es) == ("2026-11-01", "<p>Lo de antes.</p>")
    html = client.get("/en/privacy/").content.decode()
    assert "Not yet translated into English" in html
    assert "Lo de antes." in html


def test_consent_names_the_version_in_force_with_its_time(client: Client, draft: DraftPage) -> None:
    client.post(address(draft), filled_in(draft))
    submission = Submission.objects.get()
    assert submission.privacy_notice_version == current_notice().version
    assert submission.privacy_accepted_at == submission.received_at
    there = reverse("privacy_version", args=[submission.privacy_notice_version])
    assert there in client.get(f"/es/receipt/{submission.receipt}/").content.decode()
    assert client.get(there).status_code == 200


def test_staff_publish_the_next_version_and_the_earlier_stays(
    client: Client, site: HomePage, staff_user: User
) -> None:
    first = current_notice()
    with time_machine.travel("2027-02-03T12:00:00-06:00"):
        client.force_login(staff_user)
        form = client.get(ADMIN).content.decode()
        assert first.short_es in form
        assert "&quot;ariaLabel&quot;: &quot;" in form
        assert client.post(ADMIN, posted(first.version)).status_code == 302
        assert client.post(ADMIN, posted("2027-02-03")).status_code == 302
    assert [n.version for n in PrivacyNotice.objects.all()] == [
        "2027-02-03-2",
        "2027-02-03",
        first.version,
    ]
    public = Client()
    html = public.get("/en/privacy/").content.decode()
    assert "The long text." in html
    assert "Sobre short_en" in html
    old = public.get(f"/en/privacy/{first.version}/").content.decode()
    assert "This is an earlier version" in old
    assert "The long text." not in old
    assert public.get("/en/privacy/1999-01-01/").status_code == 404


def test_two_who_write_at_once(client: Client, site: HomePage, staff_user: User) -> None:
    first = current_notice()
    client.force_login(staff_user)
    client.post(ADMIN, posted(first.version))
    late = client.post(ADMIN, posted(first.version, short_es="Lo mío."))
    assert late.status_code == 409
    assert "Lo mío." in late.content.decode()
    assert PrivacyNotice.objects.count() == 2


def test_what_is_missing_is_said(client: Client, site: HomePage, staff_user: User) -> None:
    client.force_login(staff_user)
    response = client.post(ADMIN, posted(current_notice().version, voluntary_en=""))
    assert response.status_code == 422
    assert "Sobre short_en" in response.content.decode()
    assert PrivacyNotice.objects.count() == 1


def test_others_publish_none(client: Client, chair: User) -> None:
    client.force_login(chair)
    assert client.get(ADMIN).status_code in (302, 403)
    client.post(ADMIN, posted(current_notice().version))
    assert PrivacyNotice.objects.count() == 1


def test_its_page_leads_to_where_it_is_written(
    client: Client, site: HomePage, staff_user: User
) -> None:
    client.force_login(staff_user)
    page = PlainPage.objects.get(slug="privacy")
    response = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert response["Location"] == ADMIN
