"""A made-up consultation of any size: seeded, in both languages, of sentences that people wrote.

Sentences and lengths are those of the real texts beside this checkout; each document also says
something on its themes, in the codebook's own phrases. People mistype one word in a hundred, and
leave out the accents of three Spanish words in a hundred.
"""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from consult.search.analysis import fold
from consult.search.engines.base import Document
from consult.submissions.enums import Stance
from working_groups.enums import Sector

SHARED = Path(__file__).parents[3] / "shared" / "data"
CODEBOOK = Path(__file__).parents[2] / "consult" / "themes" / "codebook.json"
SEED = 42
TYPOS, UNACCENTED = 0.01, 0.03
# Of all documents: sections of drafts, in both languages, among the comments.
SECTIONS = 0.1
SPANISH = 0.6
GROUPS, DRAFTS = 8, 40
BEGINNING = datetime(2024, 11, 1, tzinfo=ZoneInfo("America/Mexico_City"))
MINUTES = 730 * 1_440
# Words in a text: nobody counts shorter ones as comments, nor reads longer ones.
SHORTEST, LONGEST = 6, 600
FRAMES = {
    "es": (
        "Hace falta {phrase} para {whom} en {where}.",
        "Sin {phrase}, {whom} se quedan atrás en {where}.",
        "El borrador dice muy poco sobre {phrase}, y {whom} lo necesitan.",
        "En {where} llevamos años hablando de {phrase} y nada cambia para {whom}.",
        "Pido que este apartado nombre {phrase} y diga quién responde ante {whom}.",
        "¿Quién va a pagar {phrase} en {where}?",
    ),
    "en": (
        "We need {phrase} for {whom} in {where}.",
        "Without {phrase}, {whom} are left behind in {where}.",
        "The draft says very little about {phrase}, and {whom} need it.",
        "In {where} we have talked about {phrase} for years and nothing changes for {whom}.",
        "This section should name {phrase} and say who answers to {whom}.",
        "Who is going to pay for {phrase} in {where}?",
    ),
}
WHOM = {
    "es": (
        "las comunidades rurales", "las personas mayores", "quienes trabajan en la maquila",
        "las mujeres", "los pueblos indígenas", "las pequeñas empresas", "los jóvenes",
        "las personas con discapacidad", "los docentes", "los trabajadores informales",
    ),
    "en": (
        "rural communities", "older people", "assembly workers", "women", "indigenous peoples",
        "small businesses", "young people", "people with disabilities", "teachers",
        "informal workers",
    ),
}  # fmt: skip
WHERE = {
    "es": (
        "la sierra", "los municipios pequeños", "la frontera", "las universidades públicas",
        "el sector público", "las escuelas técnicas", "los barrios periféricos", "el campo",
    ),
    "en": (
        "the mountains", "small towns", "the border region", "public universities",
        "the public sector", "technical schools", "outlying neighbourhoods", "the countryside",
    ),
}  # fmt: skip
STATES = (
    "Chihuahua", "Sonora", "Nuevo León", "Ciudad de México", "Jalisco", "Oaxaca", "Chiapas",
    "Yucatán", "Puebla", "Veracruz", "Baja California", "Coahuila", "Texas", "New Mexico", "",
)  # fmt: skip
WHO = ("", "", "", "", "Universidad Autónoma", "Cámara de Comercio", "Sindicato Nacional", "Red")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n\s*\n")
_MARKUP = re.compile(r"^#+ .*$|\]\([^)]*\)|[*_`|#>\[\ufeff]", re.MULTILINE)


