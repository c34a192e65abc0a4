"""Check a proof of the ledger: python3 verify_proof.py FILE [DIGEST OF THE LAST ROW]"""

import hashlib
import json
import sys


def digest(content):
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def faults(text, last=None):
    lines = text.strip()
    own = json.loads(lines) if lines[1:].lstrip().startswith(('"head"', '"rows"')) else {}
    rows = own["rows"] if own else [json.loads(line) for line in lines.splitlines()]
    said, before = "", None
    for row in rows:
        seal, says = row.pop("digest"), row.pop("says", None)
        said += json.dumps(says)
        if digest(row) != seal or (says and digest(says) != row["content"]):
            yield f"row {row['sequence']} was altered"
        if not own and before and (row["sequence"], row["previous"]) != before:
            yield f"row {row['sequence']} does not follow the row before it"
        before = row["sequence"] + 1, seal
    if last and before and before[1] != last:
        yield "the last row is not the one you noted"
    for each in own.get("words", []):
        if digest([each["salt"], each["words"]]) != each["digest"] or each["digest"] not in said:
            yield "words are not those that the ledger vouches for"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        found = list(faults(file.read(), *sys.argv[2:3]))
    sys.exit("\n".join(found) or print("All of it fits together."))  # noqa: T201
