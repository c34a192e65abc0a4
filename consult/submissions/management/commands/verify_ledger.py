from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consult.submissions.ledger import GENESIS, faults
from consult.submissions.models import LedgerHead


class Command(BaseCommand):
    help = "Check that no submission was lost, added or altered; print the ledger's head."

    def handle(self, *args: Any, **options: Any) -> None:
        fault = next(faults(), None)
        if fault:
            raise CommandError(fault)
        head = LedgerHead.objects.filter(pk=1).first()
        self.stdout.write(f"{head.sequence if head else 0} {head.digest if head else GENESIS}")
