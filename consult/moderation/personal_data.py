"""Where a text holds personal data, as far as a machine can tell: it proposes, a person decides.

Every pattern is bounded or possessive and begins where a word begins, so that any text, however
hostile, is read in a time proportional to its length.
"""

import re
from bisect import bisect, insort
from collections.abc import Callable, Iterator

from consult.submissions.covering import Span
from consult.submissions.enums import Covered

# Signs that people and their telephones use for one another; each stays one character.
PLAIN_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        "＠": "@",
        "＋": "+",
    }
)

NO_WORD_BEFORE = r"(?<![\w&])"
NO_WORD_AFTER = r"(?!\w)"

EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]++ ?@ ?[\w-]++(?:\.[\w-]++)*+")
EMAIL_DOMAIN = re.compile(r"@ ?[\w.-]*\.[A-Za-z]{2}")
WRITTEN_EMAIL = re.compile(
    r"""(?<![\w.%+-])[\w.%+-]++\s{0,3}
    (?:[(\[{]\s?(?:arroba|at)\s?[)\]}]|(?<=\s)arroba(?=\s)|(?<=\s)at(?=\s[\w-]{1,40}\s(?:dot|punto)\s))
    \s{0,3}[\w-]++
    (?:\.[\w-]++|\s?[(\[{]\s?(?:punto|dot)\s?[)\]}]\s?[\w-]++|\s(?:punto|dot)\s[\w-]++)++""",
    re.IGNORECASE | re.VERBOSE,
)

CURP = re.compile(
    NO_WORD_BEFORE
    + r"([A-Z]{4})[ -]?([0-9]{6})[ -]?([HMX](?:AS|BC|BS|CC|CH|CL|CM|CS|DF|DG|GR|GT|HG|JC|MC|MN|MS|NE"
    r"|NL|NT|OC|PL|QR|QT|SL|SP|SR|TC|TL|TS|VZ|YN|ZS)[A-Z]{3})[ -]?([A-Z0-9][0-9])" + NO_WORD_AFTER,
    re.IGNORECASE,
)
CURP_SIGNS = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"

RFC = re.compile(
    NO_WORD_BEFORE + r"([A-ZÑ&]{3,4})[ -]?([0-9]{6})[ -]?([A-Z0-9]{2}[0-9A])" + NO_WORD_AFTER,
    re.IGNORECASE,
)
RFC_SIGNS = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"

# Groups of digits that a blank or a dash holds together.
NUMBER = re.compile(r"(?<![\w.])[0-9]++(?:[ -][0-9]++)*+(?!\w)")
GROUP = re.compile(r"[0-9]+")
CLABE_GROUPS = frozenset(
    {(18,), (3, 3, 11, 1), (3, 3, 12), (6, 12), (6, 6, 6), (4, 4, 4, 4, 2), (3,) * 6}
)
CARD_GROUPS = frozenset(
    {*((length,) for length in range(12, 20)), (4,) * 4, (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4)}
)
MOST_GROUPS = 6
# How the numbers of each kind of card begin, with the lengths it has.
CARDS = re.compile(
    r"4(?=[0-9]{12}$|[0-9]{15}$|[0-9]{18}$)"
    r"|(?:5[1-5]|22[2-9]|2[3-6]|27[01]|2720)(?=[0-9]{12,14}$)"
    r"|3[47](?=[0-9]{13}$)|3(?:0[0-5]|[689])(?=[0-9]{11,13}$)|(?:2131|1800)(?=[0-9]{11}$)"
    r"|35(?=[0-9]{14}$)|(?:5[0678]|6)(?=[0-9]{10,18}$)"
)

