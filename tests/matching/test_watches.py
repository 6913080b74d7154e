"""What a watch finds, and what it passes over."""

import pytest

from matching.compiled import CompiledWatches
from matching.decision import WatchQuery
from matching.post import Post
from tests.matching.texts import NOW, event, hits, post, watching

FRENCH = post("OpenAI reporte son modèle à poids ouverts", "La sortie est repoussée.", "fr")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("open-weight delay", True),
        ('"poids ouverts"', True),
        ("=delay", False),
        ("delay", True),
        ("postpone", True),
        ("report", True),
        ("modèle NEAR/2 poids", True),
        ("reporte NEAR/1 ouverts", False),
        ("(reporte OR annule) NEAR/3 modèle", True),
        ('"poids ouverts" NEAR/9 openai', True),
        ("title:openai", True),
        ("title:sortie", False),
        ("repouss*", False),
        ("openai -lang:fr", False),
        ("openai lang:fr", True),
        ("openai -reporte", False),
        ("openai (apple OR poids)", True),
        ("openai apple", False),
        ("/poids? ouverts?/", True),
        ("title:/^openai/", True),
        ("/zzz/", False),
        ("source:monde *", False),
        ("*", True),
    ],
)
def test_on_a_french_post(query: str, found: bool) -> None:
    assert hits(query, FRENCH) is found


def test_language_decides_what_report_means() -> None:
    english = post("OpenAI open model report", "A new report on the open model of OpenAI is out.", "en")
    assert not hits("open-weight report", english)
    assert hits("open-weight =report", english)


def test_words_have_boundaries() -> None:
    assert not hits("ai", post("Hair dryers compared", lang="en"))
    assert not hits("delay", post("Relayed by satellite", lang="en"))
    assert hits("*", post("anything"))


def test_a_negated_status_is_no_hit() -> None:
    assert not hits("open-weight delay", post("OpenAI's open model will not be delayed", lang="en"))


def test_words_of_a_loose_term_stand_near_each_other() -> None:
    compiled = watching("modell-start")
    assert compiled.read(post("Der Modell-Start kommt", lang="de")) is not None


def test_a_passing_mention_is_no_hit_and_two_are() -> None:
    filler = " ".join(f"Sentence number {n} speaks of something else entirely." for n in "abcdef")
    once = post("Stocks today", f"{filler} Nvidia rose.", "en")
    twice = post("Stocks today", f"{filler} Nvidia rose. Analysts like Nvidia a lot.", "en")
    assert not hits("nvidia", once)
    assert hits("nvidia", twice)
    assert not hits("nvidia rose", once)
    assert not hits("nvidia rose -zebra", once)
    assert hits("stocks rose", post("Stocks today", f"{filler} Nvidia stocks rose.", "en"))
    assert not hits("nvidia OR tesla", once)
    assert not hits("nvidia lang:en", once)


def test_source_and_author_are_fields() -> None:
    item = post("A title", lang="en", source="Le Monde", author="Ana Díaz")
    assert hits('source:"le monde" *', item)
    assert hits("author:diaz *", item)
    assert hits("source:/^le/ *", item)
    assert not hits("author:/bob/ *", item)


def test_a_hit_says_its_words_and_sentence() -> None:
    reading = watching("open-weight delay").read(FRENCH)
    assert reading is not None
    [hit] = reading.watches
    assert hit.words == ("modele a poids ouverts", "reporte son") or "reporte" in " ".join(hit.words)
    assert hit.sentence == FRENCH.title


def test_a_deep_hit_names_its_sentence() -> None:
    filler = " ".join(f"Sentence number {n} speaks of something else entirely." for n in "abcdef")
    reading = watching("stocks nvidia").read(post("Stocks today", f"{filler} Nvidia stocks rose.", "en"))
    assert reading is not None
    assert reading.watches[0].sentence == "Nvidia stocks rose."


def test_no_watch_no_hit() -> None:
    assert CompiledWatches([]).read(FRENCH) is None
    assert not watching("zebra").may_hit(FRENCH)


def test_the_first_pass_never_drops_what_the_second_would_find() -> None:
    queries = [
        "open-weight delay",
        "repouss* OR zzz",
        "* -spam",
        "(a OR openai) sortie",
        "title:openai -apple",
    ]
    compiled = watching(*queries)
    reading = compiled.read(FRENCH)
    alone = [n for n, q in enumerate(queries, 1) if hits(q, FRENCH)]
    assert reading is not None
    assert [w.watch_id for w in reading.watches] == alone


def test_many_watches_share_one_automaton() -> None:
    watches = [WatchQuery(n, 0, f"w{n}", f"word{n} thing{n}x") for n in range(1_500)]
    compiled = CompiledWatches(watches)
    assert len(compiled) == 1_500
    item = Post("x", "word77 and thing77x", NOW)
    reading = compiled.read(item)
    assert reading is not None
    assert [w.watch_id for w in reading.watches] == [77]


def test_tells_how_a_term_is_understood() -> None:
    patterns = watching("open-weight delay").patterns
    assert {atom.label for p in patterns.values() for atom in p.atoms} == {
        "family.open-weight-model",
        "status.delayed",
    }


def test_the_words_of_a_term_stand_in_one_sentence_and_near() -> None:
    compiled = CompiledWatches([], [event(["Acme"], ["green banana pact", "US deal"])])
    for title in (
        "Acme green banana",
        "Acme banana was at that time certainly not such a green or other pact",
    ):
        assert compiled.read(post(title, lang="en")) is None
    assert compiled.read(post("Acme's pact on bananas, green ones", lang="en")) is not None


def test_near_takes_phrases_and_deep_sentences() -> None:
    filler = " ".join(f"Sentence number {n} speaks of something else entirely." for n in "abcdef")
    item = post("Stocks today", f"{filler} Stocks of green apples rose.", "en")
    assert hits('stocks NEAR/3 "green apples"', item)
    assert not hits("bonds NEAR/3 apples", item)
    assert not hits("bonds NEAR/3 (zebras OR lions)", item)
    assert hits("12.34 NEAR/2 python", post("Python 12.34 is out", lang="en"))
    assert not hits("12.34 NEAR/2 python", post("Python 3 is out", lang="en"))


@pytest.mark.parametrize(
    "query",
    ["open weight delay", "delay open weight", "(open weight delay) OR zebra", "openai open model -zebra"],
)
def test_words_side_by_side_that_name_a_family_are_one_term(query: str) -> None:
    assert hits(query, FRENCH)
