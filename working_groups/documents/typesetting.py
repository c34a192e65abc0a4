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
# What the typesetter says of a letter that none of its fonts has.
NOT_IN_FONTS = re.compile(r'the text `"(.)"` could not be displayed')


def typeset(template: bytes, data: str) -> bytes:
    """The PDF; a letter that cannot be shown stands as its code point, `[U+1F600]`."""

    def compiled(text: str) -> bytes:
        return typst.compile(
            template,
            font_paths=typst.Fonts(include_system_fonts=False),
            sys_inputs={"data": text},
            pdf_standards=["ua-1"],
        )

    try:
        return compiled(data)
    except typst.TypstError as error:
        letters = set(NOT_IN_FONTS.findall(error.diagnostic))
        if not letters:
            raise
    for letter in letters:
        data = data.replace(letter, f"[U+{ord(letter):04X}]")
    return compiled(data)


if __name__ == "__main__":
    # Readers of pages go first.
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    made = typeset(Path(sys.argv[1]).read_bytes(), sys.stdin.buffer.read().decode())
    sys.stdout.buffer.write(made)
