"""Putting up the site's own pages: what every installation starts from."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import override
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
)

from consult.common.languages import CODES
from consult.common.models import BilingualPage
from consult.submissions.privacy import first_notice
from consult.themes.actions import load_codebook
from working_groups.models import GroupIndexPage

from .models import EvidenceIndexPage, HomePage, PlainPage, ThemeIndexPage

TEXTS = Path(__file__).parent / "site.json"
STAFF = "Equipo editorial"
CLERKS = "Captura"
# slug, class, key in site.json, in the main menu: in the menu's order.
PAGES: list[tuple[str, type[BilingualPage], str, bool]] = [
    ("groups", GroupIndexPage, "groups_index", True),
    ("themes", ThemeIndexPage, "themes_index", True),
    ("evidence", EvidenceIndexPage, "evidence_index", True),
    ("about", PlainPage, "about", False),
    ("privacy", PlainPage, "privacy", False),
    ("accessibility", PlainPage, "accessibility", False),
]


def bilingual(fields: dict[str, Any], texts: dict[str, Any], *names: str) -> dict[str, Any]:
    """`fields` with the translated columns of `names`, as far as `texts` has them."""
    return fields | {
        f"{name}_{code}": text
        for name in names
        if name in texts
        for code, text in texts[name].items()
    }


@transaction.atomic
def set_up_site() -> HomePage:
    """The front page with its fixed children, the codebook and the staff's permission group.

    What exists is left as it is; running it again changes nothing.
    """
    load_codebook()
    texts = json.loads(starting_texts())
    home = HomePage.objects.first()
    if home is None:
        root = Page.get_first_root_node()
        home = HomePage(slug="inicio", **bilingual({}, texts["home"], "heading", "summary", "body"))
        with override("es"):
            root.add_child(instance=home)
        home.save_revision().publish()
        welcome = Site.objects.filter(is_default_site=True).first()
        site = welcome or Site(is_default_site=True, hostname="localhost")
        site.root_page, site.site_name = home, settings.WAGTAIL_SITE_NAME
        site.save()
        # Wagtail's own "Welcome" page, if it is still there and nobody's.
        Page.objects.filter(depth=2, slug="home", content_type__model="page").delete()
        remove_wagtails_own_groups()
    for slug, page_class, key, in_menu in PAGES:
        if not home.get_children().filter(slug=slug).exists():
            fields = bilingual({}, texts[key], "heading", "summary")
            if issubclass(page_class, PlainPage):
                fields = bilingual(fields, texts[key], "body")
            page = page_class(slug=slug, show_in_menus=in_menu, **fields)
            with override("es"):
                home.add_child(instance=page)
            page.save_revision().publish()
    begin_privacy_notice(home, texts["privacy"]["notice"])
    provision_staff(home)
    provision_clerks()
    return home


def starting_texts() -> str:
    """The texts of site.json, with what they promise as the settings have it."""
    text = TEXTS.read_text("utf-8")
    promised = {
        "contact": settings.CONTACT_EMAIL,
        "retention_days": str(settings.RETENTION_DAYS),
        "retention_latest_days": str(settings.RETENTION_LATEST_DAYS),
        "arco_days": str(settings.ARCO_DAYS),
        "letters_kept_days": str(settings.LETTERS_KEPT_DAYS),
    }
    for name, value in promised.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def begin_privacy_notice(home: HomePage, texts: dict[str, dict[str, str]]) -> None:
    """The notice's first version: what stood on its page until now, else what ships with us.

    The page stays, for its address and for links to it; its address shows the notice.
    """
    columns = {f"{name}_{code}": text for name in texts for code, text in texts[name].items()}
    page = PlainPage.objects.child_of(home).filter(slug="privacy").first()
    if page is not None and page.body_es:
        columns |= {f"body_{code}": getattr(page, f"body_{code}") or "" for code in CODES}
    first_notice(columns)


def remove_wagtails_own_groups() -> None:
    """Wagtail's own groups may edit every page, and its workflow asks them; ours are told apart."""
    Workflow.objects.filter(name="Moderators approval").delete()
    Group.objects.filter(name__in=["Editors", "Moderators"], user=None).delete()


def provision_staff(home: HomePage) -> Group:
    """The permission group of staff: every page, theme, term, image and document; no comments."""
    group, created = Group.objects.get_or_create(name=STAFF)
    if created:
        group.permissions.add(
            Permission.objects.get(codename="access_admin"),
            *Permission.objects.filter(content_type__app_label="themes"),
            *Permission.objects.filter(content_type__app_label="wagtailredirects"),
        )
        for permission_type in ("add", "change", "publish", "lock", "unlock", "bulk_delete"):
            GroupPagePermission.objects.create(
                group=group, page=home, permission_type=permission_type
            )
        collection = Collection.get_first_root_node()
        files = Permission.objects.filter(
            content_type__app_label__in=["wagtailimages", "wagtaildocs"]
        ).exclude(codename__startswith="view")
        for permission in files:
            GroupCollectionPermission.objects.create(
                group=group, collection=collection, permission=permission
            )
    # Each time: these came after the first release.
    group.permissions.add(
        *Permission.objects.filter(content_type__model="glossaryterm"),
        Permission.objects.get(content_type__app_label="moderation", codename="change_appeal"),
        *Permission.objects.filter(
            content_type__app_label="submissions",
            codename__in=["add_privacynotice", "change_datarequest"],
        ),
        *keying_in(),
    )
    return group


def provision_clerks() -> Group:
    """The permission group of clerks: they key in what came on paper, and see nothing else."""
    group, _created = Group.objects.get_or_create(name=CLERKS)
    group.permissions.add(Permission.objects.get(codename="access_admin"), *keying_in())
    return group


def keying_in() -> QuerySet[Permission]:
    """What keying in takes."""
    return Permission.objects.filter(
        content_type__app_label="submissions", codename="add_submission"
    )
