"""A draft from a file: checked as a whole, then written as a whole."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _, override

from consult.common import markup
from consult.common.fields import BlankAwareCharField
from consult.common.importing import Entry, Findings, ImportRefused, longest, read_json
from consult.common.languages import CODES
from consult.themes.models import Theme

from .enums import CHOICE_KINDS, DraftLanguage, ModerationPolicy, QuestionKind, TranslationStatus
from .models import DraftPage, Question, QuestionOption, Section, Version, WorkingGroupPage

LEVELS = (1, 2, 3)
# What a file may say of a translation; that it is missing or out of date shows by itself.
TRANSLATIONS = (TranslationStatus.DRAFT.value, TranslationStatus.REVIEWED.value)
# A reference to a section of the same file, by its key.
TO_KEY = "#section-"
SLUG = re.compile(r"[a-zA-Z0-9_-]{1,255}")
# No separator of lists may stand in a key: submissions name several in one cell.
KEY = re.compile(r"[^|;\s]+(?: [^|;\s]+)*")


@dataclass
class CheckedDraft:
    """A draft's file after its check, in columns; sections and questions by their keys."""

    slug: str
    columns: dict[str, Any]
    themes: list[Theme] | None
    sections: dict[str, dict[str, Any]]
    # None: the file does not speak of questions.
    questions: dict[str, dict[str, Any]] | None
    unread: set[str]


@dataclass
class ImportedDraft:
    """What an import did; `version` is the one it cut, if it did."""

    draft: DraftPage
    created: bool
    version: Version | None
    unread: set[str]


def import_draft_file(path: Path, group: str | None, publish: bool) -> ImportedDraft:
    """Import the draft in the JSON file `path`; raises ImportRefused, and nothing was written."""
    return import_draft(read_json(path), group, publish)


def import_draft(
    content: Any, group: str | None, publish: bool, by: User | None = None
) -> ImportedDraft:
    """Import a draft's `content` (as parsed from JSON) into the group with the slug `group`.

    None: the group that has this draft already, or the only one. Sections and questions with the
    same keys keep their uids; those no longer named leave the draft. What `content` says nothing of
    (a language, the questions, dates) stays as it is. `by`: who does it. Raises ImportRefused.
    """
    with transaction.atomic():
        checked, draft = check_draft(content, group)
        created = draft.pk is None
        fill(draft, checked)
        with override("es"):
            if created:
                draft.live = False
                draft.owner = by
                find_group(group).add_child(instance=draft)
            revision = draft.save_revision(
                user=by, log_action="wagtail.create" if created else "wagtail.edit"
            )
        before = draft.versions.count()
        if publish:
            revision.publish()
        versions = draft.versions.order_by("number")
        version = versions.last() if versions.count() > before else None
        return ImportedDraft(DraftPage.objects.get(pk=draft.pk), created, version, checked.unread)


def find_group(slug: str | None) -> WorkingGroupPage:
    """The group with `slug`, or the only one there is; raises ImportRefused."""
    groups = {group.slug: group for group in WorkingGroupPage.objects.order_by("slug")}
    if slug is None and len(groups) == 1:
        return next(iter(groups.values()))
    if slug is None or slug not in groups:
        names = ", ".join(groups) or _("none yet")
        raise ImportRefused(
            [
                _("Say with --group which working group this is for: %(names)s.") % {"names": names}
                if slug is None
                else _("There is no working group “%(slug)s”; there are: %(names)s.")
                % {"slug": slug, "names": names}
            ]
        )
    return groups[slug]


def find_draft(slug: str, group: str | None) -> DraftPage:
    """The draft with `slug` as it was last edited, or a new one; raises ImportRefused."""
    drafts = DraftPage.objects.filter(slug=slug)
    if group is not None:
        drafts = drafts.child_of(find_group(group))
    if len(drafts) > 1:
        raise ImportRefused(
            [
                _("Several working groups have a draft “%(slug)s”: say which with --group.")
                % {"slug": slug}
            ]
        )
    return drafts[0].get_latest_revision_as_object() if drafts else DraftPage(slug=slug)


