from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.management import call_command
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed
from pytest_django import DjangoDbBlocker

from consult.pages.actions import STAFF, set_up_site
from consult.pages.models import HomePage
from tests.factories import make_draft, make_group, make_user
from tests.racing import drop_clean_copy, keep_clean_copy
from working_groups.models import DraftPage, WorkingGroupPage


def pytest_sessionstart() -> None:
    """Compile the catalogues: git keeps their sources only."""
    call_command("messages", "--compile")
    # Django has read some while it started, before they were compiled.
    translation_file_changed(None, Path(settings.LOCALE_PATHS[0], "django.mo"))


@pytest.fixture(autouse=True)
def spanish() -> Iterator[None]:
    """Every test begins in the site's first language, whatever the one before activated or kept."""
    translation.activate("es")
    cache.clear()
    yield
    translation.activate("es")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Put the site's own pages up once, under every test's transaction."""
    with django_db_blocker.unblock(), translation.override("es"):
        set_up_site()
        keep_clean_copy()
    yield
    with django_db_blocker.unblock():
        drop_clean_copy()


@pytest.fixture
def site(db: None) -> HomePage:
    """The site's fixed pages, the codebook and the staff's permissions."""
    return HomePage.objects.get()


@pytest.fixture
def group(site: HomePage) -> WorkingGroupPage:
    return make_group("ia-trabajo", "IA y trabajo", "AI and work")


@pytest.fixture
def other_group(site: HomePage) -> WorkingGroupPage:
    return make_group(
        "infraestructura-digital", "Infraestructura digital", "Digital infrastructure"
    )


@pytest.fixture
def draft(group: WorkingGroupPage) -> DraftPage:
    """An open draft of two sections and a question of each kind."""
    return make_draft(group, "formacion")


@pytest.fixture
def other_draft(other_group: WorkingGroupPage) -> DraftPage:
    return make_draft(other_group, "conectividad")


@pytest.fixture
def chair(group: WorkingGroupPage) -> User:
    return make_user("chair1", group.chairs)


@pytest.fixture
def other_chair(other_group: WorkingGroupPage) -> User:
    return make_user("otherchair", other_group.chairs)


@pytest.fixture
def staff_user(site: HomePage) -> User:
    return make_user("staff", Group.objects.get(name=STAFF))
