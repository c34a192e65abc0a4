"""Choices, dates and help on the search page, and the part of it that its script asks for."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from consult.submissions.actions import change_status
from consult.submissions.enums import Status
from tests.factories import comment_on
from tests.search.asking import found, search, text

pytestmark = pytest.mark.django_db


def test_what_is_chosen_can_be_taken_away_one_by_one(client, talk):
    response = search(
        client, "en", q="digital", theme=["equity", "digital-divide"], since="2020-01-31", page=1
    )
    html = " ".join(response.content.decode().split())
    chips = {
        " ".join(unescape(re.sub("<[^>]*>", "", words)).split()): unescape(address)
        for address, words in re.findall(r'<li> ?<a href="([^"]*)">(.*?)</a> ?</li>', html)
    }
    assert chips["From: January 31, 2020 ×(remove)"] == (
        "?q=digital&theme=digital-divide&theme=equity"
    )
    rest = "?q=digital&theme=digital-divide&since=2020-01-31"
    assert rest in chips.values()
    shown = client.get(f"/en/search/{rest}").content.decode()
    assert 'value="digital-divide" checked' in shown
    assert 'value="equity" checked' not in shown
    assert 'value="2020-01-31"' in shown


def test_a_search_is_kept_within_a_draft_and_leads_out_again(client, talk, draft):
    for address, field in (
        (draft.url, '<input type="hidden" name="draft" value="ia-trabajo/formacion">'),
        ("/es/groups/ia-trabajo/", '<input type="hidden" name="group" value="ia-trabajo">'),
        ("/es/themes/equity/", '<input type="hidden" name="theme" value="equity">'),
    ):
        html = client.get(address).content.decode()
        assert field in html.partition('action="/es/search/"')[2].partition("</form>")[0]
    response = search(client, "en", q="digital", draft="ia-trabajo/formacion", stance="oppose")
    assert "In the draft Draft formacion Search everywhere" in text(response)
    assert 'href="?q=digital&amp;stance=oppose">Search everywhere' in response.content.decode()


def test_dates_are_whole_days_of_the_sites_zone(client, draft, settings):
    assert settings.TIME_ZONE == "America/Mexico_City"
    late = comment_on(draft, "xilófono tardío", status=Status.PUBLISHED)
    # Six hours behind Greenwich, this is the last minute of 31 March.
    late.submission.received_at = datetime(2026, 4, 1, 5, 59, tzinfo=UTC)
    late.submission.save()
    change_status([late], Status.HIDDEN)
    change_status([late], Status.PUBLISHED)

    def count(**dates: str) -> int:
        return len(found(search(client, q="xilófono", **dates)))

    assert count(since="2026-03-31", until="2026-03-31") == 1
    assert count(since="2026-04-01") == 0
    assert count(until="2026-03-30") == 0
    assert count(since="", until="") == 1
    assert count(year="2026") == 1


def test_dates_that_make_no_sense_are_said_and_nothing_is_lost(client, talk):
    sensible = found(search(client, "en", q="digital"))
    for typed in ("yesterday", "2026-02-30", "20260331", "9999-12-31", "0000-01-01", "²" * 9):
        response = search(client, "en", q="digital", since=typed, stance="oppose")
        assert f"“{typed}” is not a date" in text(response)
        assert len(found(response)) == 1
    response = search(client, "en", q="digital", since="2026-03-02", until="2026-03-01")
    assert "The last day, 2026-03-01, is before the first, 2026-03-02" in text(response)
    assert found(response) == sensible
    assert 'value="2026-03-02"' in response.content.decode()
    assert 'value="2026-03-01"' in response.content.decode()


def test_no_hits_name_the_choice_that_prevents_them(client, talk):
    response = search(
        client, "en", q="digital divide", type="comment", stance="oppose", theme="digital-divide"
    )
    ways = {
        " ".join(words.split()): unescape(address)
        for address, words in re.findall(
            r'<a href="([^"]*)">(Without [^<]*)</a>', response.content.decode()
        )
    }
    assert ways == {
        "Without “Theme: Digital divide” there is 1 result": (
            "?q=digital+divide&type=comment&stance=oppose"
        ),
        "Without “Stance: oppose” there is 1 result": (
            "?q=digital+divide&type=comment&theme=digital-divide"
        ),
    }
    for address in ways.values():
        assert len(found(client.get(f"/en/search/{address}"))) == 1


def test_words_that_are_nowhere_are_told_from_those_that_are_somewhere(client, talk):
    response = search(client, "en", q="técnica helicópteros", type="comment")
    assert "Each word alone: técnica (1)" in text(response)
    assert "Not found: “helicópteros”" in text(response)
    # "la" says nothing, though only in Spanish.
    response = search(client, q="la técnica helicópteros", type="comment")
    assert "Cada palabra por separado: técnica (1)" in text(response)
    response = search(client, "en", q='"técnica educación"', type="comment")
    assert "Each word alone: técnica (1), educación (1)" in text(response)


def test_no_hits_name_themes_with_a_name_like_that(client, site):
    html = search(client, "en", q="equitty", type="comment").content.decode()
    assert '<a href="/en/themes/equity/">' in html


def test_what_was_meant_is_offered(client, talk):
    response = search(client, "en", q="educasión", type="comment", sort="newest")
    assert "Did you mean educación" in text(response)
    address = "?q=educaci%C3%B3n&amp;type=comment&amp;sort=newest"
    assert f'<a href="{address}">educación</a>' in response.content.decode()


def test_what_is_being_typed_is_completed(client, talk):
    response = search(client, q="la educ", unfinished="1", part="1")
    assert '<option value="la educación"></option>' in response.content.decode()
    assert f"/es/comments/{talk['es'].pk}/" in found(response)
    assert 'data-address="/es/search/?q=la+educ"' in response.content.decode()


def test_a_field_word_becomes_a_choice_that_can_be_taken_away(client, talk):
    html = search(client, q="brecha tema:equidad").content.decode()
    assert 'name="theme" value="equity" checked' in html
    assert 'name="q" value="brecha"' in html
    assert '<a href="?q=brecha">' in html
    typing = search(client, q="brecha tema:equidad", unfinished="1").content.decode()
    assert 'value="equity" checked' not in typing
    assert 'value="brecha tema:equidad"' in typing


def test_a_part_of_the_page_is_what_the_whole_page_has(client, talk):
    whole, part = (search(client, q="educacion", **more) for more in ({}, {"part": "1"}))
    assert found(part) == found(whole) != []
    assert "<header" not in part.content.decode()
    assert "part=1" not in part.content.decode()
    assert 'data-address="/es/search/?q=educacion"' in part.content.decode()
    assert len(part.content) < len(whole.content) - 2_000


def test_only_the_page_without_a_search_is_for_search_engines(client, talk):
    bare, asked = (
        client.get(f"/es/search/{query}").content.decode() for query in ("", "?q=sierra")
    )
    assert '<link rel="canonical" href="http://testserver/es/search/">' in bare
    assert "noindex" not in bare
    assert "canonical" not in asked
    assert '<meta name="robots" content="noindex">' in asked


def test_an_address_says_the_same_in_one_order(client, talk):
    asked = "/es/search/?page=1&sort=&since=&theme=equity&stance=oppose&q=+digital+&theme=&x=1"
    html = client.get(asked).content.decode()
    canonical = "/es/search/?q=digital&amp;theme=equity&amp;stance=oppose"
    assert f'data-address="{canonical}"' in html


def test_a_page_repeats_only_so_many_values_that_people_type(client, talk):
    states = [f"Estado {number}" for number in range(300)]
    response = search(client, "en", q="digital", state=states)
    assert "“state” may have at most 40 values." in text(response)
    html = response.content.decode()
    assert 'value="Estado 39" checked' in html
    assert "Estado 40" not in html
