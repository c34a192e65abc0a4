from typing import Any

from django.core.management.base import BaseCommand

from consult.pages.actions import set_up_site


class Command(BaseCommand):
    help = "Put up the front page, the fixed pages, the codebook and the staff's permissions."

    def handle(self, *args: Any, **options: Any) -> None:
        home = set_up_site()
        self.stdout.write(f"{home.heading_es}: {home.get_descendants().count()} pages below")
