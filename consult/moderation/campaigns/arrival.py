"""Comments are grouped as they arrive: noted in the transaction that stores them, by the worker later.

A batch is read and compared first and then written in one short transaction, so that nobody who sends
a comment waits for it. Killed at any point, the batch is taken again: what waits goes away together
with the writing of where it went.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F
from django.utils import timezone

from consult.common.texts import plain
from consult.submissions.enums import Status
from consult.submissions.models import Comment, Statement
from working_groups.models import DraftPage, Version, VersionSection

from .fingerprints import BITS, SPREAD, Fingerprint, fingerprint, numbers, runs
from .grouping import MOST_UNDER_A_KEY, Index, Placement, alone
from .models import Campaign, CampaignEvent, CampaignKey, CampaignMember, CampaignWaiting

BATCH = 100
# Values in one query: some databases take no more.
MANY = 500


def note(comments: Iterable[int]) -> None:
    """`comments` came in, or changed: they are to be grouped. In the transaction that makes it so."""
    if settings.CAMPAIGN_MIN_COMMENTS:
        CampaignWaiting.objects.bulk_create(CampaignWaiting(comment_id=pk) for pk in comments)


def note_missed() -> None:
    """Note what was never grouped: from before there were campaigns, or while they were off."""
    readable = Statement.objects.filter(number=F("comment__edition"), erased_at=None)
    missed = (
        Comment.objects.filter(place=None, pk__in=readable.values("comment"))
        .exclude(status=Status.WITHDRAWN)
        .exclude(pk__in=CampaignWaiting.objects.values("comment"))
    )
    note(missed.order_by("pk").values_list("pk", flat=True))


def group_waiting() -> bool:
    """Group a batch of what waits; returns whether there was any."""
    waiting = dict(CampaignWaiting.objects.order_by("pk").values_list("pk", "comment")[:BATCH])
    if not waiting:
        return False
    comments = Comment.objects.filter(pk__in=waiting.values()).select_related("submission")
    by_draft: dict[int, dict[int, Comment]] = defaultdict(dict)
    for comment in comments:
        by_draft[comment.submission.draft_id][comment.pk] = comment
    for draft, some in by_draft.items():
        done = [pk for pk, comment in waiting.items() if comment in some]
        _group(draft, some, done)
    return True


def _group(draft: int, comments: dict[int, Comment], done: list[int]) -> None:
    """Group `comments` of `draft`; `done` are their rows of what waits."""
    places = CampaignMember.objects.in_bulk(comments)
    changed = {
        pk: comment
        for pk, comment in comments.items()
        if pk not in places
        or places[pk].edition != comment.edition
        or comment.status == Status.WITHDRAWN
    }
    left = [places[pk] for pk in changed if pk in places]
    if left:
        with transaction.atomic():
            lock(draft)
            _leave(left)
    texts = fingerprints(c for c in changed.values() if c.status != Status.WITHDRAWN)
    index = StoredIndex(draft)
    index.load(texts.values())
    placements = [index.place(pk, texts[pk]) for pk in sorted(texts)]
    with transaction.atomic():
        lock(draft)
        rows = CampaignWaiting.objects.filter(pk__in=done)
        # Otherwise another worker was faster.
        if rows.count() == len(done) and _write(draft, placements, changed):
            rows.delete()


def lock(draft: int) -> None:
    """Let nobody else change campaigns of `draft` before this transaction ends."""
    DraftPage.objects.select_for_update(of=("self",), no_key=True).order_by().get(pk=draft)


def _write(draft: int, placements: list[Placement], comments: Mapping[int, Comment]) -> bool:
    """Write where comments went; False, and nothing, where one that they are like has left."""
    new = {
        each.number: CampaignMember(
            comment_id=each.number,
            edition=comments[each.number].edition,
            represents=each.represents,
        )
        for each in placements
    }
    liked = {each.like for each in placements if each.like is not None}
    # As they stand now: a chair may have moved them meanwhile.
    there = CampaignMember.objects.select_related("campaign").in_bulk(liked - new.keys())
    if len(there) < len(liked - new.keys()):
        return False
    known = {**there, **new}
    now, copies = timezone.now(), Counter[int]()
    founded: dict[int, Campaign] = {}
    for each in placements:
        if each.like is None:
            continue
        like = known[each.like]
        if like.campaign is None:
            like.campaign = founded[like.pk] = Campaign(
                draft_id=draft, exemplar_id=like.pk, found_at=now
            )
        known[each.number].campaign = like.campaign
        if not each.represents:
            copies[like.pk] += 1
    for campaign in founded.values():
        campaign.save()
    for number, member in new.items():
        member.copies = copies[number]
    CampaignMember.objects.bulk_update([there[pk] for pk in founded if pk in there], ["campaign"])
    CampaignMember.objects.bulk_create(new.values())
    for number in copies.keys() & there.keys():
        CampaignMember.objects.filter(pk=number).update(copies=F("copies") + copies[number])
    _add_keys(draft, {each.number: each.keys for each in placements})
    choose_exemplars({member.campaign.pk for member in known.values() if member.campaign})
    return True


def _add_keys(draft: int, keys: Mapping[int, Collection[int]]) -> None:
    """Let representatives be found by their keys. They are many: as objects, each costs too much."""
    mask, quote = _mask(draft), connection.ops.quote_name
    rows = [(key ^ mask, number) for number, some in keys.items() for key in some]
    if rows:
        fields: list[Any] = [CampaignKey._meta.get_field(name) for name in ("key", "member")]
        columns = ", ".join(quote(field.column) for field in fields)
        table = quote(CampaignKey._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES (%s, %s)", rows)


def choose_exemplars(campaigns: Collection[int]) -> None:
    """Let the representative whose very words came in most often stand for a proposed campaign.

    Where somebody confirmed a campaign, they saw its exemplar: it stays, as one that they chose.
    """
    rows = (
        CampaignMember.objects.filter(
            campaign__in=campaigns, campaign__state=Campaign.State.PROPOSED, represents=True
        )
        .exclude(campaign__events__what=CampaignEvent.What.EXEMPLAR)
        .order_by("campaign", "-copies", "pk")
        .values_list("campaign", "campaign__exemplar", "comment")
    )
    chosen: dict[int, int] = {}
    for campaign, before, comment in rows:
        if campaign not in chosen:
            chosen[campaign] = comment
            if before != comment:
                Campaign.objects.filter(pk=campaign).update(exemplar=comment)


def _leave(members: Collection[CampaignMember]) -> None:
    """Take `members` out of their campaigns, and let others represent those in their place."""
    campaigns = {member.campaign_id for member in members if member.campaign_id}
    CampaignMember.objects.filter(pk__in=[member.pk for member in members]).delete()
    settle(campaigns)


def settle(campaigns: Collection[int]) -> None:
    """Give `campaigns`, which lost comments, a representative and an exemplar of those they have."""
    for campaign in Campaign.objects.filter(pk__in=campaigns):
        rest = campaign.members.order_by("-represents", "-copies", "pk").select_related("comment")
        first = rest.filter(
            comment__statements__number=F("comment__edition"), comment__statements__erased_at=None
        ).first()
        if first:
            represent(campaign, first)
        if not rest.filter(pk=campaign.exemplar_id).exists():
            campaign.exemplar = first.comment if first else None
            campaign.save(update_fields=["exemplar"])


def represent(campaign: Campaign, member: CampaignMember) -> None:
    """From now on compare new comments with `member` too."""
    if not member.represents:
        member.represents = True
        member.save(update_fields=["represents"])
        texts = fingerprints([member.comment])
        keys = {number: text.keys for number, text in texts.items()}
        _add_keys(campaign.draft_id, keys)


def forget_erased() -> None:
    """Drop what comments were compared by, where their words were erased: it tells of the words."""
    erased = Statement.objects.filter(number=F("comment__edition")).exclude(erased_at=None)
    gone = CampaignMember.objects.filter(represents=True, comment__statements__in=erased)
    with transaction.atomic():
        numbers_ = list(gone.values_list("pk", flat=True))
        campaigns = set(gone.exclude(campaign=None).values_list("campaign", flat=True))
        CampaignKey.objects.filter(member__in=numbers_).delete()
        CampaignMember.objects.filter(pk__in=numbers_).update(represents=False)
        settle(campaigns)


def fingerprints(comments: Iterable[Comment]) -> dict[int, Fingerprint]:
    """What each of `comments` is compared by: the words that its author wrote; none: erased."""
    versions = {comment.pk: comment.version_id for comment in comments}
    digests = dict(Version.objects.filter(pk__in=versions.values()).values_list("pk", "digest"))
    known = {pk: known_runs(version, digests[version]) for pk, version in versions.items()}
    statements = Statement.objects.filter(
        comment__in=versions, number=F("comment__edition"), erased_at=None
    )
    return {
        comment: fingerprint(compared_text(words), known[comment])
        for comment, words in statements.values_list("comment", "words")
    }


def compared_text(words: Mapping[str, str]) -> str:
    """Of what somebody wrote in a comment, what it is compared by; the wording, if that is all."""
    return words["body"] if words["body"].strip() else words["proposed_text"]


@lru_cache(maxsize=16)
def known_runs(version: int, digest: str) -> frozenset[int]:
    """The runs of words in the text of a version, told by its digest: quoting it is no campaign."""
    columns = ("heading_es", "body_es", "heading_en", "body_en")
    sections = VersionSection.objects.filter(version=version).values_list(*columns)
    return frozenset(
        run for texts in sections for text in texts for run in runs(numbers(plain(text or "")))
    )


def _mask(draft: int) -> int:
    """What makes the keys of one draft other numbers than those of another."""
    return (draft * SPREAD & BITS) >> 1


class StoredIndex(Index):
    """The representatives of a draft's campaigns, as far as some texts may be like them."""

    def __init__(self, draft: int) -> None:
        super().__init__()
        self.mask = _mask(draft)

    def load(self, texts: Collection[Fingerprint]) -> None:
        """Read from the database what may be like `texts`."""
        keys = iter({key ^ self.mask for text in texts for key in text.keys})
        while some := list(islice(keys, MANY)):
            rows = CampaignKey.objects.filter(key__in=some).order_by("pk")
            for key, number in rows.values_list("key", "member"):
                self.under[key ^ self.mask].append(number)
        for under in self.under.values():
            del under[MOST_UNDER_A_KEY:]
        wanted = iter({number for text in texts for number in self.candidates(text)})
        while numbers_ := list(islice(wanted, MANY)):
            self._read(numbers_)

    def _read(self, candidates: list[int]) -> None:
        members = CampaignMember.objects.filter(pk__in=candidates).select_related("comment")
        self.prints |= fingerprints([member.comment for member in members])
        campaigns = {member.campaign_id for member in members if member.campaign_id}
        for member in members:
            campaign = member.campaign_id
            self.group[member.pk] = _group_of(campaign) if campaign else alone(member.pk)
            self.representing[alone(member.pk)] = 1
        counts = (
            CampaignMember.objects.filter(campaign__in=campaigns, represents=True)
            .order_by()
            .values_list("campaign")
            .annotate(Count("pk"))
        )
        for pk, count in counts:
            self.representing[_group_of(pk)] = count


def _group_of(campaign: int) -> Hashable:
    return ("campaign", campaign)
