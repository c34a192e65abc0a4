"""Short forms that mean one thing: acronyms in both languages, and abbreviations of law.

An acronym's translation is the same name, as a word without its accents is the same word. So it is
found without a note: a note that "AI" was also looked for as "IA" would tell nobody anything, and
to say it of every search about this site's subject would hide the notes that matter.
"""

# Each line is one thing. A plural in -s goes by itself.
_ACRONYMS = (
    "AI IA",
    "AGI IAG",
    "GenAI IAGen",
    "LLM",
    "ICT TIC",
    "SME PyME",
    "MSME MiPyME",
    "OECD OCDE",
    "NGO ONG",
    "ILO OIT",
    "USMCA TMEC",
    "GDP PIB",
    "NLP PLN",
)
# These are words too, or another country's name, so they count in capitals only.
_IN_CAPITALS = ("IT TI", "US USA EUA EEUU", "EU UE", "STEM CTIM")


def _keys(lines: tuple[str, ...], *, capitals: bool) -> dict[str, str]:
    return {
        form + plural if capitals else (form + plural).casefold(): f"={line.split()[0].casefold()}"
        for line in lines
        for form in line.split()
        for plural in ("", "s")
    }


# By the acronym, its key: no word's key has an equals sign.
_ANYHOW = _keys(_ACRONYMS, capitals=False)
_CAPITALS = _keys(_IN_CAPITALS, capitals=True) | _keys(_ACRONYMS, capitals=True)


def acronym(word: str, *, capitals: bool = False) -> str | None:
    """The key that stands for `word` in every language if it is an acronym, else None.

    With `capitals` it must be written in them: "ai" is a verb in French.
    """
    return _CAPITALS.get(word) or (None if capitals else _ANYHOW.get(word.casefold()))


ABBREVIATIONS = {
    "es": {
        "art": "artículo",
        "arts": "artículos",
        "cap": "capítulo",
        "frac": "fracción",
        "fracc": "fracción",
        "inc": "inciso",
        "num": "número",
        "pag": "página",
        "pags": "páginas",
        "parr": "párrafo",
        "sec": "sección",
    },
    "en": {"sec": "section", "secs": "sections", "para": "paragraph", "paras": "paragraphs"},
}
