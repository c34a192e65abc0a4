"""What every engine must do; each runs through all of it. Its words: test_engine_words.py."""

import random
import threading
from datetime import timedelta

import pytest

from consult.search import analysis
from consult.search.engines.base import FACETS
from consult.search.query import parse
from tests.search.indexed import START, document, ids


def test_an_index_that_was_never_written_is_empty(engine):
    results = engine.search(parse("educación"), {})
    assert (results.total, list(results.hits)) == (0, [])
    assert engine.count() == 0


@pytest.mark.parametrize("typed", ["educacion", "educación", "EDUCACIÓN", "Educación"])
def test_accents_and_case_do_not_matter(filled, typed):
    assert ids(filled, typed) == {"comment:1", "comment:2", "comment:3"}


def test_all_words_must_be_there(filled):
    assert ids(filled, "rural educacion") == {"comment:3"}
    assert ids(filled, "rural education") == {"comment:4"}


def test_words_of_different_languages_of_one_document_do_not_add_up(filled):
    assert ids(filled, "brecha gap") == set()


def test_a_phrase_stands_together_in_any_spelling(filled):
    assert ids(filled, '"en espana"') == {"comment:1"}
    assert ids(filled, '"espana en"') == set()


def test_without(filled):
    assert ids(filled, "educación -rural") == {"comment:1", "comment:2"}
    assert ids(filled, "-educación") == {"comment:4", "section:5"}
    assert ids(filled, '-"digital divide" -educación') == {"section:5"}


def test_stop_words_alone_find_the_texts_that_have_them(filled):
    assert ids(filled, "la en") == {"comment:1", "section:5"}
    assert ids(filled, "the") == {"comment:4", "section:5"}


def test_no_words_find_everything_and_newest_comes_first(filled):
    hits = filled.search(parse(""), {}, sort="newest").hits
    assert [hit.document.id for hit in hits] == [
        "section:5", "comment:4", "comment:3", "comment:2", "comment:1"
    ]  # fmt: skip


def test_titles_are_found_and_count_more(filled):
    filled.index([document(6, text="Las escuelas de la sierra de Chihuahua y sus caminos")])
    hits = filled.search(parse("escuelas"), {}).hits
    assert [hit.document.id for hit in hits] == ["section:5", "comment:6"]
    assert hits[0].score > hits[1].score > 0


def test_the_readers_language_comes_first_among_equals(engine):
    engine.index([document(1, "es", "digital"), document(2, "en", "digital")])
    for language, first in (("es", "comment:1"), ("en", "comment:2")):
        hits = engine.search(parse("digital"), {}, language=language).hits
        assert hits[0].document.id == first
        assert len(hits) == 2


def test_the_vocabulary_of_a_theme_crosses_languages(filled, codebook):
    assert ids(filled, "brecha digital", codebook) == {"section:5", "comment:4"}
    assert ids(filled, "digital divide", codebook) == {"section:5", "comment:4"}
    assert ids(filled, "brecha digital") == {"section:5"}
    assert ids(filled, "brecha digital sierra", codebook) == {"section:5"}


def test_a_third_of_the_words_and_then_any(filled):
    some, any_word = parse("educacion rural sierra España luna mar").relaxed()
    assert {h.document.id for h in filled.search(some, {}).hits} == {"comment:1", "comment:3"}
    assert {h.document.id for h in filled.search(any_word, {}).hits} == {
        "comment:1", "comment:2", "comment:3", "comment:4", "section:5"
    }  # fmt: skip


def test_a_document_comes_back_as_it_went_in(engine):
    whole = document(
        7,
        title={"es": "Título", "en": "Title"},
        place={"es": "Borrador", "en": "Draft"},
        text={"es": "uno", "en": "one"},
        languages=("es", "en"),
        themes=("equity",),
        stance="support",
        group="ia-trabajo",
        draft="formacion",
        sector="academia",
        state="Nuevo León",
    )
    engine.index([whole])
    assert engine.search(parse("uno"), {}).hits[0].document == whole


def test_facets_count_every_hit_on_every_page(filled):
    facets = filled.search(parse("educacion"), {}, limit=1).facets
    assert set(facets) == set(FACETS)
    assert facets["theme"] == {"equity": 2, "ethics": 2}
    assert facets["stance"] == {"support": 2, "oppose": 1}
    assert facets["lang"] == {"es": 3}


