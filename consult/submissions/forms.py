"""The parts of the form of one submission: a comment, the answers, about you and consent."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.text import capfirst, normalize_newlines
from django.utils.translation import gettext_lazy as _, ngettext

from consult.common import languages
from consult.common.forms import EmailField, SiteForm, WrittenField
from consult.common.texts import plain
from consult.themes.models import Theme
from working_groups.enums import Agreement, QuestionKind, Sector
from working_groups.models import Question, VersionSection

from .actions import NewAnswer, NewComment
from .enums import CommentKind, RespondentKind, Stance
from .files_form import WithFiles


def capitalised(choices: type[models.TextChoices]) -> list[tuple[str, str]]:
    """The choices with their labels as they stand at the beginning of a line."""
    return [(value, capfirst(label)) for value, label in choices.choices]


def stance_choices() -> list[tuple[str, Any]]:
    shown: list[tuple[str, Any]] = [(stance.value, stance.marked()) for stance in Stance]
    return [*shown, ("", _("I would rather not say"))]


class CommentForm(WithFiles):
    """One comment. Left as it came, it is no comment and no error."""

    section = forms.ChoiceField(label=_("Which part of the draft"), required=False)
    stance = forms.ChoiceField(
        label=_("Your stance"), required=False, widget=forms.RadioSelect, choices=stance_choices
    )
    kind = forms.ChoiceField(
        label=_("What it is about"),
        choices=lambda: capitalised(CommentKind),
        required=False,
        initial=CommentKind.SUBSTANTIVE,
    )
    body = WrittenField(
        label=_("Your comment"),
        required=False,
        rows=6,
        max_length=settings.COMMENT_MAX_LENGTH,
    )
    proposed_text = WrittenField(
        label=_("The wording you propose"),
        help_text=_("Change the text of the section as you would have it."),
        required=False,
        rows=8,
        max_length=settings.COMMENT_MAX_LENGTH,
    )
    reason = WrittenField(
        label=_("Why this wording"),
        required=False,
        rows=3,
        max_length=settings.COMMENT_MAX_LENGTH,
    )
    links = WrittenField(
        label=_("Evidence: web addresses, one a line"), required=False, rows=2, max_length=4_000
    )
    themes = forms.MultipleChoiceField(
        label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    language = languages.language_field(
        choices=lambda: [("", _("As the text shows")), *languages.written_choices()],
        help_text=_("You may write in any language. It is published in the one you wrote it in."),
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        place: int,
        token: str = "",
        sections: list[VersionSection],
        themes: list[Theme],
        initial: dict[str, str],
    ) -> None:
        super().__init__(
            data, prefix=f"comment-{place}", initial=dict(initial), token=token, place=place
        )
        self.sections_by_uid = {str(section.uid): section for section in sections}
        self.themes_by_slug = {theme.slug: theme for theme in themes}
        section: Any = self.fields["section"]
        section.choices = [
            ("", _("The draft as a whole")),
            *(
                (uid, f"{s.number} {languages.words(s, 'heading')}")
                for uid, s in self.sections_by_uid.items()
            ),
        ]
        # From the list at hand: a query for each block of the form would be one too many.
        themes_field: Any = self.fields["themes"]
        themes_field.choices = [(theme.slug, theme.name_words().marked()) for theme in themes]
        if self.section_shown and not self.is_bound:
            self.initial.setdefault("proposed_text", self.section_text(self.section_shown))

    @property
    def section_shown(self) -> VersionSection | None:
        """The section to show beside this block."""
        return self.sections_by_uid.get(str(self["section"].value() or ""))

    @staticmethod
    def section_text(section: VersionSection) -> str:
        return plain(languages.words(section, "body").text)

    @property
    def was_proposed(self) -> bool:
        """Whether a wording was typed that is not the section's own."""
        return bool(self.proposal(self["proposed_text"].value() or ""))

    @property
    def was_detailed(self) -> bool:
        """Whether anything but the plain comment was filled in."""
        return any(self[name].value() for name in ("themes", "links", "language"))

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or CommentKind.SUBSTANTIVE

    def clean_links(self) -> list[str]:
        links = self.cleaned_data["links"].split()
        limit = settings.LINKS_PER_COMMENT
        if limit and len(links) > limit:
            raise ValidationError(
                ngettext(
                    "At most %(limit)d address fits here.",
                    "At most %(limit)d addresses fit here.",
                    limit,
                )
                % {"limit": limit}
            )
        for link in links:
            try:
                URLValidator(schemes=["http", "https"])(link)
            except ValidationError:
                raise ValidationError(
                    _("“%(link)s” is not a web address. It should begin with https://"),
                    params={"link": link[:100]},
                ) from None
        return links

    def proposal(self, text: str) -> str:
        """`text`, or nothing where it is still some section's own: nobody proposed anything."""
        # Browsers send line ends their own way.
        typed = normalize_newlines(text).strip()
        return "" if typed in self.own_texts else text

    @cached_property
    def own_texts(self) -> set[str]:
        return {""} | {
            plain(getattr(section, f"body_{code}") or "")
            for section in self.sections_by_uid.values()
            for code in languages.CODES
        }

    def clean_proposed_text(self) -> str:
        return self.proposal(self.cleaned_data["proposed_text"])

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written or attached in it (a choice alone says nothing)."""
        written = ("body", "proposed_text", "reason", "links")
        return not self.held and not any(self.cleaned_data.get(name) for name in written)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        if not cleaned["body"] and not cleaned["proposed_text"]:
            if not self.is_empty:
                self.add_error("body", _("Write your comment here, or propose a wording."))
            elif cleaned["stance"] or cleaned["themes"]:
                self.add_error("body", _("Say in a few words why."))
        return cleaned

    def new_comment(self) -> NewComment:
        """What was sent, ready to be received."""
        cleaned = self.cleaned_data
        return NewComment(
            body=cleaned["body"],
            section=self.sections_by_uid.get(cleaned["section"]),
            stance=cleaned["stance"],
            kind=cleaned["kind"],
            proposed_text=cleaned["proposed_text"],
            reason=cleaned["reason"],
            links=cleaned["links"],
            themes=[self.themes_by_slug[slug] for slug in dict.fromkeys(cleaned["themes"])],
            language=cleaned["language"]
            or languages.detect(cleaned["body"] or cleaned["proposed_text"], languages.current()),
            files=self.held,
        )


class AnswersForm(SiteForm):
    """The draft's questions, a field each."""

    def __init__(self, *args: Any, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[str(question.uid)] = self._field(question)

    @staticmethod
    def _field(question: Question) -> forms.Field:
        common: dict[str, Any] = {
            "label": languages.words(question, "prompt").marked(),
            "help_text": languages.words(question, "help").marked(),
            "required": question.required,
        }
        if question.kind == QuestionKind.OPEN:
            return WrittenField(rows=4, max_length=settings.ANSWER_MAX_LENGTH, **common)
        options: list[tuple[str, Any]]
        if question.kind == QuestionKind.AGREEMENT:
            options = list(capitalised(Agreement))
        else:
            options = [
                (option.key, languages.words(option, "label").marked())
                for option in question.options.all()
            ]
        if question.kind == QuestionKind.CHOICES:
            return forms.MultipleChoiceField(
                choices=options, widget=forms.CheckboxSelectMultiple, **common
            )
        if not question.required:
            # A radio button once pressed cannot be let go without script.
            options.append(("", _("No answer")))
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)

    def new_answers(self) -> list[NewAnswer]:
        """The answers that were given, ready to be received."""
        answers = []
        for question in self.questions:
            value = self.cleaned_data[str(question.uid)]
            if not value:
                continue
            if question.kind == QuestionKind.OPEN:
                answers.append(NewAnswer(question.uid, text=value))
            else:
                # Each once, however often a machine sends it.
                options = list(dict.fromkeys(value)) if isinstance(value, list) else [value]
                answers.append(NewAnswer(question.uid, options=options))
        return answers


