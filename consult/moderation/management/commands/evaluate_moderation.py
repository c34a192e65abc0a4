import json
from collections import Counter
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consult.moderation import evaluation
from consult.moderation.campaigns.fingerprints import fingerprint

LARGEST = 5


class Command(BaseCommand):
    help = (
        "Measure how well campaigns and personal data are found, on files of JSON Lines."
        " It reads the files only, and changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--campaigns",
            type=Path,
            action="append",
            default=[],
            help="rows with `text` and, where known, `campaign`: which letter it is, or null",
        )
        parser.add_argument(
            "--leave-out",
            action="append",
            default=[],
            metavar="LABEL",
            help="a value of `campaign` that stands for more than one letter",
        )
        parser.add_argument(
            "--per",
            type=int,
            default=20_000,
            help="for how many comments time and memory are measured; 0: not",
        )
        parser.add_argument(
            "--personal-data",
            type=Path,
            action="append",
            default=[],
            help="rows with `type`, `value` and `valid`, or with `text` and `spans`",
        )
        parser.add_argument(
            "--negatives",
            type=Path,
            action="append",
            default=[],
            help="rows with `text`, or submissions, in which there are no personal data",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        files = ("campaigns", "personal_data", "negatives")
        if not any(options[name] for name in files):
            raise CommandError("Name a file: --campaigns, --personal-data or --negatives.")
        for path in options["campaigns"]:
            self.campaigns(path, options["leave_out"], options["per"])
        for path in options["personal_data"]:
            self.personal_data(path)
        for path in options["negatives"]:
            self.negatives(path)

    def rows(self, path: Path) -> list[dict[str, Any]]:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            return [json.loads(line) for line in lines if line.strip()]
        except (OSError, ValueError) as error:
            raise CommandError(f"{path}: {error}") from None

    def campaigns(self, path: Path, left_out: list[str], per: int) -> None:
        rows = self.rows(path)
        texts = [text for row in rows for text in evaluation.texts_of(row)]
        groups = evaluation.group_texts(texts)
        self.say(path, f"{len(texts)} texts, {len(set(groups))} groups")
        if all("campaign" in row for row in rows):
            letters = [row["campaign"] for row in rows]
            nowhere = [letter for letter in letters if letter is None]
            self.pairs("known letters among each other", groups, letters, [*left_out, None])
            if nowhere:
                self.pairs("and against texts of none", groups, letters, left_out)
        else:
            self.pairs("texts the same to the letter", groups, texts, _single(texts), recall=True)
        self.largest(groups, texts)
        if per:
            cost = evaluation.cost_of_grouping(evaluation.told_apart(texts, per))
            self.stdout.write(
                f"  {per} texts: {cost.seconds:.1f} s, {1000 * cost.seconds / per:.2f} ms each,"
                f" the process at most {cost.megabytes:.0f} MB"
            )

    def pairs(
        self,
        name: str,
        groups: Sequence[Hashable],
        letters: Sequence[Any],
        left_out: Any,
        *,
        recall: bool = False,
    ) -> None:
        found = evaluation.compare_groups(groups, letters, left_out)
        precision = "" if recall else f"precision {found.precision:.4f}, "
        self.stdout.write(
            f"  {name}: {precision}recall {found.recall:.4f} of {found.known} pairs"
            + ("" if recall else f", {found.wrong} wrong")
        )

    def largest(self, groups: Sequence[Hashable], texts: Sequence[str]) -> None:
        for group, size in Counter(groups).most_common(LARGEST):
            words = " ".join(texts[groups.index(group)].split())
            self.stdout.write(f"  {size:6} × {words[:70]}")

    def personal_data(self, path: Path) -> None:
        rows = self.rows(path)
        self.say(path, f"{len(rows)} rows")
        valid, invalid = evaluation.find_values(row for row in rows if "value" in row)
        spans = evaluation.find_spans(row for row in rows if "spans" in row)
        for name, kinds in (("valid", valid), ("in texts", spans)):
            for kind, found in sorted(kinds.items()):
                missed = ", ".join(dict.fromkeys(found.missed[:8]))
                self.stdout.write(
                    f"  {kind}, {name}: recall {found.recall:.4f} of {found.there}"
                    + (f"; missed: {missed!r}" if missed else "")
                )
        for kind, found in sorted(invalid.items()):
            self.stdout.write(f"  {kind}, invalid: {found.found} of {found.there} found wrongly")

    def negatives(self, path: Path) -> None:
        texts = [text for row in self.rows(path) for text in evaluation.texts_of(row)]
        wrong = evaluation.flagged(texts)
        share = len(wrong) / len(texts) if texts else 0.0
        self.say(path, f"{len(texts)} texts, {len(wrong)} flagged ({share:.2%})")
        for kind, words in wrong[:LARGEST]:
            self.stdout.write(f"  {kind}: {words!r}")

    def say(self, path: Path, words: str) -> None:
        self.stdout.write(f"{path.parent.name}/{path.name}: {words}")


def _single(texts: Sequence[str]) -> set[str]:
    """Texts that came once, or are too short to be grouped: there is no pair to find."""
    return {text for text, n in Counter(texts).items() if n == 1 or not fingerprint(text).keys}
