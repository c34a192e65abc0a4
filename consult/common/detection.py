"""The language of a short text: one of the site's two, one of the country's own, or another.

Models tell Spanish from English. The languages of Mexico that people are likely to write in have
none, so their commonest small words tell them, and a text like neither is at least not forced into
one of the two: models of languages that look like it claim it first.
"""

import re
import unicodedata

from django.utils.functional import SimpleLazyObject
from lingua import Language, LanguageDetector, LanguageDetectorBuilder

UNKNOWN = "und"
LONGEST = 2_000

# Small words without their accents. A glottal stop is an apostrophe in whatever shape.
SPANISH_ALONE = "es alone"
SMALL_WORDS = {
    "es": """de la el los las que y o a en no se un una es por para con su sus al del lo como mas
        pero si ya todo toda todos muy esta este estos estas hay ser son sin sobre le les nos me mi
        tu hacer tiene debe deben cuando porque quien donde tambien solo entre desde hasta""",
    "en": """the of and to a in is that for it on be are as with this by not or from at have has an
        we you they our their your i was but all no more should would will can there what who if so
        do does than about its must only when how""",
    "nah": """amo axkana ax uan huan ihuan iuan wan nochi nochin nochtin tlen tlein ipan ica ika san
        zan pampa ipampa ma tla tlaj kema kemaj quema kenke ken quen kampa campa onkaj onka oncac
        onca inin inon nopa tehuan tehuantin tojuantij tejuan nehuatl nejuatl yehuatl moneki monequi
        uelis hueliz huelis noijki noihqui miyak miec kuali cualli kualli ihquin ijkon niman axan
        axcan nojkia nojquia tlamantli""",
    "yua": """le u ti' tu yeetel yetel ma' maak tulaakal ku wa ba'al ba'ax bix je'el jump'eel jun
        yaan tia'al uti'al utia'al bey beyxan mina'an to'on teech teen kaaj meyaj paalal tumen cheen
        mix mixmaak mixmak xan ka' lela' lelo' beya' k unaj ichil tu'ux""",
    "tar": """mapu mapuriga neje muje tamuje emi alue echi jipi ke tasi we sine bile bire suwaba
        suwabaga kiti gite a'la ga'ra ko ra'ichari raramuri ralamuli aliga ariga nilu niru niwa japi
        jape okua muchi nochama nochali kawi kawichi onoruame ju jena amina""",
    "tzh": """ta te ya sok yu'un ay ma me winik winiketik swenta jich ja' xu' spisil banti beluk
        mach'a yich' jun in ini mame lum""",
    "tzo": """ta oy mu muk xchi'uk ti li i skotol yu'un sventa buch'u mu'ch'u k'usi ja' ak'o chich'
        sk'an va jech lek jun vo'otik""",
    # Of Spanish what Portuguese, which shares the rest, has not.
    SPANISH_ALONE: "el la los las y en del una con lo al su sus hay muy pero es son este mas ya",
}
WORDS = {code: frozenset(words.split()) for code, words in SMALL_WORDS.items()}
ENDINGS = {
    "nah": re.compile(r".{2,}(?:tl|tlij?|lli|tzin|quej|[iaeo]j)"),
    "yua": re.compile(r".*(?:o'ob|oob|o'obe'|oobe'|ta'al|sa'al)"),
}
INDIGENOUS = ("nah", "yua", "tar", "tzh", "tzo")
EUROPEAN = {Language.FRENCH: "fr", Language.PORTUGUESE: "pt", Language.GERMAN: "de"}
OURS = {Language.SPANISH: "es", Language.ENGLISH: "en"}
# Their models claim what is written in a language that has none.
STRANGERS = (
    Language.SWAHILI,
    Language.YORUBA,
    Language.SOMALI,
    Language.TSWANA,
    Language.ZULU,
    Language.TAGALOG,
)

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]*)*")
APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ‘´`ꞌ′", "'"))

# Measured by tests/common/test_language_figures.py.
FEWEST_SMALL_WORDS = 2
SHARE_OF_SMALL_WORDS = 0.25
LEAD = 1.2
# A text of some length with fewer small words of ours than this is in neither of the two.
OWN_SHARE = 0.2
LENGTH_TO_DOUBT = 5
LENGTH_TO_BE_SURE = 8
SURE = 0.95
# Some Spanish looks like Portuguese to any model; with so many words of its own it is not.
SHARE_OF_SPANISH_ALONE = 0.1

# Loading the models takes a while: at first use, then kept.
_two: LanguageDetector = SimpleLazyObject(  # type: ignore[assignment]
    lambda: LanguageDetectorBuilder.from_languages(*OURS).build()
)
_many: LanguageDetector = SimpleLazyObject(  # type: ignore[assignment]
    lambda: (
        LanguageDetectorBuilder.from_languages(*OURS, *EUROPEAN, *STRANGERS)
        # The short models alone: they cost next to nothing, and here they do as well.
        .with_low_accuracy_mode()
        .build()
    )
)


def unaccented(text: str) -> str:
    """`text` without its accents: one “Juárez” in an English sentence would decide for Spanish."""
    parts = unicodedata.normalize("NFD", text[:LONGEST])
    return "".join(part for part in parts if not unicodedata.combining(part))


def of_two(text: str, default: str) -> str:
    """The language of `text`, `es` or `en`; `default` where it has no words to tell by."""
    bare = unaccented(text).encode("ascii", "ignore").decode()
    found = _two.detect_language_of(bare)
    return OURS[found] if found else default


def of_any(text: str, default: str) -> str:
    """The language of `text`: of ours, of those known here, or UNKNOWN; `default` without words."""
    bare = unaccented(text).translate(APOSTROPHES)
    words = WORD.findall(bare.lower())
    if not words:
        return default
    own = max(_share(words, code) for code in OURS.values())
    share, code = max((_share(words, code), code) for code in INDIGENOUS)
    if share >= max(SHARE_OF_SMALL_WORDS, own * LEAD) and share * len(words) >= FEWEST_SMALL_WORDS:
        return code
    if len(words) >= LENGTH_TO_DOUBT and own < OWN_SHARE:
        best = _many.detect_language_of(bare)
        if best and best not in OURS:
            return EUROPEAN.get(best, UNKNOWN)
    elif len(words) >= LENGTH_TO_BE_SURE and _share(words, SPANISH_ALONE) < SHARE_OF_SPANISH_ALONE:
        # Their small words are much like ours, so that only the models can tell.
        first = _many.compute_language_confidence_values(bare)[0]
        if first.language in EUROPEAN and first.value >= SURE:
            return EUROPEAN[first.language]
    return of_two(text, default)


def _share(words: list[str], code: str) -> float:
    known, ending = WORDS[code], ENDINGS.get(code)
    hits = sum(word in known or bool(ending and ending.fullmatch(word)) for word in words)
    return hits / len(words)
