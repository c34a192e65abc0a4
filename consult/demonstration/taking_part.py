"""What the open draft shows of the life of a comment: covered, refused, appealed, taken back, a
campaign, a workshop's forms, an organisation's files. All of it by the floors' own actions.
"""

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from consult.moderation.actions import appeal, decide
from consult.moderation.campaigns.actions import confirm
from consult.moderation.campaigns.arrival import group_waiting
from consult.moderation.campaigns.models import Campaign
from consult.moderation.rules import seen_as
from consult.submissions.actions import NewComment, receive, withdraw
from consult.submissions.covering import Span
from consult.submissions.enums import Channel, Covered, Status
from consult.submissions.holding import hold
from consult.submissions.importing.checking import Consultation
from consult.submissions.models import Comment, HeldFile, Submission
from consult.submissions.privacy import current_notice
from working_groups.models import DraftPage

ATTACHMENTS = Path(__file__).parent / "content" / "attachments"
NOBODY = {"respondent_kind": "person"}


class Scene:
    """What happens on `draft` between `since` and `until`, one thing after another."""

    def __init__(self, draft: DraftPage, since: datetime, until: datetime) -> None:
        self.draft = draft
        self.consultation = Consultation(draft)
        self.chairs = list(
            User.objects.filter(groups__working_group=draft.group).order_by("username")
        )
        self.clerk = User.objects.get(username="clerk")
        self.since, self.step = since, (until - since) / 100
        self.turn = 0

    def play(self, content: dict[str, Any]) -> None:
        for one in content["submissions"]:
            submission = self.receive(one, one["respondent"], one["comments"], lang=one["lang"])
            for comment in submission.comments.order_by("sort_order"):
                for step in one["then"]:
                    self.follow(comment, step)
        self.play_workshop(content["workshop"])
        self.play_campaign(content["campaign"])

    def moment(self) -> datetime:
        """A moment later than the last."""
        self.turn += 1
        return self.since + self.turn * self.step

    def receive(
        self,
        one: dict[str, Any],
        respondent: dict[str, Any],
        comments: list[dict[str, Any]],
        *,
        lang: str = "es",
        **options: Any,
    ) -> Submission:
        now, notice = self.moment(), current_notice()
        return receive(
            self.draft,
            self.consultation.version,
            language=lang,
            respondent=respondent
            | {
                "privacy_notice_version": notice.version if notice else "",
                "privacy_accepted_at": now,
                "publication_accepted_at": now,
            },
            comments=[
                NewComment(
                    body=comment["body"],
                    section=self.section(comment["section"]),
                    stance=comment["stance"],
                    files=[held(name) for name in comment.get("files", [])],
                )
                for comment in comments
            ],
            received_at=now,
            source_id=one.get("source_id"),
            status=Status.PENDING,
            **options,
        )

    def section(self, key: str | None) -> Any:
        return self.consultation.sections[key] if key else None

    def follow(self, comment: Comment, step: dict[str, Any]) -> None:
        """One thing that happens to `comment` after it came."""
        words = {name: step.get(name, "") for name in ("reason_code", "note")}
        match step["do"]:
            case "publish":
                self.decide([comment], Status.PUBLISHED)
            case "reject":
                self.decide([comment], Status.REJECTED, **words)
            case "cover":
                start = comment.body.index(step["words"])
                span = Span(start, start + len(step["words"]), Covered(step["kind"]).value)
                self.decide(
                    [comment],
                    Status.REDACTED,
                    reason_code="personal_data",
                    note=step["note"],
                    spans={"body": [span]},
                )
            case "appeal":
                appeal(comment.pk, step["words"], now=timezone.now())
            case "withdraw":
                withdraw([comment.pk], now=self.moment())

    def decide(self, comments: list[Comment], outcome: str, **options: Any) -> None:
        seen = {comment.pk: seen_as(comment.status, comment.edition) for comment in comments}
        by = self.chairs[self.turn % len(self.chairs)]
        decide(seen, outcome, by=by, **options)

    def play_workshop(self, content: dict[str, Any]) -> None:
        """A clerk keys in the forms of a workshop, one after another."""
        for form in content["forms"]:
            submission = self.receive(
                form,
                NOBODY | {"state": "Chihuahua", "country": "MX"},
                [form],
                channel=Channel.EVENT,
                event=content["event"],
                scans=[held(content["scan"])],
                keyed_by=self.clerk,
            )
            if form["published"]:
                self.decide(list(submission.comments.all()), Status.PUBLISHED)

    def play_campaign(self, content: dict[str, Any]) -> None:
        """Many send the same text, some with words of their own; a chair says that it is one."""
        comments: list[Comment] = []
        for number, added in enumerate(content["added"], 1):
            body = "\n\n".join(filter(None, [content["body"], added]))
            submission = self.receive(
                {"source_id": f"tc{number:03}"},
                NOBODY | {"sector": "workers", "state": "Chihuahua", "country": "MX"},
                [content | {"body": body}],
            )
            comments += submission.comments.all()
        while group_waiting():
            pass
        self.decide(comments[: -content["waiting"]], Status.PUBLISHED)
        campaign = Campaign.objects.filter(members__comment=comments[0]).first()
        if campaign:
            confirm(campaign.pk, by=self.chairs[0])


def held(name: str) -> HeldFile:
    """The file `name` of content/, as if somebody had just chosen it in a form."""
    file = SimpleUploadedFile(name, (ATTACHMENTS / name).read_bytes())
    return hold(secrets.token_urlsafe(16), 0, file)


def load_taking_part(draft: DraftPage, content: dict[str, Any]) -> None:
    """Let it all happen on `draft`, once, while it is open."""
    version, now = draft.current_version, timezone.now()
    known = draft.submissions.filter(source_id=content["submissions"][0]["source_id"])
    if version is None or draft.opens_at is None or known.exists():
        return
    since = max(version.published_at, draft.opens_at)
    until = min(draft.closes_at or now, now)
    if until - since > timedelta(hours=1):
        Scene(draft, since, until).play(content)
