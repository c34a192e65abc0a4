"""Loading what is in content/, with dates around today. What is there already is left alone."""

import json
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _, override

from consult.common.models import BilingualPage
from consult.moderation.actions import decide
from consult.pages.actions import CLERKS, STAFF, bilingual, set_up_site
from consult.pages.models import EvidenceIndexPage, EvidencePage
from consult.responses.models import SummaryPage, ThemeSummary
from consult.submissions.enums import Status
from consult.submissions.importing import Record, import_records
from consult.submissions.models import Comment
from consult.themes.models import Theme
from working_groups.actions import publish_version
from working_groups.enums import Phase
from working_groups.importing import import_draft
from working_groups.models import (
    DraftPage,
    GlossaryTerm,
    GroupIndexPage,
    Member,
    WorkingGroupPage,
)
from working_groups.windows import move_closing, record_window

from .taking_part import load_taking_part

CONTENT = Path(__file__).parent / "content"
# The draft that `--stage` shows in a phase of one's choice.
FLAGSHIP = "formacion-digital-trabajo-ia"
# The days, from today, of opening and closing that put a draft in a phase.
WINDOWS = {
    Phase.UPCOMING: (10, 40),
    Phase.OPEN: (-20, 25),
    Phase.ANALYSIS: (-60, -12),
    Phase.RESPONDED: (-120, -70),
}
# Sign-in, and the group whose comments that person moderates.
CHAIRS = {
    "chair1": "ia-trabajo",
    "chair2": "ia-trabajo",
    "otherchair": "infraestructura-digital",
}
SIGN_INS = ("admin", "staff", "clerk", *CHAIRS)


class CannotGoBack(Exception):
    """A draft that has comments cannot be shown as one that is not open yet."""


@transaction.atomic
def load(stage: Phase | None, say: Callable[[str], None]) -> None:
    """Load the demonstration, all of it or nothing. Raises CannotGoBack.

    `stage` is the phase of the flagship draft (None: as it is); `say` is told what is done.
    """
    set_up_site()
    for content in read("groups"):
        load_group(content)
    load_users()
    say(_("Site, groups and sign-ins are there."))
    for content in read("evidence"):
        load_evidence(content)
    for content in read("glossary"):
        load_term(content)
    submissions, summaries = read("submissions"), read("summaries")
    for versions in drafts():
        content = versions[0]
        chosen = stage if content["slug"] == FLAGSHIP else None
        draft = load_draft(content, chosen)
        load_versions(draft, versions, submissions.get(draft.slug, []))
        if draft.slug == FLAGSHIP:
            load_taking_part(DraftPage.objects.get(pk=draft.pk), read("taking_part"))
        if (chosen or content["phase"]) == Phase.RESPONDED:
            load_summary(draft, summaries[draft.slug])
        # Read anew: a summary changes the phase.
        say(f"{draft.heading_es}: {DraftPage.objects.get(pk=draft.pk).phase().label}")


def read(name: str) -> Any:
    """What content/ says under `name`."""
    return json.loads((CONTENT / f"{name}.json").read_text("utf-8"))


def drafts() -> list[list[dict[str, Any]]]:
    """For each draft the files of its versions in order, to be imported one after the other.

    The first (`<slug>.json`) says everything; the later ones (`<slug>.2.json`) name every section,
    in order, and say what changes. `day` is the day it is published, counted from the opening.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((CONTENT / "drafts").iterdir(), key=lambda path: (len(path.name), path)):
        content = json.loads(path.read_text("utf-8"))
        found.setdefault(content["slug"], []).append(content)
    return [found[slug] for slug in sorted(found)]


def publish(parent: BilingualPage, page: BilingualPage) -> None:
    """Put the new `page` below `parent` and publish it."""
    with override("es"):
        parent.add_child(instance=page)
    page.save_revision().publish()


def load_group(content: dict[str, Any]) -> None:
    """A working group with its members; its chairs' permissions are made with it."""
    index = GroupIndexPage.objects.get()
    if WorkingGroupPage.objects.child_of(index).filter(slug=content["slug"]).exists():
        return
    group = WorkingGroupPage(
        slug=content["slug"], **bilingual({}, content, "heading", "summary", "mandate")
    )
    group.members = [
        Member(
            sort_order=order,
            **{name: member[name] for name in ("name", "role", "sector")},
            **bilingual({}, member, "organisation"),
        )
        for order, member in enumerate(content["members"])
    ]
    publish(index, group)


