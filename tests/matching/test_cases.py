"""Short texts as native readers understand them, one TOML file a language in cases/.

A [[case]] has `text` (the title), `lead` where the title is not enough, and what is right:
`status`: the one reported (a list: any of these), "none" (about the event, names no status) or "mention"
(not about it); or `not`: the one that a careless reader would see. `sure`, `expected` (a day, or "none") and
`precision` are compared where given. `event` names one of the file's [event.X], else the default below.
`trap` says what makes it hard; `open`: not read rightly yet.
"""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from matching.compiled import CompiledWatches
from matching.decision import EventHit, EventQuery
from matching.lexicon import load
from matching.post import Post

AT = datetime(2025, 6, 20, 12, tzinfo=UTC)
DEFAULT = {"who": ["OpenAI", "Sam Altman"], "what": ["open-weight model", "open model", "open source model"]}
MOST_OPEN = 0.1
FILES = {
    p.stem: tomllib.loads(p.read_text("utf-8"))
    for p in sorted((Path(__file__).parent / "cases").glob("*.toml"))
}
CASES = [(lang, i, case) for lang, file in FILES.items() for i, case in enumerate(file["case"])]


def _params() -> list[Any]:
    return [
        pytest.param(
            lang,
            case,
            id=f"{lang}:{i}",
            marks=[pytest.mark.xfail(strict=True, raises=AssertionError)] if case.get("open") else [],
        )
        for lang, i, case in CASES
    ]


def _hit(lang: str, case: dict[str, Any]) -> EventHit | None:
    event = FILES[lang]["event"][case["event"]] if "event" in case else DEFAULT
    query = EventQuery(1, 1, "k", "title", tuple(event["who"]), tuple(event["what"]))
    post = Post("1", case["text"], AT, summary=case.get("lead", ""), lang=lang)
    reading = CompiledWatches([], [query]).read(post)
    return reading.events[0] if reading and reading.events else None


def _status(hit: EventHit | None) -> str:
    if hit is None or not hit.about:
        return "mention"
    return hit.status or "none"


@pytest.mark.parametrize(("lang", "case"), _params())
def test_case(lang: str, case: dict[str, Any]) -> None:
    if lang not in load().languages:
        pytest.skip(f"no lexicon/{lang}.toml yet")
    hit = _hit(lang, case)
    status = _status(hit)
    if "not" in case:
        assert status not in ("mention", case["not"]), (case["text"], status)
    else:
        right = case["status"]
        assert status in ([right] if isinstance(right, str) else right), (
            case["text"],
            status,
            hit and hit.why,
        )
    if hit and "sure" in case and status != "none":
        assert hit.sure is case["sure"], (case["text"], status, hit.sure)
    if hit and "expected" in case:
        found = hit.expected.at.date().isoformat() if hit.expected else "none"
        assert found == case["expected"], (case["text"], status, found)
        if "precision" in case:
            assert hit.expected, case["text"]
            assert hit.expected.precision == case["precision"], case["text"]


def test_few_cases_are_open() -> None:
    assert sum(bool(case.get("open")) for _, _, case in CASES) <= MOST_OPEN * len(CASES)
