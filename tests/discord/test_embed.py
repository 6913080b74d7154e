"""The embed says everything, within every limit, whatever it is given."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord import labels, safe
from bot.discord.embed import LOOKS, build_embed
from bot.pipeline.view import AlertView, Dated, SourceLine, SummaryLine
from tests.discord.views import EMPTY, HOSTILE, SEEN, USUAL


def within_limits(view: AlertView) -> None:
    embed = build_embed(view)
    assert 0 < safe.length(embed.title or "") <= 256
    assert safe.length(embed.description or "") <= 4096
    assert embed.description is None or embed.description.strip()
    assert len(embed.fields) <= 25
    texts = [embed.title or "", embed.description or "", embed.footer.text or ""]
    for field in embed.fields:
        assert field.name
        assert field.value
        assert field.value.strip()
        assert safe.length(field.name) <= 256
        assert safe.length(field.value) <= 1024
        texts += [field.name, field.value]
    assert 0 < safe.length(embed.footer.text or "") <= 2048
    assert sum(map(safe.length, texts)) <= 6000


def test_it_says_all_of_an_alert() -> None:
    embed = build_embed(USUAL)
    fields = {field.name: field.value or "" for field in embed.fields}
    assert embed.title == "⏳ Delayed: The Harbour model"
    assert embed.colour is not None
    assert embed.colour.value == LOOKS["delayed"][1]
    assert embed.description is not None
    assert "**Harbour Labs puts its open-weight model off again**" in embed.description
    assert "scheduled → delayed" in embed.description
    assert "safety tests. [(1)](https://quay.example/a_b%28c%29?d=1&e=2)" in embed.description
    assert "[(2)](https://mole.example/actu)" in embed.description
    assert fields["Expected"] == "September 2025 (before: July 2025)"
    assert fields["Evidence"] == "2 sources · EN, FR"
    assert fields["First seen"] == f"<t:{int(SEEN.timestamp())}:R>"
    assert fields["Watch"] == "open-weight delayed"
    assert "1\\. [The Quay Post](https://quay.example/a_b%28c%29?d=1&e=2) · EN · <t:" in fields["Sources"]
    assert embed.footer.text == "Tocsin · alert 42"
    assert embed.url == "https://quay.example/a_b%28c%29?d=1&e=2"


def test_an_unconfirmed_report_says_so() -> None:
    embed = build_embed(replace(USUAL, sure=False))
    assert embed.title == "⏳ Delayed, unconfirmed: The Harbour model"
    assert "no source confirms" in (embed.description or "")


@pytest.mark.parametrize("status", [*labels.STATUS, None])
def test_every_status_has_a_look_of_its_own(status: str | None) -> None:
    looks = [symbol for symbol, _ in LOOKS.values()], [colour for _, colour in LOOKS.values()]
    assert all(len(set(kind)) == len(LOOKS) for kind in looks)
    assert (build_embed(replace(USUAL, status=status)).title or "").startswith(LOOKS[status][0])


@pytest.mark.parametrize("view", [USUAL, HOSTILE, EMPTY, replace(EMPTY, sure=False, status="denied")])
def test_limits_hold(view: AlertView) -> None:
    within_limits(view)


def test_nothing_hostile_gets_through() -> None:
    embed = build_embed(HOSTILE)
    whole = "\n".join(
        [embed.title or "", embed.description or "", *(field.value or "" for field in embed.fields)]
    )
    assert "@everyone" not in whole
    assert "](https://evil.example)" not in whole
    assert "\u202e" not in whole
    assert "more" in whole  # the sources that do not fit are counted


_text = st.text(alphabet=st.characters(), max_size=700)
_sources = st.lists(
    st.builds(
        SourceLine,
        number=st.integers(1, 99),
        name=_text,
        title=_text,
        url=st.none() | _text | st.just("https://a.example/" + "é(" * 60),
        lang=st.none() | _text,
        published=st.none() | st.just(SEEN),
    ),
    max_size=30,
)


@given(
    title=_text,
    headline=_text,
    change=_text,
    summary=st.lists(st.builds(SummaryLine, text=_text, number=st.integers(1, 40)), max_size=12),
    sources=_sources,
    watches=st.lists(_text, max_size=20),
    sure=st.booleans(),
    status=st.sampled_from([*LOOKS]) | _text,
)
def test_limits_hold_for_anything(
    summary: list[SummaryLine], sources: list[SourceLine], watches: list[str], **parts: object
) -> None:
    view = replace(USUAL, summary=tuple(summary), sources=tuple(sources), watches=tuple(watches), **parts)
    within_limits(view)


@pytest.mark.parametrize(
    ("precision", "said"),
    [
        ("day", "14 July 2025"),
        ("week", "week of 14 July 2025"),
        ("month", "July 2025"),
        ("season", "summer 2025"),
        ("year", "2025"),
    ],
)
def test_a_date_is_no_more_exact_than_it_is_known(precision: str, said: str) -> None:
    assert labels.expected(labels.ENGLISH, Dated(datetime(2025, 7, 14, tzinfo=UTC), precision)) == said


def test_a_date_withdrawn_is_told() -> None:
    fields = {field.name: field.value for field in build_embed(replace(USUAL, expected=None)).fields}
    assert fields["Expected"] == "no date (before: July 2025)"