def load_users() -> None:
    """Everybody who signs in, in the groups that their work needs."""
    for name in SIGN_INS:
        if User.objects.filter(username=name).exists():
            continue
        make = User.objects.create_superuser if name == "admin" else User.objects.create_user
        user = make(name, f"{name}@example.org", settings.DEMO_PASSWORD)
        if name == "staff":
            user.groups.add(Group.objects.get(name=STAFF))
        elif name == "clerk":
            user.groups.add(Group.objects.get(name=CLERKS))
        elif name in CHAIRS:
            user.groups.add(Group.objects.get(working_group__slug=CHAIRS[name]))


def load_evidence(content: dict[str, Any]) -> None:
    """A page of evidence."""
    index = EvidenceIndexPage.objects.get()
    if EvidencePage.objects.child_of(index).filter(slug=content["slug"]).exists():
        return
    page = EvidencePage(
        slug=content["slug"],
        year=content["year"],
        source_url=content.get("source_url", ""),
        **bilingual({}, content, "heading", "summary", "body", "source"),
    )
    page.themes = list(Theme.objects.filter(slug__in=content["themes"]))
    publish(index, page)


def load_term(content: dict[str, Any]) -> None:
    """A term of the glossary."""
    if GlossaryTerm.objects.filter(term_es=content["term"]["es"]).exists():
        return
    forms = {code: "\n".join(forms) for code, forms in content["other_forms"].items()}
    GlossaryTerm.objects.create(
        **bilingual({}, content | {"other_forms": forms}, "term", "other_forms", "definition")
    )


def window(phase: Phase, content: dict[str, Any]) -> tuple[datetime, datetime]:
    """When the draft of `content`, in `phase` today, opens and was first to close: whole days in
    the site's zone.
    """
    zone = timezone.get_default_timezone()
    today = timezone.localdate(timezone=zone)
    opening, closing = (today + timedelta(days=days) for days in WINDOWS[phase])
    closing -= timedelta(days=content.get("extension", {}).get("days", 0))
    return (
        datetime.combine(opening, time.min, zone),
        datetime.combine(closing, time(23, 59, 59), zone),
    )


def morning(opens_at: datetime, day: int) -> datetime:
    """When something was done on the `day` counted from the opening."""
    return opens_at + timedelta(days=day, hours=10)


