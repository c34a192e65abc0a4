"""The site with Wagtail's database backend behind its search page."""

from consult.settings.development import *  # noqa: F403

SEARCH_ENGINE = "tests.benchmarks.wagtail_engine.WagtailEngine"