# What begins no telephone: the rest of a number, an amount, a part of an address on the web.
NO_NUMBER_BEFORE = r"(?<![\w/=#])(?<![0-9][.,:-])(?<!\$)(?<!\$\ )"
NO_NUMBER_AFTER = (
    r"(?![\w%])(?![.,:/-][0-9])"
    r"(?!\ ?(?:%|pesos|d[oó]lares|dollars|usd|mxn|euros|millones|million|personas|people)\b)"
)
PHONE = re.compile(
    NO_NUMBER_BEFORE
    + r"""(?:
      (?:\+|\b00)[1-9](?:[ .()-]{0,3}[0-9]){7,14}                                # any country
    | (?:(?:52(?:[ .-]?1)?|1|01|044|045)[ .-]?)?(?:
          \(?[2-9][0-9]{2}\)?[ .-]{0,2}[0-9]{3}[ .-]?[0-9]{4}                    # 656 123 4567
        | \(?[2-9][0-9]\)?[ .-]{1,2}[0-9]{4}[ .-]?[0-9]{4}                       # 55 1234 5678
        | \(?[2-9][0-9]{2}\)?[ .-]{1,2}[0-9]{3}[ .-][0-9]{2}[ .-][0-9]{2}        # 656 123 45 67
        | \(?[2-9][0-9]{2}\)?[ .-]{1,2}[0-9][ .-][0-9]{2}[ .-][0-9]{2}[ .-][0-9]{2}
        | \(?[2-9][0-9]\)?(?:[ .-][0-9]{2}){4}                                   # 55 12 34 56 78
      )
    | \([2-9]\)\ [0-9]{4}[ -][0-9]{4}                                            # elsewhere
    | [6-9][0-9]{2}(?:\ [0-9]{2}){3} | [6-9][0-9]{2}\ [0-9]{3}\ (?!000)[0-9]{3}
    | (?<![0-9]\ )(?!(?:19|20)[0-9]{2}\ (?:19|20))[2-9][0-9]{3}\ [0-9]{4}(?!\ [0-9])
    )"""
    + NO_NUMBER_AFTER,
    re.VERBOSE | re.IGNORECASE,
)
# After such a word any number of seven digits or more is one.
ANNOUNCED_PHONE = re.compile(
    r"""\b(?:tel|tel[ée]fonos?|cel|celular(?:es)?|m[óo]vil|whats(?:app)?|wpp|phone|mobile|call\ me)\b
    [.:]?(?:\ (?:es|is|al|at|el|n[úu]mero|number|no\.|de|casa|(?:mi|su|my)))*+[.:]?\ {0,3}
    (?P<number>[(]?[0-9](?:[ .()-]{0,2}[0-9]){6,14})(?![\w%])""",
    re.VERBOSE | re.IGNORECASE,
)

# A street's name: a word that begins with a capital or a number, and up to five others.
NAME = r"(?:(?:de|del|la|las|los|el|y)\ ){0,3}[A-ZÁÉÍÓÚÑ0-9][\w.'-]{0,30}"
NAMES = rf"{NAME}(?:\ {NAME}){{0,5}}?"
HOUSE = r"(?:\#|[Nn](?:o|[úu]m|[úu]mero)?\.?)\ ?[0-9]{1,5}"
MORE_MX = (
    r"(?:,?\ (?:[Ii]nt(?:erior)?|[Dd]epto|[Dd]epartamento|[Ee]xt|[Ll]ote|[Mm]anzana|[Mm]z|[Ll]t)"
    r"\.?\ ?[\w-]{1,6})?"
    rf"(?:,?\ (?:[Cc]ol\.|[Cc]olonia|[Ff]racc\.|[Ff]raccionamiento|[Bb]arrio)\ {NAMES}(?=[,.;\n]|\ C\.?P|$))?"
    r"(?:,?\ (?:C\.?\ ?P\.?|[Cc]ódigo\ [Pp]ostal):?\ ?[0-9]{5})?"
)
ADDRESS = re.compile(
    rf"""(?<!\w)(?:
      (?:[Cc]alle|[Aa]v(?:enida|da)?\.?|[Bb]lvd\.?|[Bb](?:ou)?le(?:vard|var)|[Cc]alz(?:ada|\.)
        |[Pp]riv(?:ada|\.)|[Aa]ndador|[Cc]allej[óo]n|[Cc]errada|[Pp]rol(?:ongaci[óo]n|\.)|[Cc]arr(?:etera|\.)
        |[Cc]ircuito|[Rr]etorno|Paseo|Plaza|Camino)
      \ {NAMES},?\ (?:{HOUSE}|[Kk]m\.?\ [0-9.]{{1,6}}|[0-9]{{1,5}})(?![\w%]){MORE_MX}
    | [Cc]ol(?:onia|\.)\ {NAMES},?\ (?:C\.?\ ?P\.?|[Cc]ódigo\ [Pp]ostal):?\ ?[0-9]{{5}}
    | C\.?\ ?P\.?:?\ ?[0-9]{{5}}
    | [0-9]{{1,6}}\ (?:[NSEW]\.?\ )?(?:[A-Z0-9][\w.'-]{{0,20}}\ ){{1,4}}?
      (?:St|Street|Ave?|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Ct|Court|Pl|Terrace|Hwy|Highway
        |Pkwy|Parkway|Cir|Circle)\b\.?(?:,?\ (?:[Aa]pt|[Ss]uite|[Uu]nit|[Ss]te)\.?\ ?[\w-]{{1,6}}|,?\ \#\ ?[0-9]{{1,5}})?
      (?:,\ [A-Z][\w.\ ]{{2,30}})?(?:,?\ [A-Z]{{2}},?\ [0-9]{{5}}(?:-[0-9]{{4}})?)?
    | P\.?\ ?O\.?\ Box\ [0-9]{{1,6}} | [Aa]partado\ [Pp]ostal\ [0-9]{{1,6}}
    )(?!\w)""",
    re.VERBOSE,
)

DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def find(text: str) -> list[Span]:
    """The personal data in `text`, in its order; where two kinds overlap, the surer one."""
    text = text.translate(PLAIN_SIGNS)
    found: list[Span] = []
    for finder in FINDERS:
        for span in finder(text):
            place = bisect(found, span)
            before, after = found[max(place - 1, 0) : place], found[place : place + 1]
            if any(s.end > span.start for s in before) or any(s.start < span.end for s in after):
                continue
            insort(found, span)
    return found


def _emails(text: str) -> Iterator[Span]:
    for match in EMAIL.finditer(text):
        if EMAIL_DOMAIN.search(match[0]):
            yield Span(match.start(), match.end(), Covered.EMAIL)
    for match in WRITTEN_EMAIL.finditer(text):
        yield Span(match.start(), match.end(), Covered.EMAIL)


def _curps(text: str) -> Iterator[Span]:
    for match in CURP.finditer(text):
        curp = "".join(match.groups()).upper()
        total = sum(CURP_SIGNS.index(sign) * (18 - i) for i, sign in enumerate(curp[:17]))
        if _is_date(curp[4:10]) and curp[17] == str(-total % 10):
            yield Span(match.start(), match.end(), Covered.CURP)


def _rfcs(text: str) -> Iterator[Span]:
    """Those with a date and a check digit that fits; older ones have another, so capitals do too."""
    for match in RFC.finditer(text):
        written = "".join(match.groups())
        rfc = written.upper()
        if not _is_date(rfc[-9:-3]):
            continue
        total = sum(RFC_SIGNS.index(c) * (13 - i) for i, c in enumerate(rfc[:-1].rjust(12)))
        if rfc[-1] == RFC_SIGNS[-total % 11] or rfc == written:
            yield Span(match.start(), match.end(), Covered.RFC)


def _is_date(digits: str) -> bool:
    """Whether `digits` are a day as year, month and day, of any century."""
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if not 1 <= month <= 12 or not 1 <= day <= DAYS[month - 1]:
        return False
    return (month, day) != (2, 29) or year % 4 == 0


def _accounts(text: str) -> Iterator[Span]:
    """CLABE and card numbers: alone, or in the groups in which people write them."""
    for chain in NUMBER.finditer(text):
        if len(chain[0]) < 12:
            continue
        groups = [match.span() for match in GROUP.finditer(text, *chain.span())]
        first = 0
        while first < len(groups):
            last, span = first, None
            while last < len(groups) and last - first < MOST_GROUPS and span is None:
                last += 1
                span = _account(text, groups[first:last])
            if span:
                yield span
            first = last if span else first + 1


def _account(text: str, groups: list[tuple[int, int]]) -> Span | None:
    lengths = tuple(end - start for start, end in groups)
    start, end = groups[0][0], groups[-1][1]
    if lengths in CLABE_GROUPS or lengths in CARD_GROUPS:
        digits = "".join(text[a:b] for a, b in groups)
        if lengths in CLABE_GROUPS and _is_clabe(digits):
            return Span(start, end, Covered.CLABE)
        if lengths in CARD_GROUPS and CARDS.match(digits) and _fits_luhn(digits):
            return Span(start, end, Covered.CARD)
    return None


def _is_clabe(digits: str) -> bool:
    total = sum(int(digit) * (3, 7, 1)[i % 3] % 10 for i, digit in enumerate(digits[:17]))
    return digits[:3] != "000" and int(digits[17]) == -total % 10


def _fits_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _phones(text: str) -> Iterator[Span]:
    for match in PHONE.finditer(text):
        # The bracket of a sentence is none of the number's.
        alone = match[0].startswith("(") and ")" not in match[0]
        yield Span(match.start() + alone, match.end(), Covered.PHONE)
    for match in ANNOUNCED_PHONE.finditer(text):
        yield Span(match.start("number"), match.end("number"), Covered.PHONE)


def _addresses(text: str) -> Iterator[Span]:
    for match in ADDRESS.finditer(text):
        yield Span(match.start(), match.end(), Covered.ADDRESS)


# The surest first.
FINDERS: tuple[Callable[[str], Iterator[Span]], ...] = (
    _emails,
    _curps,
    _rfcs,
    _accounts,
    _phones,
    _addresses,
)
