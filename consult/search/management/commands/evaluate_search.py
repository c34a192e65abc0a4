"""Measure how well questions find their texts, in one language and across."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from consult.themes.models import Theme

from ... import evaluation
from ...meaning import encoder

COLUMNS = "{:<12} {:<9} {:<11} {:>6} {:>7} {:>7} {:>7} {:>7}"


class Command(BaseCommand):
    help = (
        "Measure how well questions find their texts: MRR, R@1 and R@10 in each language and across,"
        " on a folder with docs.<language>.jsonl, queries.<language>.jsonl and qrels.tsv."
        " It makes an index of its own, and changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        meant = parser.add_mutually_exclusive_group()
        meant.add_argument(
            "--semantic",
            dest="semantic",
            action="store_true",
            default=None,
            help="only with texts found by their meaning (both ways if neither is said)",
        )
        meant.add_argument(
            "--no-semantic", dest="semantic", action="store_false", help="only by words"
        )
        parser.add_argument(
            "--unaccented",
            action="store_true",
            help="ask again without accents",
        )
        parser.add_argument(
            "--through",
            choices=("page", "engine"),
            default="page",
            help="ask as the search page does, or its engine alone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            whole = evaluation.read(options["folder"])
        except evaluation.BadFolder as error:
            raise CommandError(str(error)) from None
        page = options["through"] == "page"
        if page and Theme._meta.db_table not in connection.introspection.table_names():
            raise CommandError(
                _("The database has no tables yet: run migrate, or ask --through engine.")
            )
        ways = [False, True] if options["semantic"] is None else [options["semantic"]]
        if True in ways and not encoder.is_installed():
            if options["semantic"]:
                raise CommandError(_("The package of the extra “semantic” is not installed."))
            self.stderr.write(
                _("The package of the extra “semantic” is not installed: words only.")
            )
            ways = [False]
        self.say("questions", "texts", "by", "count", "MRR", "R@1", "R@10", "ms")
        for semantic in ways:
            for documents, texts in whole.texts.items():
                with evaluation.asking(texts, documents, semantic=semantic, page=page) as ask:
                    for language in whole.questions:
                        self.measure(whole, ask, language, documents, semantic, options)

    def measure(
        self,
        whole: evaluation.Set,
        ask: evaluation.Asking,
        language: str,
        documents: str,
        semantic: bool,
        options: dict[str, Any],
    ) -> None:
        asked = list(evaluation.questions(whole, language, documents))
        ways = {language: asked}
        if options["unaccented"]:
            ways[f"{language} ascii"] = [(evaluation.unaccented(text), ids) for text, ids in asked]
        for name, questions in ways.items():
            found = evaluation.figures(ask, [(text, language, ids) for text, ids in questions])
            self.say(
                name,
                documents,
                "meaning too" if semantic else "words",
                found.count,
                *(f"{x:.4f}" for x in (found.mean_reciprocal, found.first, found.tenth)),
                f"{found.milliseconds:.1f}",
            )

    def say(self, *cells: Any) -> None:
        self.stdout.write(COLUMNS.format(*cells))
        self.stdout.flush()
