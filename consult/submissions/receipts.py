"""Receipt codes: `AC-7K3M-9Q2X-4TBN-5`. Sixty random bits and a check symbol, to read out loud."""

import re
import secrets

# Crockford's base 32: no I, L, O, U. The check symbol is his too (modulo 37); codes whose symbol
# would be one of his five extra ones are drawn again, so that a code fits in an address as it is.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
PREFIX = "AC"
MISREAD = str.maketrans("ILO", "110")


def _check_value(symbols: str) -> int:
    value = 0
    for symbol in symbols:
        value = (value * 32 + ALPHABET.index(symbol)) % 37
    return value


def _written(symbols: str) -> str:
    groups = [symbols[i : i + 4] for i in range(0, LENGTH, 4)]
    return "-".join([PREFIX, *groups, symbols[LENGTH:]])


def new_receipt() -> str:
    """A fresh receipt code."""
    while True:
        symbols = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        check = _check_value(symbols)
        if check < len(ALPHABET):
            return _written(symbols + ALPHABET[check])


def read_receipt(typed: str) -> str | None:
    """The code that was meant by what somebody typed, in any case and spacing; None if it is none."""
    symbols = re.sub(r"[\s\-–—.]", "", typed[:100]).upper()
    if len(symbols) == LENGTH + 1 + len(PREFIX):
        symbols = symbols.removeprefix(PREFIX)
    symbols = symbols.translate(MISREAD)
    if len(symbols) != LENGTH + 1 or any(symbol not in ALPHABET for symbol in symbols):
        return None
    if _check_value(symbols[:LENGTH]) != ALPHABET.index(symbols[LENGTH]):
        return None
    return _written(symbols)