def load_draft(content: dict[str, Any], stage: Phase | None) -> DraftPage:
    """The draft of `content`, in the phase `stage`, or if None as it is or as `content` has it."""
    group = WorkingGroupPage.objects.get(slug=content["group"])
    draft = DraftPage.objects.child_of(group).filter(slug=content["slug"]).first()
    if draft:
        return show_in(draft, stage, content) if stage else draft
    opens_at, closes_at = window(stage or Phase(content["phase"]), content)
    dated = content | {"opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat()}
    return publish_as_of(morning(opens_at, content["day"]), dated, group)


def publish_as_of(moment: datetime, content: dict[str, Any], group: WorkingGroupPage) -> DraftPage:
    """Import `content` and publish it, its version and its dates as on `moment`."""
    revision = import_draft(content, group.slug, publish=False).draft.get_latest_revision()
    draft = revision.as_object()
    # Before publishing, which would cut and note them as of now.
    publish_version(draft, moment)
    record_window(draft, now=moment)
    revision.publish()
    return DraftPage.objects.get(pk=draft.pk)


def show_in(draft: DraftPage, stage: Phase, content: dict[str, Any]) -> DraftPage:
    """Move the dates of `draft` so that it is in the phase `stage` now; raises CannotGoBack."""
    if draft.phase() == stage:
        return draft
    opens_at, closes_at = window(stage, content)
    if draft.submissions.exists():
        if stage == Phase.UPCOMING:
            raise CannotGoBack
        # What was received was received while it was open.
        opens_at = draft.opens_at or opens_at
        if stage != Phase.OPEN:
            now = timezone.now()
            closes_at = min(draft.closes_at or now, now - timedelta(seconds=1))
    for summary in SummaryPage.objects.child_of(draft).live():
        summary.unpublish()
    page = draft.get_latest_revision_as_object()
    page.opens_at, page.closes_at = opens_at, closes_at
    page.save_revision().publish()
    return DraftPage.objects.get(pk=draft.pk)


def extended(draft: DraftPage, content: dict[str, Any]) -> DraftPage:
    """`draft` with the extension that `content` has for it, once its day has come."""
    extension = content.get("extension")
    if extension is None or draft.opens_at is None or draft.closes_at is None:
        return draft
    moment = morning(draft.opens_at, extension["day"])
    notes = bilingual({}, extension, "note")
    if moment > timezone.now() or draft.windows.filter(**notes).exists():
        return draft
    return move_closing(
        draft,
        draft.closes_at + timedelta(days=extension["days"]),
        seen=draft.closes_at,
        notes=notes,
        by=User.objects.get(username="staff"),
        now=moment,
    )


def load_versions(
    draft: DraftPage, versions: list[dict[str, Any]], submissions: list[dict[str, Any]]
) -> None:
    """The versions of `draft` whose day has come, and on each the `submissions` made on it."""
    opens_at, count = draft.opens_at, draft.versions.count()
    late = [one["source_id"] for one in submissions if one.get("version", 1) > count]
    if opens_at is None or draft.submissions.filter(source_id__in=late).exists():
        # Not as it was loaded, or loaded when the demonstration had fewer versions.
        return
    draft = extended(draft, versions[0])
    days = [morning(opens_at, content["day"]) for content in versions]
    ends = [*days[1:], timezone.now()]
    for number, (content, since, until) in enumerate(zip(versions, days, ends, strict=True), 1):
        if since > timezone.now():
            return
        if draft.versions.count() < number:
            draft = publish_as_of(since, content, draft.group)
        sent = [one for one in submissions if one.get("version", 1) == number]
        load_submissions(draft, sent, since, until)


def load_submissions(
    draft: DraftPage, contents: list[dict[str, Any]], since: datetime, until: datetime
) -> None:
    """Receive `contents` while `draft` was open between `since` and `until`; decide on them."""
    known = set(draft.submissions.values_list("source_id", flat=True))
    contents = [content for content in contents if content["source_id"] not in known]
    since = max(since, draft.opens_at or since)
    until = min(until, draft.closes_at or until, timezone.now())
    if not contents or since >= until:
        return
    # The same moments whenever it is loaded on the same day.
    chance = random.Random(draft.slug)
    seconds = int((until - since).total_seconds())
    moments = sorted(chance.randrange(seconds) for _one in contents)
    import_records(
        draft,
        [
            Record(
                content["source_id"],
                {
                    **content,
                    "received_at": (since + timedelta(seconds=moment)).isoformat(),
                    # Whoever gives a name here chose to be named.
                    "respondent": {
                        **content["respondent"],
                        "show_name": bool(
                            content["respondent"]["name"] or content["respondent"]["organisation"]
                        ),
                    },
                },
            )
            for content, moment in zip(contents, moments, strict=True)
        ],
    )
    decide_on(draft, contents)


def decide_on(draft: DraftPage, contents: list[dict[str, Any]]) -> None:
    """The co-chairs' decisions, each taking the next submission; those to wait are left waiting."""
    numbers = numbers_of(draft)
    chairs = User.objects.filter(groups__working_group=draft.group).order_by("username")
    batches: dict[tuple[Any, ...], dict[int, str]] = defaultdict(dict)
    for turn, content in enumerate(contents):
        for order, comment in enumerate(content["comments"]):
            outcome = comment.get("status", Status.PUBLISHED)
            if outcome != Status.PENDING:
                reason, note = comment.get("reason_code", ""), comment.get("note", "")
                batch = batches[outcome, chairs[turn % len(chairs)], reason, note]
                batch[numbers[content["source_id"], order]] = Status.PENDING
    for (outcome, chair, reason, note), seen in batches.items():
        decide(seen, outcome, by=chair, reason_code=reason, note=note)


def numbers_of(draft: DraftPage) -> dict[tuple[str | None, int], int]:
    """The number of each comment, by its submission's name in the content and its place there."""
    comments = Comment.objects.of_draft(draft)
    return {
        (source_id, order): number
        for source_id, order, number in comments.values_list(
            "submission__source_id", "sort_order", "pk"
        )
    }


def load_summary(draft: DraftPage, content: dict[str, Any]) -> None:
    """The summary of `draft`, published; its themes name comments as `source_id:place`."""
    summary = SummaryPage.objects.child_of(draft).first()
    if summary:
        if not summary.live:
            summary.get_latest_revision().publish()
        return
    numbers = numbers_of(draft)
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    summary = SummaryPage(
        slug=SummaryPage.SLUG,
        **bilingual({}, content, "heading", "summary", "body", "changes"),
    )
    summary.theme_summaries = [
        ThemeSummary(
            sort_order=order,
            theme=themes[part["theme"]],
            comment_numbers=[
                numbers[source_id, int(place)]
                for source_id, _colon, place in (name.partition(":") for name in part["comments"])
            ],
            **bilingual({}, part, "text"),
        )
        for order, part in enumerate(content["themes"])
    ]
    publish(DraftPage.objects.get(pk=draft.pk), summary)