def documents(count: int, seed: int = SEED) -> Iterator[Document]:
    """The first `count` documents of the corpus of `seed`: a larger corpus begins with them.

    Skips the test where the texts that it is made of are not at hand.
    """
    return islice(Writer.at_hand(seed).documents(), count)


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a file of the shared data, in their order."""
    lines = (SHARED / name).read_text("utf-8-sig").splitlines()
    return [json.loads(line) for line in lines]


def sentences(text: str) -> list[str]:
    """The sentences of `text` that are neither a word nor a page long."""
    parts = (" ".join(part.split()) for part in _SENTENCE.split(_MARKUP.sub("", text)))
    return [part for part in parts if 25 < len(part) < 320]


@dataclass
class Writer:
    """Who writes the documents; `chance` decides everything."""

    chance: random.Random
    # What people write and each theme's phrases, by language; and how many words people write.
    sentences: dict[str, list[str]] = field(default_factory=lambda: {"es": [], "en": []})
    lengths: list[int] = field(default_factory=list)
    themes: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @classmethod
    def at_hand(cls, seed: int) -> "Writer":
        """A writer who has read the shared data."""
        if not SHARED.exists():
            pytest.skip("the shared data are not beside this checkout")
        writer = cls(random.Random(seed))
        comments = {
            "es": [row["text"] for row in rows("decide_madrid_2019/comments.jsonl")]
            + [
                comment["body"]
                for row in rows("consultation_chile_ai_2021/submissions.jsonl")
                for comment in row["comments"]
            ],
            "en": [row["text"] for row in rows("campaigns_fcc/comments_14_28.jsonl")],
        }
        articles = rows("ai_governance_parallel/docs.jsonl")
        for code, texts in comments.items():
            lengths = (len(text.split()) for text in texts)
            writer.lengths += [n for n in lengths if SHORTEST <= n <= LONGEST]
            texts += [row["text"] for row in rows(f"xquad/docs.{code}.jsonl")]
            texts += [row[code]["body"] for row in articles]
            texts += [row[code] for row in rows("udhr/articles_es_en.jsonl")]
        for article in ("002", "003", "123"):
            comments["es"].append(rows(f"constitution_mx/art_{article}_versions.jsonl")[-1]["text"])
        for code, texts in comments.items():
            writer.sentences[code] = [each for text in texts for each in sentences(text)]
        for theme in json.loads(CODEBOOK.read_text("utf-8")):
            writer.themes[theme["slug"]] = {
                code: theme["vocabulary"][code] for code in writer.sentences
            }
        return writer

    def documents(self) -> Iterator[Document]:
        """Documents without end."""
        number = 0
        slugs = list(self.themes)
        # Some themes move more people than others.
        weights = [1 / (1 + place / 4) for place in range(len(slugs))]
        while True:
            number += 1
            choose = self.chance.choice
            count = choose((1, 1, 1, 2, 2, 3))
            themes = tuple(dict.fromkeys(self.chance.choices(slugs, weights, k=count)))
            draft = self.chance.randrange(DRAFTS)
            where = {"group": f"g{draft % GROUPS}", "draft": f"g{draft % GROUPS}/d{draft}"}
            date = BEGINNING + timedelta(minutes=self.chance.randrange(MINUTES))
            if self.chance.random() < SECTIONS:
                yield Document(
                    id=f"section:{number}",
                    type="section",
                    url=f"groups/{where['group']}/d{draft}/#s-{number}",
                    text={code: self._body(code, themes, least=4) for code in ("es", "en")},
                    title={
                        code: f"{number % 24} {choose(self.themes[themes[0]][code]).capitalize()}"
                        for code in ("es", "en")
                    },
                    languages=("es", "en"),
                    themes=themes,
                    date=date,
                    **where,
                )
                continue
            language = "es" if self.chance.random() < SPANISH else "en"
            who = choose(WHO)
            yield Document(
                id=f"comment:{number}",
                type="comment",
                url=f"comments/{number}/",
                text={language: self._mistyped(self._body(language, themes), language)},
                title={language: who} if who else {},
                languages=(language,),
                themes=themes,
                stance=self.chance.choices(Stance.values, (8, 5, 6, 3, 2))[0],
                sector=choose(Sector.values),
                state=choose(STATES),
                date=date,
                **where,
            )

    def _body(self, language: str, themes: tuple[str, ...], least: int = 1) -> str:
        """A text of the length of a real one, and at least `least` sentences."""
        choose = self.chance.choice
        parts = []
        for theme in themes:
            said = choose(FRAMES[language]).format(
                phrase=choose(self.themes[theme][language]),
                whom=choose(WHOM[language]),
                where=choose(WHERE[language]),
            )
            parts.append(said[0].upper() + said[1:])
        length = choose(self.lengths)
        words = sum(part.count(" ") + 1 for part in parts)
        while words < length or len(parts) < least:
            parts.append(choose(self.sentences[language]))
            words += parts[-1].count(" ") + 1
        self.chance.shuffle(parts)
        return " ".join(parts)

    def _mistyped(self, text: str, language: str) -> str:
        words = text.split(" ")
        spanish = language == "es"
        for place in range(len(words)):
            fate = self.chance.random()
            if fate < TYPOS:
                words[place] = self._typo(words[place])
            elif spanish and fate < TYPOS + UNACCENTED:
                words[place] = fold(words[place], keep="¿¡")
        return " ".join(words)

    def _typo(self, word: str) -> str:
        if len(word) < 5 or not word.isalpha():
            return word
        at = self.chance.randrange(1, len(word) - 1)
        kind = self.chance.random()
        if kind < 0.35:
            return word[:at] + word[at + 1 :]
        if kind < 0.7:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return word[:at] + self.chance.choice("aeiourstnl") + word[at + 1 :]
