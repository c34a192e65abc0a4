"""What everybody reads of campaigns: what a person confirmed, of public comments only."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from consult.moderation.actions import decide
from consult.moderation.campaigns import actions
from consult.moderation.models import Campaign
from consult.submissions.actions import withdraw
from consult.submissions.models import Comment
from tests.factories import comment_on
from tests.moderation.test_campaigns_arrival import campaign_of, group_all
from tests.moderation.test_campaigns_grouping import LETTER, OTHER, OWN
from working_groups.models import DraftPage

pytestmark = pytest.mark.django_db
SAME = "1 de 3 con el mismo texto"
DRAFT = "/es/groups/ia-trabajo/formacion/"


@pytest.fixture
def letters(draft: DraftPage) -> list[Comment]:
    """Three public comments of one campaign, one with words of its own; and two that are not public."""
    public = [
        comment_on(draft, text, status="published") for text in (LETTER, f"{LETTER} {OWN}", LETTER)
    ]
    hidden = [comment_on(draft, f"{LETTER} Secreto {n}.") for n in ("uno", "dos")]
    comment_on(draft, OTHER, status="published")
    group_all()
    return [*public, *hidden]


@pytest.fixture
def campaign(letters: list[Comment]) -> Campaign:
    found = campaign_of(letters[0])
    assert found is not None
    return found


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_nothing_is_said_before_a_chair_confirms(
    client: Client, campaign: Campaign, letters: list[Comment]
) -> None:
    assert "con el mismo texto" not in read(client, f"{DRAFT}comments/")
    assert "con el mismo texto" not in read(client, f"/es/comments/{letters[0].pk}/")
    assert client.get(f"{DRAFT}campaigns/{campaign.pk}/").status_code == 404
    assert str(campaign) not in read(client, f"{DRAFT}campaigns/")


def test_a_confirmed_campaign_is_counted_by_its_public_comments(
    client: Client, chair: User, campaign: Campaign, letters: list[Comment]
) -> None:
    actions.confirm(campaign.pk, by=chair)
    listed = read(client, f"{DRAFT}comments/")
    assert listed.count(SAME) == 3
    assert f"{DRAFT}campaigns/{campaign.pk}/" in listed
    assert SAME in read(client, f"/es/comments/{letters[1].pk}/")
    assert "3 comentarios" in read(client, f"{DRAFT}campaigns/")


def test_its_page_shows_what_each_added_and_nothing_that_is_not_public(
    client: Client, chair: User, campaign: Campaign, letters: list[Comment]
) -> None:
    actions.confirm(campaign.pk, by=chair)
    page = read(client, f"{DRAFT}campaigns/{campaign.pk}/")
    assert "<ins>" in page
    assert OWN[:20] in page
    assert "Secreto" not in page
    assert page.count("Las mismas palabras.") == 2
    for pending in letters[3:]:
        assert f"/comments/{pending.pk}/" not in page


def test_an_exemplar_that_is_not_public_is_not_shown(
    client: Client, chair: User, campaign: Campaign, letters: list[Comment]
) -> None:
    actions.confirm(campaign.pk, by=chair)
    actions.choose_exemplar(campaign.pk, letters[3].pk, by=chair)
    page = read(client, f"{DRAFT}campaigns/{campaign.pk}/")
    assert "Secreto" not in page
    assert LETTER[:40] in page


def test_the_count_follows_what_becomes_of_the_comments(
    client: Client, chair: User, campaign: Campaign, letters: list[Comment]
) -> None:
    actions.confirm(campaign.pk, by=chair)
    withdraw([letters[2].pk], now=timezone.now())
    assert "1 de 2 con el mismo texto" in read(client, f"/es/comments/{letters[0].pk}/")
    decide({letters[1].pk: "published"}, "hidden", by=chair, reason_code="spam")
    # One alone is no campaign.
    assert "con el mismo texto" not in read(client, f"/es/comments/{letters[0].pk}/")
    assert client.get(f"{DRAFT}campaigns/{campaign.pk}/").status_code == 404
    assert letters[0] == Comment.objects.get(pk=letters[0].pk)


def test_the_list_of_comments_can_be_narrowed_to_a_campaign(
    client: Client, chair: User, campaign: Campaign, letters: list[Comment]
) -> None:
    address = f"{DRAFT}comments/?campaign={campaign.pk}"
    refused = f"“{campaign.pk}”"
    # Not before it is confirmed.
    assert refused in read(client, address)
    actions.confirm(campaign.pk, by=chair)
    page = read(client, address)
    assert refused not in page
    assert OTHER[:40] not in page
    assert page.count('<article class="comment"') == 3
    assert f'name="campaign" value="{campaign.pk}"' in read(client, f"{address}&stance=support")
    for nonsense in ("x", "0", "9" * 40):
        page = read(client, f"{DRAFT}comments/?campaign={nonsense}")
        assert f"“{nonsense}”" in page
        assert OTHER[:40] in page


def test_a_dissolved_campaign_is_gone(client: Client, chair: User, campaign: Campaign) -> None:
    actions.confirm(campaign.pk, by=chair)
    actions.dissolve(campaign.pk, by=chair)
    assert "con el mismo texto" not in read(client, f"{DRAFT}comments/")


def test_a_campaign_is_not_under_another_draft(
    client: Client, chair: User, campaign: Campaign, other_draft: DraftPage
) -> None:
    actions.confirm(campaign.pk, by=chair)
    address = f"/es/groups/infraestructura-digital/conectividad/campaigns/{campaign.pk}/"
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "language, words",
    [("es", "Cada comentario publicado cuenta"), ("en", "Each published comment counts")],
)
def test_the_rule_is_published_in_both_languages(
    client: Client, draft: DraftPage, language: str, words: str
) -> None:
    page = read(client, f"/{language}/groups/ia-trabajo/formacion/campaigns/")
    assert words in page
    # The figures are those the program uses.
    assert "60 %" in page.replace("\xa0", " ")


def test_markup_in_a_campaign_is_text(client: Client, chair: User, draft: DraftPage) -> None:
    for added in ("", " <script>alert(1)</script>", " <b onclick=x>hola</b>"):
        comment_on(draft, LETTER + added, status="published")
    group_all()
    actions.confirm(Campaign.objects.get().pk, by=chair)
    page = read(client, f"{DRAFT}campaigns/{Campaign.objects.get().pk}/")
    assert "<script>alert" not in page
    assert "<b onclick" not in page
    assert "&lt;script&gt;" in page or "&lt;" in page
