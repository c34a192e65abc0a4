from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from consult.demonstration.loading import FLAGSHIP, SIGN_INS, WINDOWS, CannotGoBack, load
from working_groups.enums import Phase
from working_groups.models import DraftPage


class Command(BaseCommand):
    help = "Load the demonstration: groups, drafts, comments, evidence. Twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--stage",
            choices=[phase.value for phase in WINDOWS],
            help=f"the phase in which the draft {FLAGSHIP} is shown; the others keep theirs",
        )
        parser.add_argument(
            "--force", action="store_true", help="load it where DEBUG is off, known passwords too"
        )

    def handle(self, *args: Any, stage: str | None, force: bool, **options: Any) -> None:
        if not (settings.DEBUG or force):
            raise CommandError(
                _(
                    "This looks like a site in use (DEBUG is off). The demonstration brings "
                    "sign-ins that everybody knows; --force loads it all the same."
                )
            )
        try:
            load(Phase(stage) if stage else None, self.stdout.write)
        except CannotGoBack as error:
            raise CommandError(
                _("The draft has comments already, so it cannot be one that opens soon.")
            ) from error
        self.say_where()

    def say_where(self) -> None:
        base = settings.WAGTAILADMIN_BASE_URL
        group = DraftPage.objects.get(slug=FLAGSHIP).group.slug
        lines = [f"{base}/es/", f"{base}/en/groups/{group}/{FLAGSHIP}/", f"{base}/admin/"]
        if settings.DEBUG:
            lines.append(
                _("Sign in as %(names)s; password: %(password)s")
                % {"names": ", ".join(SIGN_INS), "password": settings.DEMO_PASSWORD}
            )
        self.stdout.write("\n".join(["", *lines]))