def test_values_of_a_facet_are_either_or_and_facets_are_both(filled):
    def total(**filters):
        return filled.search(parse(""), filters).total

    assert total(theme=["equity"]) == 3
    assert total(theme=["equity", "ethics"]) == 4
    assert total(theme=["equity"], stance=["support"]) == 1
    assert total(lang=["en"]) == 2
    assert total(theme=["no-such-theme"]) == 0


def test_a_facets_counts_leave_its_own_selection_aside(filled):
    facets = filled.search(parse(""), {"stance": ["support"]}).facets
    assert facets["stance"] == {"support": 2, "oppose": 1}
    assert facets["theme"] == {"equity": 1, "ethics": 1}
    both = filled.search(parse(""), {"stance": ["support"], "theme": ["equity"]}).facets
    assert both["stance"] == {"support": 1, "oppose": 1}
    assert both["theme"] == {"equity": 1, "ethics": 1}


def test_every_count_keeps_its_promise(filled):
    first = filled.search(parse(""), {"lang": ["es"]})
    for name, counts in first.facets.items():
        for value, count in counts.items():
            chosen = {"lang": ["es"]} | {name: [value]}
            assert filled.search(parse(""), chosen).total == count


def test_pages_of_hits_add_up(engine):
    engine.index(document(n, text="palabra " * (n % 7 + 1)) for n in range(45))
    for sort in ("relevance", "newest"):
        pages = [
            [
                hit.document.id
                for hit in engine.search(parse("palabra"), {}, sort=sort, limit=20, offset=o).hits
            ]
            for o in (0, 20, 40, 60)
        ]
        assert [len(page) for page in pages] == [20, 20, 5, 0]
        assert len({each for page in pages for each in page}) == 45


def test_a_document_indexed_again_is_replaced(filled):
    filled.index([document(1, text="otra cosa"), document(1, text="por fin esto")])
    assert "comment:1" not in ids(filled, "educacion")
    assert ids(filled, "otra") == set()
    assert ids(filled, "fin") == {"comment:1"}
    assert filled.count() == 5


def test_a_deleted_document_is_gone_from_hits_and_counts(filled):
    filled.delete(["comment:1", "no-such-id"])
    results = filled.search(parse("educacion"), {})
    assert {hit.document.id for hit in results.hits} == {"comment:2", "comment:3"}
    assert results.facets["stance"] == {"support": 2}
    assert filled.count() == 4


def test_the_generation_changes_with_every_change(engine):
    seen = [engine.generation()]
    for change in (
        lambda: engine.index([document(1, text="a")]),
        lambda: engine.delete(["comment:1"]),
        lambda: engine.rebuild([document(2, text="b")]),
    ):
        change()
        seen.append(engine.generation())
    assert len(set(seen)) == 4


def test_rebuild_replaces_everything_and_tells_its_progress(filled):
    done = []
    assert filled.rebuild((document(n, text="nuevo") for n in range(3)), done.append) == 3
    assert done == [1, 2, 3]
    assert filled.count() == 3
    assert ids(filled, "educacion") == set()


def test_a_rebuild_that_fails_leaves_what_was_there(filled):
    def broken():
        yield document(1, text="nuevo")
        raise RuntimeError("the database went away")

    with pytest.raises(Exception, match="the database went away"):
        filled.rebuild(broken())
    assert ids(filled, "educacion") == {"comment:1", "comment:2", "comment:3"}
    filled.index([document(9, text="sigue")])
    assert ids(filled, "sigue") == {"comment:9"}


def test_search_goes_on_while_the_index_is_rebuilt(filled):
    def watched():
        for number in range(5):
            assert ids(filled, "educacion") == {"comment:1", "comment:2", "comment:3"}
            yield document(number, text="nuevo")

    filled.rebuild(watched())
    assert len(ids(filled, "nuevo")) == 5


def test_threads_get_right_answers_while_another_writes(engine):
    engine.rebuild(document(n, text=f"fijo w{n % 10}") for n in range(300))
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            number = random.randrange(10)
            results = engine.search(parse(f"fijo w{number}"), {}, limit=300)
            texts = {hit.document.text["es"] for hit in results.hits}
            if results.total != 30 or texts != {f"fijo w{number}"}:
                wrong.append((number, results.total, texts))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for n in range(20):
        engine.index([document(1_000 + n % 5, text=f"otro {n}")])
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []


