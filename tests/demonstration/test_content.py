"""What the demonstration shows: versions, translations, notes, references, tables, a glossary."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.db.models import Min
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from consult.common import languages, markup
from consult.common.texts import plain
from consult.demonstration.loading import FLAGSHIP
from consult.submissions.models import Comment
from tests.demonstration.test_seed_demo import seed
from working_groups.enums import TranslationStatus, WindowChange
from working_groups.models import DraftPage, GlossaryTerm, Section, Version, VersionSection

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def demonstration(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration, loaded once, and taken back after the last test here."""
    with django_db_blocker.unblock(), override_settings(DEBUG=True), transaction.atomic():
        seed()
        yield
        transaction.set_rollback(True)


def by_heading(draft: str, number: int) -> dict[str, VersionSection]:
    """The sections of a version, by their Spanish headings, in order."""
    version = Version.objects.get(draft__slug=draft, number=number)
    return {section.heading_es: section for section in version.sections.all()}


def differing(draft: str, older: int) -> dict[str, set[str]]:
    """What the version after `older` made of the sections, in headings by kind of change."""
    one, two = by_heading(draft, older), by_heading(draft, older + 1)
    kept = [heading for heading in one if heading in two]
    assert all(one[heading].uid == two[heading].uid for heading in kept)
    stood = [heading for heading in two if heading in one]
    return {
        "added": two.keys() - one.keys(),
        "removed": one.keys() - two.keys(),
        "moved": {h for h in kept if kept.index(h) - stood.index(h) > 1},
        **{
            code: {
                heading
                for heading in kept
                if getattr(one[heading], f"digest_{code}")
                != getattr(two[heading], f"digest_{code}")
            }
            for code in languages.CODES
        },
    }


def test_the_versions_follow_one_another() -> None:
    numbers = Counter(Version.objects.values_list("draft__slug", flat=True))
    assert numbers == {
        FLAGSHIP: 2,
        "lenguas-indigenas-ia": 2,
        "conectividad-comunitaria": 1,
        "consejo-vigilancia-ia": 3,
    }
    for draft in DraftPage.objects.all():
        versions = list(draft.versions.order_by("number"))
        dates = [version.published_at for version in versions]
        assert dates == sorted(dates)
        assert dates[0] < draft.opens_at
        assert dates[-1] < timezone.now()
        assert all(version.change_note_es and version.change_note_en for version in versions)
        # Nobody comments on words that are not there yet, or that were replaced already.
        for version, end in zip(versions, [*dates[1:], timezone.now()], strict=True):
            for comment in version.comments.select_related("submission"):
                assert version.published_at < comment.submission.received_at < end
    during, after = Version.objects.filter(
        draft__slug="consejo-vigilancia-ia", number__gt=1
    ).order_by("number")
    assert during.draft.opens_at < during.published_at < during.draft.closes_at
    assert during.draft.closes_at < after.published_at


def test_the_flagship_was_changed_by_what_people_said(client: Client) -> None:
    address = f"/es/groups/ia-trabajo/{FLAGSHIP}/versions/1...2/"
    page = BeautifulSoup(client.get(address).content, "html.parser")
    assert "en sesiones de al menos dos horas" in " ".join(i.text for i in page.select("ins"))
    changes = differing(FLAGSHIP, 1)
    reworded = {
        "Horas de formación pagadas",
        "Contenidos y niveles",
        "Aviso previo a la automatización",
        "Consejo de vigilancia",
        "Indicadores y evaluación",
    }
    assert changes == {
        "added": {"Comité conjunto permanente"},
        "removed": {"Permanencia después de la formación"},
        "moved": {"Personas servidoras públicas"},
        "es": reworded,
        # The translation alone was mended.
        "en": reworded | {"Objeto y alcance"},
    }
    public = Comment.objects.public().filter(version__draft__slug=FLAGSHIP)
    halves = Counter(public.values_list("version__number", flat=True))
    assert halves[1] >= 20
    assert halves[2] >= 10
    removed = public.filter(section__heading_es__in=changes["removed"])
    assert {comment.language for comment in removed} == {"es", "en"}
    for heading in reworded | changes["moved"]:
        assert public.filter(version__number=1, section__heading_es=heading).exists(), heading
    # What a respondent proposed stands in the text now.
    hours = by_heading(FLAGSHIP, 2)["Horas de formación pagadas"]
    proposed = public.filter(section__uid=hours.uid).aggregate(first=Min("pk"))["first"]
    assert "sesiones de al menos dos horas" in Comment.objects.get(pk=proposed).proposed_text
    assert "sesiones de al menos dos horas" in hours.body_es


