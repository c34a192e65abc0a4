from modeltranslation.translator import TranslationOptions, register

from .models import SummaryPage, ThemeSummary


@register(SummaryPage)
class SummaryTranslation(TranslationOptions):
    fields = ("heading", "summary", "body", "changes")
    required_languages = {"es": ("heading",)}


@register(ThemeSummary)
class ThemeSummaryTranslation(TranslationOptions):
    fields = ("text",)
    required_languages = {"es": ("text",)}
