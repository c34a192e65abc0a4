"""PDFs by all the rules of PDF/UA-1 that a program can check, and with a collection of hostile strings."""

import json
from html import escape
from itertools import product
from pathlib import Path

import page
import pytest
from django.core.management import call_command
from django.test import Client

from consult.common.importing import ImportRefused
from consult.common.texts import storable
from tests.factories import make_draft
from working_groups.documents.reading import read_document
from working_groups.models import Version, WorkingGroupPage

pytestmark = pytest.mark.django_db

STRINGS = Path(__file__).parents[3] / "shared/data/hostile_input/blns.json"


def faults(data: bytes) -> list[str]:
    report = page.validate_pdf_bytes(data, profile="ua1")
    return [f"{fault.rule_id}: {fault.message}" for fault in report.failures]


def test_every_pdf_of_the_demonstration_keeps_the_rules(client: Client, site: object) -> None:
    call_command("seed_demo", "--force", verbosity=0)
    found = {}
    for version, code, name in product(Version.objects.all(), ("es", "en"), ("text", "both")):
        draft = version.draft
        address = (
            f"/{code}/groups/{draft.group.slug}/{draft.slug}/versions/{version.number}/{name}.pdf"
        )
        found[address] = faults(client.get(address).content)
    assert found
    assert {address: each for address, each in found.items() if each} == {}


@pytest.mark.skipif(not STRINGS.exists(), reason="the collection of hostile strings is not here")
def test_whatever_is_typed_can_be_printed_and_worked_on(
    client: Client, group: WorkingGroupPage
) -> None:
    strings = [storable(each) for each in json.loads(STRINGS.read_text()) if each.strip()]
    pieces = [strings[place : place + 40] for place in range(0, len(strings), 40)]
    make_draft(
        group,
        "cadenas",
        heading_es=strings[0],
        sections=[
            {
                "heading_es": each[0][:250],
                "heading_en": each[-1][:250],
                # As text in one language, as the markup that it may be in the other.
                "body_es": "".join(f"<p>{escape(string)}</p>" for string in each),
                "body_en": "".join(f"<p>{string}</p>" for string in each),
            }
            for each in pieces
        ],
    )
    for code, name in product(("es", "en"), ("text", "both")):
        address = f"/{code}/groups/ia-trabajo/cadenas/versions/1/{name}"
        assert faults(client.get(f"{address}.pdf").content) == []
        file = client.get(f"{address}.docx")
        if name == "text":
            assert len(read_document("cadenas.docx", file.content, code).sections) == len(pieces)
        else:
            # It is read to the end, and then refused: an import takes one language a file.
            with pytest.raises(ImportRefused):
                read_document("cadenas.docx", file.content, code)
