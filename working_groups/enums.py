from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class Role(models.TextChoices):
    CHAIR = "chair", _("co-chair")
    MEMBER = "member", _("member")
    SECRETARY = "secretary", _("secretary")


class Sector(models.TextChoices):
    ACADEMIA = "academia", _("academia")
    GOVERNMENT = "government", _("government")
    INDUSTRY = "industry", _("industry")
    CIVIL_SOCIETY = "civil_society", _("civil society")
    WORKERS = "workers", _("workers")
    OTHER = "other", _("other")


class Phase(models.TextChoices):
    PREPARING = "preparing", _("in preparation")
    UPCOMING = "upcoming", _("opens soon")
    OPEN = "open", _("open for comments")
    ANALYSIS = "analysis", _("closed, under analysis")
    RESPONDED = "responded", _("answered")


class ModerationPolicy(models.TextChoices):
    BEFORE = "before", _("before publication")
    AFTER = "after", _("after publication")


class QuestionKind(models.TextChoices):
    AGREEMENT = "agreement", _("agreement, on a five-point scale")
    CHOICE = "choice", _("one of several")
    CHOICES = "choices", _("any of several")
    OPEN = "open", _("in one's own words")


# Those that list their options.
CHOICE_KINDS = {QuestionKind.CHOICE, QuestionKind.CHOICES}


class Agreement(models.TextChoices):
    STRONGLY_AGREE = "strongly_agree", _("strongly agree")
    AGREE = "agree", _("agree")
    NEITHER = "neither", _("neither agree nor disagree")
    DISAGREE = "disagree", _("disagree")
    STRONGLY_DISAGREE = "strongly_disagree", _("strongly disagree")
    DONT_KNOW = "dont_know", _("don't know")


class DraftLanguage(models.TextChoices):
    ES = "es", _("Spanish")
    EN = "en", _("English")


class TranslationStatus(models.TextChoices):
    """How far the translation of a text has got; computed, see rules.translation_status."""

    MISSING = "missing", _("missing")
    DRAFT = "draft", pgettext_lazy("of a translation", "not reviewed")
    REVIEWED = "reviewed", _("reviewed")
    STALE = "stale", _("out of date")


# The columns of a draft's note on what its next version changes.
CHANGE_NOTES = ("change_note_es", "change_note_en")


class WindowChange(models.TextChoices):
    """What became of a consultation that had opened already."""

    EXTENDED = "extended", _("extended")
    SHORTENED = "shortened", _("closes earlier")