def check_draft(content: Any, group: str | None) -> tuple[CheckedDraft, DraftPage]:
    """The `content` of a draft's file in columns, and the draft as it was last edited, or a new one.

    Raises ImportRefused with all that is wrong.
    """
    findings = Findings()
    entry = Entry(content, _("draft"), findings)
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    slug = entry.text("slug", required=True)
    if slug and not SLUG.fullmatch(slug):
        entry.refuse("slug", _("only letters from a to z, digits, - and _ are possible"))
        slug = ""
    draft = find_draft(slug, group) if slug else DraftPage()
    known = sections_by_name(draft)
    columns = draft_columns(entry, draft.pk is not None)
    sections = keyed(entry, "sections", lambda one: section_columns(one, themes, known))
    if not sections:
        entry.refuse("sections", _("this is missing"))
    continued = Counter(str(c["continues"].uid) for c in sections.values() if c["continues"])
    for uid in (uid for uid, times in continued.items() if times > 1):
        entry.refuse("sections", _("several continue the section %(uid)s") % {"uid": uid})
    questions = (
        keyed(entry, "questions", lambda one: question_columns(one, sections))
        if "questions" in entry.value
        else None
    )
    checked = CheckedDraft(
        slug=slug,
        columns=columns,
        themes=entry.chosen("themes", themes) if "themes" in entry.value else None,
        sections=sections,
        questions=questions,
        unread=findings.unread,
    )
    entry.finish()
    findings.refuse_if_any()
    return checked, draft


def sections_by_name(draft: DraftPage) -> dict[str, Section]:
    """The sections of `draft` by their keys and by their uids."""
    sections = list(draft.sections.all()) if draft.pk else []
    return {section.key: section for section in sections if section.key} | {
        str(section.uid): section for section in sections
    }


