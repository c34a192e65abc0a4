from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consult.submissions.ledger import GENESIS, faults
from consult.submissions.models import LedgerHead
from working_groups.queries import altered_versions


class Command(BaseCommand):
    help = "Check that no submission was lost, added or altered, and no version; print the ledger's head."

    def handle(self, *args: Any, **options: Any) -> None:
        fault = next(faults(), None) or next(altered_versions(), None)
        if fault:
            raise CommandError(fault)
        head = LedgerHead.objects.filter(pk=1).first()
        self.stdout.write(f"{head.sequence if head else 0} {head.digest if head else GENESIS}")