WORDS = [
    "educación",
    "educacion",
    "año",
    "ano",
    "brecha",
    "digital",
    "sierra",
    "rural",
    "el",
    "la",
    "training",
    "divide",
    "café",
]


def test_random_queries_find_what_reading_every_text_finds(engine):
    chance = random.Random(7)
    texts = {
        number: (chance.choice(("es", "en")), [chance.choice(WORDS) for _ in range(5)])
        for number in range(80)
    }
    for number, (lang, words) in texts.items():
        # Many commits: segments, merges and deletions must not change an answer.
        engine.index([document(number, lang, " ".join(words))])
    gone = set(chance.sample(sorted(texts), 20))
    engine.delete(f"comment:{number}" for number in gone)

    def has(number: int, word: str) -> bool:
        lang, words = texts[number]
        wanted = set(analysis.keys(word, lang))
        return any(not wanted.isdisjoint(analysis.keys(each, lang)) for each in words)

    for _ in range(60):
        wanted = chance.sample([w for w in WORDS if w not in ("el", "la")], 2)
        unwanted = chance.choice(WORDS)
        expected = {
            f"comment:{number}"
            for number in texts.keys() - gone
            if all(has(number, word) for word in wanted) and not has(number, unwanted)
        }
        assert ids(engine, f"{' '.join(wanted)} -{unwanted}", limit=200) == expected


def test_what_is_to_be_left_out_is_neither_found_nor_counted(filled):
    near = {"comment:2": 0.5, "comment:4": 0.4}
    everything = filled.search(parse("educacion"), {}, near=near)
    left = filled.search(parse("educacion"), {}, near=near, without={"comment:2", "no-such-id"})
    assert {hit.document.id for hit in everything.hits} - {
        hit.document.id for hit in left.hits
    } == {"comment:2"}
    assert (everything.total, left.total) == (4, 3)
    assert left.facets["stance"] == {"support": 1, "oppose": 1}
    # And nothing of it is remembered.
    assert filled.search(parse("educacion"), {}, near=near) == everything


def test_dates_keep_what_is_not_before_the_first_moment_nor_from_the_last_on(filled):
    filled.index([document(6, text="educación sin fecha", date=None)])
    second, fourth = START + timedelta(days=2), START + timedelta(days=4)
    assert ids(filled, "educacion", since=second) == {"comment:2", "comment:3"}
    assert ids(filled, "educacion", until=second) == {"comment:1"}
    between = filled.search(parse(""), {}, since=second, until=fourth)
    assert {hit.document.id for hit in between.hits} == {"comment:2", "comment:3"}
    assert (between.total, between.facets["stance"]) == (2, {"support": 2})


def test_what_is_close_in_meaning_is_found_beside_what_has_the_words(filled):
    near = {"comment:4": 0.9, "comment:2": 0.5, "section:5": 0.2}
    hits = filled.search(parse("educacion"), {}, near=near).hits
    assert {hit.document.id: (hit.by_words, hit.by_meaning) for hit in hits} == {
        "comment:1": (True, False),
        "comment:2": (True, True),
        "comment:3": (True, False),
        "comment:4": (False, True),
        "section:5": (False, True),
    }
    closest = filled.search(parse("educacion"), {}, sort="similar", near=near).hits
    assert [hit.document.id for hit in closest[:3]] == list(near)
    # It passes the filters as all else does, and has nothing that was to be left out.
    supporting = filled.search(parse("educacion"), {"stance": ["support"]}, near=near)
    assert {hit.document.id for hit in supporting.hits} == {"comment:2", "comment:3"}
    assert ids(filled, "educacion -divide -sierra", near=near) == {
        "comment:1", "comment:2", "comment:3"
    }  # fmt: skip


def test_closeness_counts_beside_the_words(filled):
    for closest in ("comment:2", "comment:3"):
        hits = filled.search(parse("educacion"), {}, near={closest: 0.9, "comment:1": 0.3}).hits
        assert hits[0].document.id == closest