def test_the_council_was_answered_in_a_last_version() -> None:
    assert differing("consejo-vigilancia-ia", 1) == {
        "added": set(),
        "removed": set(),
        "moved": set(),
        "es": {"Naturaleza e independencia", "Facultades", "Registro de sistemas en el trabajo"},
        "en": {"Naturaleza e independencia", "Facultades", "Registro de sistemas en el trabajo"},
    }
    last = differing("consejo-vigilancia-ia", 2)
    assert last["added"] == {"Lo que el Consejo no puede hacer"}
    assert last["es"] == last["en"]
    assert len(last["es"]) == 8


def test_each_translation_status_can_be_seen() -> None:
    statuses = {
        draft.slug: Counter(section.translation_status for section in draft.sections.all())
        for draft in DraftPage.objects.all()
    }
    assert statuses["lenguas-indigenas-ia"] == {
        TranslationStatus.REVIEWED: 4,
        TranslationStatus.STALE: 1,
        TranslationStatus.DRAFT: 1,
        TranslationStatus.MISSING: 1,
    }
    assert statuses[FLAGSHIP] == {TranslationStatus.REVIEWED: 26, TranslationStatus.DRAFT: 1}
    for slug in ("conectividad-comunitaria", "consejo-vigilancia-ia"):
        assert set(statuses[slug]) == {TranslationStatus.REVIEWED}
    assert {draft.translation_status for draft in DraftPage.objects.all()} == {
        TranslationStatus.REVIEWED
    }
    assert Section.objects.get(source_language="en").heading_en == "Standing joint committee"


def test_every_reference_leads_somewhere(client: Client) -> None:
    """On the page of each draft, and of each version, in both languages."""
    notes, references = 0, 0
    for draft in DraftPage.objects.all():
        path = f"groups/{draft.group.slug}/{draft.slug}/"
        places = [path, *(f"{path}versions/{v.number}/" for v in draft.versions.all())]
        for address in (f"/{code}/{place}" for code in languages.CODES for place in places):
            page = BeautifulSoup(client.get(address).content, "html.parser")
            for link in page.select(".text a[href]"):
                target, fragment = urldefrag(link["href"])
                if target:
                    assert client.get(target).status_code == 200, (address, target)
                else:
                    assert page.find(id=fragment), (address, link)
            notes += len(page.select(".text a[role=doc-noteref]"))
            references += len(page.select(".text a.reference"))
    assert notes
    assert references
    for section in VersionSection.objects.select_related("version"):
        numbers = {str(s.uid): s.number for s in section.version.sections.all()}
        for node in markup.walk(markup.parse(section.body_es)):
            if node.refers_to:
                assert node.children == [numbers[node.refers_to]]


def shape(html: str) -> list[str]:
    """The elements of `html` that both languages share."""
    shared = {"p", "ul", "ol", "li", "table", "caption", "tr", "th", "td", "small", "a"}
    return [node.tag for node in markup.walk(markup.parse(html)) if node.tag in shared]


def test_both_languages_have_the_same_shape() -> None:
    tables, notes = 0, 0
    for section in VersionSection.objects.exclude(body_en=""):
        elements = shape(section.body_es)
        assert elements == shape(section.body_en), section
        tables += elements.count("table")
        notes += elements.count("small")
        if "table" in elements:
            assert elements.count("caption") == elements.count("table")
    # In versions 1 and 2 of the one draft, and in the last of the other.
    assert tables == 3
    assert notes >= 10


def test_no_text_is_in_the_wrong_language() -> None:
    for code in languages.CODES:
        other = languages.other(code)
        texts = [
            *VersionSection.objects.values_list(f"body_{code}", flat=True),
            *Version.objects.values_list(f"change_note_{code}", flat=True),
            *GlossaryTerm.objects.values_list(f"definition_{code}", flat=True),
            *DraftPage.objects.values_list(f"summary_{code}", flat=True),
        ]
        for text in filter(None, texts):
            assert languages.detect(plain(text), other) == code, text
    # Who writes in which language is told by the text, and the file agrees.
    for comment in Comment.objects.exclude(language="nah").select_related("submission"):
        assert comment.language == comment.submission.language, comment.body


def test_every_term_of_the_glossary_stands_in_a_draft() -> None:
    assert GlossaryTerm.objects.count() >= 14
    for code in languages.CODES:
        texts = "\n".join(VersionSection.objects.values_list(f"body_{code}", flat=True)).lower()
        for term in GlossaryTerm.objects.all():
            assert any(form.lower() in texts for form in term.forms_in(code)), (code, term)


def test_the_flagship_was_given_more_time() -> None:
    draft = DraftPage.objects.get(slug=FLAGSHIP)
    first, second = draft.windows.order_by("pk")
    assert (first.change, second.change) == ("", WindowChange.EXTENDED)
    assert (second.closes_at - first.closes_at).days == 15
    assert second.closes_at == draft.closes_at
    assert second.note_es
    assert second.note_en
    assert draft.versions.get(number=2).published_at < second.set_at < timezone.now()
