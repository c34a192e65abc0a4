"""Whatever staff do to a draft in whatever order: versions stay, comments stand, uids are unique."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.factories import make_draft, make_group, submit
from working_groups.importing import import_draft
from working_groups.models import DraftPage, Section, Version
from working_groups.wording import stored_rows, wording_digest

WORDS = st.sampled_from(["formación", "sierra", "frontera", "empleo", "oficio", "taller"])
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(lambda words: f"<p>{' '.join(words)}</p>")
PLACES = st.integers(0, 30)


class Lives(RuleBasedStateMachine):
    """A draft in the hands of staff and of the public, undone after each life."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        # As they were when they were cut, or sent.
        self.versions: dict[int, tuple[str, list[dict[str, str]]]] = {}
        self.commented: dict[int, tuple[str, str]] = {}
        self.admin = Client()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.admin.force_login(User.objects.create_superuser("jefa"))
        self.group = make_group("mesa", "Mesa")
        self.draft = make_draft(self.group, "borrador")
        self.copies: list[DraftPage] = []
        self.imports = 0

    def edited(self) -> DraftPage:
        return DraftPage.objects.get(pk=self.draft.pk).get_latest_revision_as_object()

    def save(self, page: DraftPage, sections: list[Section]) -> None:
        for order, section in enumerate(sections):
            section.sort_order = order
        page.sections = sections
        page.save_revision()

    @rule(place=PLACES, text=TEXTS, language=st.sampled_from(["es", "en"]))
    def edit(self, place: int, text: str, language: str) -> None:
        page = self.edited()
        sections = list(page.sections.all())
        setattr(sections[place % len(sections)], f"body_{language}", text)
        self.save(page, sections)

    @rule(place=PLACES, text=TEXTS, level=st.integers(1, 3))
    def insert(self, place: int, text: str, level: int) -> None:
        page = self.edited()
        sections = list(page.sections.all())
        new = Section(level=level, heading_es="Nuevo", body_es=text)
        sections.insert(place % (len(sections) + 1), new)
        self.save(page, sections)

    @rule(place=PLACES, to=PLACES, level=st.integers(1, 3))
    def move(self, place: int, to: int, level: int) -> None:
        page = self.edited()
        sections = list(page.sections.all())
        section = sections.pop(place % len(sections))
        section.level = level
        sections.insert(to % (len(sections) + 1), section)
        self.save(page, sections)

    @rule(place=PLACES)
    def remove(self, place: int) -> None:
        page = self.edited()
        sections = list(page.sections.all())
        if len(sections) > 1:
            del sections[place % len(sections)]
            self.save(page, sections)

    @rule(place=PLACES, to=PLACES)
    def refer(self, place: int, to: int) -> None:
        page = self.edited()
        sections = list(page.sections.all())
        uid = sections[to % len(sections)].uid
        section = sections[place % len(sections)]
        section.body_es = f'<p>Véase <a linktype="section" uid="{uid}">9</a></p>'
        self.save(page, sections)

    @rule()
    def publish(self) -> None:
        page = DraftPage.objects.get(pk=self.draft.pk)
        page.get_latest_revision().publish()

    @rule()
    def unpublish(self) -> None:
        DraftPage.objects.get(pk=self.draft.pk).unpublish()

    @rule(place=PLACES, text=TEXTS)
    def comment(self, place: int, text: str) -> None:
        draft = DraftPage.objects.get(pk=self.draft.pk)
        if not draft.live:
            return
        section = place % draft.current_version.sections.count()
        comment = submit(draft, text, section=section).comments.get()
        self.commented[comment.pk] = (comment.section.heading_es, comment.section.body_es)

    @rule(keep=st.lists(PLACES, min_size=1, max_size=4), text=TEXTS, publish=st.booleans())
    def take_in(self, keep: list[int], text: str, publish: bool) -> None:
        sections = list(self.edited().sections.all())
        kept = dict.fromkeys(place % len(sections) for place in keep)
        entries: list[dict[str, Any]] = [
            {"key": f"k{place}", "uid": str(sections[place].uid), "body": {"es": text}}
            for place in kept
        ]
        # A name of its own each time: a section that has it already would be continued.
        self.imports += 1
        entries.append({"key": f"n{self.imports}", "heading": {"es": "De la importación"}})
        content = {"slug": "borrador", "title": {"es": "Borrador"}, "sections": entries}
        import_draft(content, "mesa", publish=publish)

    @rule(number=st.integers(0, 99))
    def copy(self, number: int) -> None:
        slug = f"copia-{len(self.copies)}-{number}"
        response = self.admin.post(
            reverse("wagtailadmin_pages:copy", args=[self.draft.pk]),
            {
                "new_title": "Copia",
                "new_slug": slug,
                "new_parent_page": self.group.pk,
                "copy_subpages": "",
            },
        )
        assert response.status_code == 302
        self.copies.append(DraftPage.objects.get(slug=slug))

    @rule()
    def purge(self) -> None:
        call_command("purge_revisions", verbosity=0)

    @invariant()
    def versions_never_change(self) -> None:
        for version in Version.objects.filter(draft=self.draft):
            rows = stored_rows(version.sections.all())
            assert wording_digest(rows) == version.digest
            assert self.versions.setdefault(version.pk, (version.digest, rows)) == (
                version.digest,
                rows,
            )
        assert len(self.versions) == Version.objects.filter(draft=self.draft).count()

    @invariant()
    def comments_stand_on_the_words_they_were_made_on(self) -> None:
        for submission in self.draft.submissions.all():
            for comment in submission.comments.all():
                assert comment.section.version_id == comment.version_id
                assert self.commented[comment.pk] == (
                    comment.section.heading_es,
                    comment.section.body_es,
                )

    @invariant()
    def uids_are_unique_in_a_draft_and_not_shared_with_its_copies(self) -> None:
        seen: set[str] = set()
        for draft in [self.draft, *self.copies]:
            page = DraftPage.objects.get(pk=draft.pk)
            live = [str(section.uid) for section in page.sections.all()]
            edited = [str(s.uid) for s in page.get_latest_revision_as_object().sections.all()]
            for uids in (live, edited):
                assert len(set(uids)) == len(uids)
            own = {*live, *edited}
            assert own.isdisjoint(seen)
            seen |= own


@pytest.mark.django_db
def test_versions_comments_and_uids_survive_everything() -> None:
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=12,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
