from typing import Any

import pytest
from django.core.management import CommandError

from consult.demonstration.loading import FLAGSHIP
from tests.demonstration.test_seed_demo import everything, phases, seed
from working_groups.enums import Phase
from working_groups.models import DraftPage


@pytest.mark.django_db
def test_the_flagship_goes_through_every_stage(settings: Any) -> None:
    settings.DEBUG = False
    said = seed("--force", "--stage", "upcoming")
    assert settings.DEMO_PASSWORD not in said
    settings.DEBUG = True
    draft = DraftPage.objects.get(slug=FLAGSHIP)
    assert (draft.phase(), draft.submissions.count()) == (Phase.UPCOMING, 0)
    for stage in (Phase.OPEN, Phase.ANALYSIS, Phase.RESPONDED, Phase.OPEN):
        seed("--stage", stage)
        assert phases()[FLAGSHIP] == stage
        assert phases()["lenguas-indigenas-ia"] == Phase.UPCOMING
    rows = everything()
    seed("--stage", "open")
    seed()
    assert everything() == rows
    with pytest.raises(CommandError, match="opens soon"):
        seed("--stage", "upcoming")
    assert DraftPage.objects.get(slug=FLAGSHIP).versions.count() == 2
