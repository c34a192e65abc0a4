from modeltranslation.translator import TranslationOptions, register

from . import models


@register(models.GroupIndexPage)
class GroupIndexTranslation(TranslationOptions):
    fields = ("heading", "summary")
    required_languages = {"es": ("heading",)}


@register(models.WorkingGroupPage)
class WorkingGroupTranslation(TranslationOptions):
    fields = ("heading", "summary", "mandate")
    required_languages = {"es": ("heading",)}


@register(models.Member)
class MemberTranslation(TranslationOptions):
    fields = ("organisation",)


@register(models.DraftPage)
class DraftTranslation(TranslationOptions):
    fields = ("heading", "summary", "legal_note", "change_note")
    required_languages = {"es": ("heading",)}


@register(models.Section)
class SectionTranslation(TranslationOptions):
    fields = ("heading", "body")
    required_languages = {"es": ("heading",)}


@register(models.Question)
class QuestionTranslation(TranslationOptions):
    fields = ("prompt", "help")
    required_languages = {"es": ("prompt",)}


@register(models.QuestionOption)
class QuestionOptionTranslation(TranslationOptions):
    fields = ("label",)
    required_languages = {"es": ("label",)}


@register(models.Version)
class VersionTranslation(TranslationOptions):
    fields = ("heading", "change_note")


@register(models.VersionSection)
class VersionSectionTranslation(TranslationOptions):
    fields = ("heading", "body")


@register(models.GlossaryTerm)
class GlossaryTermTranslation(TranslationOptions):
    fields = ("term", "other_forms", "definition")
    required_languages = {"es": ("term", "definition")}


@register(models.ConsultationWindow)
class ConsultationWindowTranslation(TranslationOptions):
    fields = ("note",)
