"""A site whose writer is killed again and again: run as a module, it says what it found as JSON.

A process that has the site loaded has children: one changes things until it is killed, the next looks
at what is left. Nothing but the database and the files goes from one to the other.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from traceback import print_exc

import django

# Seconds into a commit within which the writer is killed; some are over by then.
LATEST = 0.03
# Things changed in one transaction.
SIZES = (1, 1, 1, 2, 5, 40, 300)
# One commit in so many is a new index.
REBUILDS = 25


def main(kills: int) -> None:
    """Kill a writer `kills` times. Prints how often a commit was cut short, and what was wrong."""
    django.setup()
    chance = random.Random(kills)
    cut, wrong = 0, []
    for number in range(kills):
        reading, writing = os.pipe()
        writer = child(lambda number=number, told=writing: write(number, told))
        os.close(writing)
        # A byte for each commit that begins; nobody knows which will be the last.
        for _ in range(chance.randrange(1, 6)):
            os.read(reading, 1)
        time.sleep(chance.uniform(0, LATEST))
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        os.close(reading)
        cut += bool(leftovers())
        if os.waitpid(child(look), 0)[1]:
            wrong.append(number)
    print(json.dumps({"cut": cut, "wrong": wrong}))


def child(action: Callable[[], None]) -> int:
    """A child of this process that does `action`; it exits with 1 if that fails."""
    if pid := os.fork():
        return pid
    status = 1
    try:
        action()
        status = 0
    except BaseException:
        print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def write(number: int, told: int) -> None:
    """Change, add and delete things without end, and tell of each commit of the index."""
    from django.db import transaction

    from consult.search.actions import rebuild
    from consult.search.engines.whoosh.writing import Writer
    from consult.themes.models import Theme

    for name in ("change", "build"):
        step = getattr(Writer, name)

        def telling(*args, step=step):
            os.write(told, b".")
            return step(*args)

        setattr(Writer, name, telling)
    chance = random.Random(number)
    turn = 0
    while True:
        turn += 1
        if chance.randrange(REBUILDS) == 0:
            rebuild()
        with transaction.atomic():
            for each in range(chance.choice(SIZES)):
                name = f"palabra {number} {turn} {each}"
                theme = Theme.objects.order_by("?").first() if chance.random() < 0.5 else None
                if theme and chance.random() < 0.3:
                    theme.delete()
                else:
                    theme = theme or Theme(slug=f"t{number}-{turn}-{each}")
                    theme.name_es, theme.description_es = name, f"{name} texto " * 10
                    theme.save()


def look() -> None:
    """Raise if the index is not what the database was, or is not what it is after a drain."""
    from consult.search.actions import drain
    from consult.search.documents import all_documents
    from consult.search.engines import engine
    from consult.search.models import OutboxEntry
    from consult.search.query import Query

    def indexed():
        results = engine().search(Query(), {}, limit=1_000_000)
        found = {hit.document.id: hit.document for hit in results.hits}
        assert len(found) == results.total == engine().count()
        assert results.facets["type"].get("theme", 0) == len(found)
        return found

    truth = {each.id: each for each in all_documents()}
    waiting = {str(entry) for entry in OutboxEntry.objects.all()}
    before = indexed()
    for each in truth.keys() | before.keys():
        assert each in waiting or truth.get(each) == before.get(each), each
    drain()
    assert indexed() == truth
    assert not OutboxEntry.objects.exists()


def leftovers() -> list[Path]:
    """What is in the index that no commit names: what one left that was cut short."""
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import TOC

    from consult.search.engines import engine
    from consult.search.engines.whoosh.generation import NAME

    directory = engine().directory
    serving = directory / (directory / "current").readlink()
    contents = TOC.read(FileStorage(str(serving)), NAME)
    kept = {f"{segment.segment_id()}.seg" for segment in contents.segments}
    kept.add(f"_{NAME}_{contents.generation}.toc")
    found = [path for path in directory.glob("*-*") if path != serving]
    found += [path for path in serving.iterdir() if path.name not in kept]
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]))
