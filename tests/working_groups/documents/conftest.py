import uuid

import pytest

from tests.factories import make_draft
from working_groups.models import DraftPage, WorkingGroupPage

COURSES, RURAL, LAST = (uuid.UUID(int=place) for place in range(1, 4))
LEGAL_NOTE = '<p>Sin efectos <b>jurídicos</b>: <a href="https://example.org/ley">ley</a>.</p>'


def refer(uid: uuid.UUID, number: str) -> str:
    return f'<a linktype="section" uid="{uid}">{number}</a>'


@pytest.fixture
def rich_draft(group: WorkingGroupPage) -> DraftPage:
    """A draft with all that a text may have; its last section and one body are in Spanish only."""
    return make_draft(
        group,
        "rico",
        heading_es="Formación & <derechos>",
        heading_en="Training & <rights>",
        legal_note_es=LEGAL_NOTE,
        legal_note_en="<p>Not binding.</p>",
        sections=[
            {
                "uid": COURSES,
                "heading_es": "Cursos",
                "heading_en": "Courses",
                "body_es": (
                    f"<p>Véase {refer(RURAL, '1.1')} o {refer(LAST, '2')}.<small>Primera "
                    '<b>nota</b>, <a href="https://example.org/n">enlace</a>.</small> '
                    "H<sub>2</sub>O, m<sup>2</sup>, <s>no</s>, <code>sí</code>.</p>"
                    '<ol start="3"><li>Tres<ul><li>Dentro</li></ul></li><li>Cuatro</li></ol>'
                    "<h3>Detalle</h3><blockquote><p>Cita.</p></blockquote><hr><p>Fin.</p>"
                ),
                "body_en": f"<p>See {refer(RURAL, '1.1')}.<small>A note.</small></p>",
            },
            {
                "uid": RURAL,
                "level": 2,
                "heading_es": "Zonas rurales",
                "heading_en": "Rural areas",
                "body_es": (
                    "<table><caption>Metas</caption><thead><tr><th>Meta</th>"
                    '<th colspan="2">Años</th></tr></thead><tbody><tr><th scope="row" rowspan="2">'
                    "Plazas</th><td>2027</td><td>2028<small>Segunda.</small></td></tr>"
                    "<tr><td>30</td><td>40</td></tr></tbody></table>"
                ),
                "body_en": "",
            },
            {
                "uid": LAST,
                "heading_es": "Vigencia",
                "heading_en": "",
                "body_es": "<p>Al publicarse.</p>",
                "body_en": "",
            },
        ],
    )
