from modeltranslation.translator import TranslationOptions, register

from . import models


@register(models.HomePage)
class HomeTranslation(TranslationOptions):
    fields = ("heading", "summary", "body")
    required_languages = {"es": ("heading",)}


@register(models.PlainPage)
class PlainTranslation(TranslationOptions):
    fields = ("heading", "summary", "body")
    required_languages = {"es": ("heading",)}


@register(models.EvidenceIndexPage)
class EvidenceIndexTranslation(TranslationOptions):
    fields = ("heading", "summary")
    required_languages = {"es": ("heading",)}


@register(models.EvidencePage)
class EvidenceTranslation(TranslationOptions):
    fields = ("heading", "summary", "body", "source")
    required_languages = {"es": ("heading",)}


@register(models.ThemeIndexPage)
class ThemeIndexTranslation(TranslationOptions):
    fields = ("heading", "summary")
    required_languages = {"es": ("heading",)}
