"""Run by pdf.py as a program: sets the JSON that comes in with the template named, as PDF/UA-1.

In a process of its own, since typesetting keeps what it takes of memory for as long as it lives.
"""

import os
import re
import resource
import sys
from pathlib import Path

import typst

# A draft of 200 sections in two columns takes a third.
MEMORY = 2 << 30
# What the typesetter says of letters that none of its fonts has.
NOT_IN_FONTS = re.compile(r'the text `"(.+?)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# Those before are in the fonts: a Latin letter is named for what stands on it.
FIRST_DOUBTFUL = 0x250
# Without one letter, others are taken together anew.
ROUNDS = 4


def typeset(template: bytes, data: str) -> bytes:
    """The PDF; a letter that cannot be shown stands as its code point, `[U+1F600]`."""
    for _round in range(ROUNDS):
        try:
            return compiled(template, data)
        except typst.TypstError as error:
            letters = {
                letter
                for said in NOT_IN_FONTS.findall(error.diagnostic)
                for letter in ESCAPED.sub(lambda code: chr(int(code[1], 16)), said)
                if ord(letter) >= FIRST_DOUBTFUL
            }
            if not letters:
                raise
        data = data.translate({ord(letter): f"[U+{ord(letter):04X}]" for letter in letters})
    return compiled(template, data)


def compiled(template: bytes, data: str) -> bytes:
    return typst.compile(
        template,
        font_paths=typst.Fonts(include_system_fonts=False),
        sys_inputs={"data": data},
        pdf_standards=["ua-1"],
    )


if __name__ == "__main__":
    # Readers of pages go first.
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    made = typeset(Path(sys.argv[1]).read_bytes(), sys.stdin.buffer.read().decode())
    sys.stdout.buffer.write(made)