def draft_columns(entry: Entry, exists: bool) -> dict[str, Any]:
    """What stands on the page itself. What the file does not name stays as staff set it."""
    columns: dict[str, Any] = entry.bilingual(
        "title",
        column="heading",
        required=not exists,
        longest=longest(DraftPage, "heading"),
        named_only=True,
    )
    # A change note is about one version: it never stays for the next.
    columns |= entry.bilingual("change_note")
    columns |= entry.bilingual("summary", longest=longest(DraftPage, "summary"), named_only=True)
    columns |= rich_text(entry, "legal_note")
    columns |= translation_columns(entry)
    for name, choices in (
        ("prevailing_language", DraftLanguage.values),
        ("moderation", ModerationPolicy.values),
    ):
        if name in entry.value:
            columns[name] = entry.choice(name, choices, required=True)
    if "opens_at" in entry.value or "closes_at" in entry.value:
        opens_at, closes_at = entry.moment("opens_at"), entry.moment("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            entry.refuse("closes_at", _("the consultation must close after it opens"))
        columns |= {"opens_at": opens_at, "closes_at": closes_at}
    return columns


def section_columns(
    entry: Entry, themes: dict[str, Theme], known: dict[str, Section]
) -> dict[str, Any]:
    """The columns of one section, its themes, and under `continues` the one of `known` that it is."""
    uid = entry.text("uid").strip()
    if uid and uid not in known:
        entry.refuse("uid", _("this draft has no such section"))
    continues = known.get(uid) or known.get(str(entry.value.get("key") or ""))
    columns = {
        "continues": continues,
        "level": entry.integer("level", LEVELS) if "level" in entry.value else 1,
        **entry.bilingual(
            "heading",
            required=continues is None,
            longest=longest(Section, "heading"),
            named_only=True,
        ),
        **rich_text(entry, "body"),
        **translation_columns(entry),
    }
    if "themes" in entry.value:
        columns["themes"] = entry.chosen("themes", themes)
    return columns


def translation_columns(entry: Entry) -> dict[str, Any]:
    """In which language a text was written, and under `translation` what is said of the other."""
    columns = {}
    if "source" in entry.value:
        columns["source_language"] = entry.choice("source", DraftLanguage.values, required=True)
    if "translation" in entry.value:
        columns["translation"] = entry.choice("translation", TRANSLATIONS, required=True)
    return columns


def question_columns(entry: Entry, sections: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The columns of one question, the key of its section, and its options by their keys."""
    kind = entry.choice("kind", QuestionKind.values, required=True)
    options = keyed(
        entry,
        "options",
        # The options' languages stand beside their key.
        lambda one: {
            f"label_{code}": one.text(
                code, required=code == "es", longest=longest(QuestionOption, "label")
            )
            for code in CODES
        },
    )
    if kind in CHOICE_KINDS and not options:
        entry.refuse("options", _("this is missing: there is nothing to choose from"))
    return {
        "section": entry.choice("section", sections),
        "kind": kind,
        **entry.bilingual("prompt", required=True, longest=longest(Question, "prompt")),
        **entry.bilingual("help", longest=longest(Question, "help")),
        "required": entry.flag("required"),
        "options": options,
    }


def keyed(entry: Entry, name: str, columns: Any) -> dict[str, dict[str, Any]]:
    """The entries listed under `name`, each through `columns`, by their keys."""
    found: dict[str, dict[str, Any]] = {}
    for one in entry.entries(name):
        key = one.text("key", required=True, longest=longest(Section, "key"))
        if key:
            one.place += f" ({key})"
            if not KEY.fullmatch(key):
                one.refuse("key", _("neither | nor ; nor a line break is possible"))
            if key in found:
                one.refuse("key", _("another one has this key"))
        found[key] = columns(one)
        one.finish()
    return found


def rich_text(entry: Entry, name: str) -> dict[str, str]:
    """The columns of a text with markup in the languages that are named; empty without words."""
    blank_aware = BlankAwareCharField(required=False)
    return {
        column: markup.canonical(blank_aware.clean(html))
        for column, html in entry.bilingual(name, named_only=True).items()
    }


def fill(draft: Any, checked: CheckedDraft) -> None:
    """Give `draft`, not saved here, what the file says."""
    assign(draft, checked.columns)
    if checked.themes is not None:
        draft.themes = checked.themes
    rows = {
        key: columns.pop("continues") or Section(key=key)
        for key, columns in checked.sections.items()
    }
    uids = {key: str(section.uid) for key, section in rows.items()}
    for columns in checked.sections.values():
        for code in CODES:
            if body := columns.get(f"body_{code}"):
                columns[f"body_{code}"] = with_uids(body, uids)
    draft.sections = [
        filled(rows[key], order, columns)
        for order, (key, columns) in enumerate(checked.sections.items())
    ]
    if checked.questions is None:
        return
    questions = {question.key: question for question in draft.questions.all()}
    draft.questions = [
        filled(
            questions.get(key) or Question(key=key),
            order,
            {
                **{name: value for name, value in columns.items() if name != "section"},
                "section_uid": uids.get(columns["section"]),
            },
        )
        for order, (key, columns) in enumerate(checked.questions.items())
    ]


def with_uids(html: str, uids: dict[str, str]) -> str:
    """`html` with its references to keys (`<a href="#section-KEY">`) pointing at `uids`.

    What refers to no section of this draft stays as the words it is.
    """

    def point(node: markup.Node) -> markup.Tree:
        href = node.attrs.get("href", "") if node.tag == "a" else ""
        if href.startswith(TO_KEY):
            uid = uids.get(href.removeprefix(TO_KEY), "")
        elif not (uid := node.refers_to):
            return [node]
        if uid not in uids.values():
            return node.children
        return [markup.Node("a", {"linktype": "section", "uid": uid}, node.children)]

    return markup.html_of(markup.rewritten(markup.parse(html), point))


def assign(row: Any, columns: dict[str, Any]) -> None:
    """Give `row` its columns, and then what is said of its translation, which they are read for."""
    for name, value in columns.items():
        if name != "translation":
            setattr(row, name, value)
    if "translation" in columns:
        row.mark_translation(columns["translation"])


def filled(row: Any, order: int, columns: dict[str, Any]) -> Any:
    """`row`, a child of a draft, at its place and with its `columns`."""
    row.sort_order = order
    if "options" in columns:
        options = {option.key: option for option in row.options.all()}
        columns["options"] = [
            filled(options.get(key) or QuestionOption(key=key), place, labels)
            for place, (key, labels) in enumerate(columns["options"].items())
        ]
    assign(row, columns)
    return row