class RespondentForm(SiteForm):
    """About you, and consent. Only the kind of respondent and the consent are required."""

    respondent_kind = forms.ChoiceField(
        label=_("I am taking part as"),
        choices=lambda: capitalised(RespondentKind),
        widget=forms.RadioSelect,
    )
    name = WrittenField(label=_("Your name"), required=False, max_length=160)
    organisation = WrittenField(label=_("Your organisation"), required=False, max_length=200)
    on_behalf_of = WrittenField(
        label=_("On behalf of"),
        help_text=_("If you write for others: your members, your town, your family."),
        required=False,
        max_length=200,
    )
    show_name = forms.BooleanField(
        label=_("Show my name or my organisation beside my comments"),
        help_text=_("Otherwise they are published without a name."),
        required=False,
    )
    sector = forms.ChoiceField(
        label=_("Sector"),
        choices=lambda: [("", _("I would rather not say")), *capitalised(Sector)],
        required=False,
    )
    state = WrittenField(label=_("State"), required=False, max_length=80)
    country = WrittenField(label=_("Country"), required=False, max_length=80)
    email = EmailField(
        label=_("E-mail"),
        help_text=_("Optional. It is never published."),
        required=False,
        max_length=254,
    )
    privacy = forms.BooleanField(
        label=_("I have read the privacy notice and agree to it"),
        error_messages={"required": _("We may not keep what you send unless you agree to this.")},
    )
    publication = forms.BooleanField(
        label=_("I agree to the publication of my comments once they have been reviewed"),
        error_messages={"required": _("A public consultation publishes its comments.")},
    )
    voluntary = forms.BooleanField(
        label=_("Write to me by e-mail about this consultation"),
        help_text=_(
            "If you like: the decision on each comment, and the response when it is published. You"
            " can take part without it, and stop it at any time."
        ),
        required=False,
    )
    # Invisible to people. A machine that fills in everything is told so instead of being dropped.
    website = forms.CharField(label=_("Leave this empty"), required=False)

    def __init__(self, *args: Any, at_once: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if at_once:
            self.fields["publication"].label = _(
                "I agree to the publication of my comments as soon as I send them"
            )
        autocomplete = {
            "name": "name",
            "organisation": "organization",
            "state": "address-level1",
            "country": "country-name",
            "email": "email",
            "website": "off",
        }
        for field, value in autocomplete.items():
            self.fields[field].widget.attrs["autocomplete"] = value
        self.fields["website"].widget.attrs["tabindex"] = "-1"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("voluntary") and "email" in cleaned and not cleaned["email"]:
            self.add_error("email", _("Give us an address to write to, or untick that we may."))
        return cleaned

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("This field is a trap for machines. Please empty it."))
        return ""
