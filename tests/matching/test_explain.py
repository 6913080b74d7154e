"""Every hit and every silence in words."""

from matching.compiled import CompiledWatches
from matching.decision import WatchQuery
from matching.explain import explain
from tests.matching.texts import OPEN_MODEL, event, post

FRENCH = post("OpenAI reporte son modèle à poids ouverts", "La sortie est repoussée.", "fr")


def findings(*queries: str) -> dict[str, tuple[bool, str]]:
    compiled = CompiledWatches([WatchQuery(n, 0, q, q) for n, q in enumerate(queries)])
    return {f.name: (f.hit, f.why) for f in explain(compiled, FRENCH).watches}


def test_says_what_a_watch_found_and_where() -> None:
    hit, why = findings("open-weight delay")["open-weight delay"]
    assert hit
    assert "reporte" in why
    assert FRENCH.title in why


def test_says_what_a_watch_missed() -> None:
    told = findings("openai apple", "(tesla OR apple) NEAR/2 openai", "openai -reporte", "/zzz/", "*")
    assert told["openai apple"] == (False, "not found: apple")
    assert "tesla" in told["(tesla OR apple) NEAR/2 openai"][1]
    assert not told["openai -reporte"][0]
    assert not told["/zzz/"][0]
    assert told["*"][0]


def test_says_what_an_event_found_or_missed() -> None:
    compiled = CompiledWatches([], [OPEN_MODEL, event(["Apple"], ["car"], 2), event(["OpenAI"], ["car"], 3)])
    told = explain(compiled, FRENCH)
    assert [f.hit for f in told.events] == [True, False, False]
    assert told.events[1].why == "does not name who nor what"
    assert told.events[2].why == "does not name what"
    assert (told.lang, told.sentences) == ("fr", 2)
