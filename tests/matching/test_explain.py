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


def test_says_that_a_watch_does_not_listen_to_a_source() -> None:
    item = post("OpenAI reporte son modèle ouvert", lang="fr", source="Le Monde")
    trusting = WatchQuery(1, 0, "trusting", "openai", trust=("reuters",))
    deaf = WatchQuery(2, 0, "deaf", "openai", leave_out=("monde",))
    listening = WatchQuery(3, 0, "listening", "openai", trust=("le monde",), leave_out=("figaro",))
    compiled = CompiledWatches([trusting, deaf, listening])
    reading = compiled.read(item)
    assert reading is not None
    assert [hit.watch_id for hit in reading.watches] == [3]
    told = {finding.name: finding.why for finding in explain(compiled, item).watches}
    assert told["deaf"] == told["trusting"] == "does not listen to Le Monde"
