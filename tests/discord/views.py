"""Alert views for the tests: one of the usual kind, and one that is hostile in every part."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.pipeline.ringer import Order
from bot.pipeline.view import AlertView, Dated, SourceLine, SummaryLine

SEEN = datetime(2025, 7, 12, 9, 30, tzinfo=UTC)

USUAL = AlertView(
    alert_id=42,
    revision=1,
    title="The Harbour model",
    headline="Harbour Labs puts its open-weight model off again",
    change="scheduled → delayed; expected later this summer, before: July 2025",
    status="delayed",
    previous_status="scheduled",
    expected=Dated(datetime(2025, 9, 1, tzinfo=UTC), "month"),
    previous_expected=Dated(datetime(2025, 7, 1, tzinfo=UTC), "month"),
    sure=True,
    summary=(
        SummaryLine("The model needs more safety tests.", 1),
        SummaryLine("Le modèle n'arrivera pas avant l'automne.", 2),
    ),
    sources=(
        SourceLine(1, "The Quay Post", "Harbour waits", "https://quay.example/a_b(c)?d=1&e=2", "en", SEEN),
        SourceLine(2, "Le Môle", "Harbour attend", "https://mole.example/actu", "fr", SEEN),
    ),
    source_count=2,
    first_seen=SEEN,
    event_key="harbour-model",
    watches=("open-weight delayed",),
    why="title: delay",
)

_NASTY = (
    "@everyone <@1> **b** [x](https://evil.example) `c` \u202eklaf\u2069 \u200b||s||\n"
    "# h https://evil.example/a_b "
)

HOSTILE = replace(
    USUAL,
    title=_NASTY * 30,
    headline=_NASTY * 40,
    change=_NASTY * 40,
    summary=tuple(SummaryLine(_NASTY * 40, number) for number in range(1, 30)),
    sources=tuple(
        SourceLine(
            number, _NASTY * 9, _NASTY * 9, f"https://evil.example/{'p' * 250})(?q=*_", "x" * 500, SEEN
        )
        for number in range(1, 60)
    ),
    source_count=59,
    watches=(_NASTY * 20,) * 40,
)

EMPTY = replace(
    USUAL,
    title="",
    headline="",
    change="",
    status=None,
    previous_status=None,
    expected=None,
    previous_expected=None,
    summary=(),
    sources=(),
    source_count=0,
    watches=(),
    why="",
)


def order(channel: str, view: AlertView = USUAL, **more: Any) -> Order:
    """An order to this channel with a nonce of its own alert."""
    return Order(channel=int(channel), nonce=more.pop("nonce", f"alert-{view.alert_id}"), view=view, **more)
