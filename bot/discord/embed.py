"""The one place where an alert becomes an embed, within every limit of Discord's.

Title: symbol, status, event. Description: headline, what changed, the summary with its sources linked.
Fields: expected date, first seen, watch, the sources. All text from outside passes bot/discord/safe.py.
The parts' own limits add up to less than the 6000 characters of a whole message.
"""

from collections.abc import Iterable

import discord

from bot.discord import labels, safe
from bot.discord.labels import ENGLISH, Words
from bot.pipeline.view import AlertView, SourceLine

TITLE = 256
HEADLINE = 400
CHANGE = 400
DESCRIPTION = 3000
VALUE = 1024
FOOTER = 200
NAME = 60
SENTENCE = 700

LOOKS: dict[str | None, tuple[str, int]] = {
    None: ("🔔", 0x5865F2),
    "rumoured": ("💬", 0x95A5A6),
    "announced": ("📣", 0x3498DB),
    "scheduled": ("📅", 0x1ABC9C),
    "delayed": ("⏳", 0xE67E22),
    "released": ("🚀", 0x2ECC71),
    "suspended": ("⏸️", 0xF1C40F),
    "resumed": ("▶️", 0x27AE60),
    "cancelled": ("🛑", 0xE74C3C),
    "denied": ("❌", 0x992D22),
}
"""Symbol and colour by status; None is a story that no event claims."""


def build_embed(view: AlertView, words: Words = ENGLISH) -> discord.Embed:
    """The embed of one alert, in this language. Never beyond a limit, never with an empty part."""
    colour = LOOKS.get(view.status, LOOKS[None])[1]
    embed = discord.Embed(
        title=_title(view, words),
        description=_description(view, words) or None,
        colour=colour,
        url=_first_link(view),
        timestamp=view.first_seen,
    )
    _add_field(embed, words.say("Expected"), _expected(view, words))
    _add_field(embed, words.say("First seen"), labels.moment(view.first_seen, "R"), inline=True)
    sources = words.count("{number} source", "{number} sources", view.source_count)
    _add_field(embed, words.say("Evidence"), _evidence(view, sources), inline=True)
    watches = ", ".join(safe.fit(name, NAME) for name in view.watches[:10])
    _add_field(embed, words.say("Watch"), watches, inline=True)
    _add_field(embed, words.say("Sources"), _sources(view, words))
    embed.set_footer(text=safe.fit_plain(words.say("Tocsin · alert {id}", id=view.alert_id), FOOTER))
    return embed


def _add_field(embed: discord.Embed, name: str, value: str, *, inline: bool = False) -> None:
    """Discord refuses an empty field, and with it the whole message."""
    if value.strip():
        embed.add_field(name=name, value=value, inline=inline)


def _title(view: AlertView, words: Words) -> str:
    head = LOOKS.get(view.status, LOOKS[None])[0] + " "
    if view.status is not None:
        name = labels.status(words, view.status)
        if not view.sure:
            name = words.say("{status}, unconfirmed", status=name)
        head += safe.fit(name, NAME) + ": "
    title = view.title if safe.clean(view.title) else view.headline
    return (head + safe.fit(title, TITLE - safe.length(head))).strip()


def _description(view: AlertView, words: Words) -> str:
    parts: list[str] = []
    headline = safe.fit(view.headline, HEADLINE)
    if headline and safe.clean(view.headline) != safe.clean(view.title):
        parts.append(f"**{headline}**")
    if not view.sure:
        parts.append("⚠️ " + words.say("Unconfirmed: no source confirms this yet."))
    if change := safe.fit(view.change, CHANGE):
        parts.append(change)
    room = DESCRIPTION - safe.length("\n".join(parts)) - 2
    return "\n".join([*parts, *_summary(view, room)])


def _summary(view: AlertView, room: int) -> list[str]:
    """The sentences that fit whole, each with its source's number, linked."""
    by_number = {source.number: source for source in view.sources}
    lines: list[str] = []
    for sentence in view.summary:
        text = safe.fit(sentence.text, SENTENCE)
        if text:
            lines.append(f"• {text} {_cite(sentence.number, by_number.get(sentence.number))}")
    kept = _within(lines, room)
    return ["", *kept] if kept else []


def _cite(number: int, source: SourceLine | None) -> str:
    url = safe.link(source.url) if source else None
    return f"[({number})]({url})" if url else f"({number})"


def _expected(view: AlertView, words: Words) -> str:
    now = labels.expected(words, view.expected) if view.expected else ""
    before = labels.expected(words, view.previous_expected) if view.previous_expected else ""
    if before and before != now:
        return words.say("{now} (before: {before})", now=now or words.say("no date"), before=before)
    return now


def _evidence(view: AlertView, sources: str) -> str:
    """How many sources there are, and in which languages."""
    langs = dict.fromkeys(_language(source) for source in view.sources)
    named = ", ".join(lang for lang in list(langs)[:8] if lang)
    return f"{sources} · {named}" if named else sources


def _language(source: SourceLine) -> str:
    return safe.fit(source.lang, 12).upper() if source.lang else ""


def _sources(view: AlertView, words: Words) -> str:
    """The numbered list of sources, those that fit whole, and how many do not."""
    lines = [_source(source) for source in view.sources]
    kept = _within(lines, VALUE - 60)
    if len(kept) < len(lines):
        left = len(lines) - len(kept)
        kept.append(words.count("… and {number} more", "… and {number} more", left))
    return "\n".join(kept)


def _source(source: SourceLine) -> str:
    name = safe.fit(source.name or source.title, NAME) or "?"
    url = safe.link(source.url, 300)
    parts = [f"[{name}]({url})" if url else name, _language(source)]
    if source.published is not None:
        parts.append(labels.moment(source.published, "R"))
    return f"{source.number}\\. " + " · ".join(part for part in parts if part)


def _within(lines: Iterable[str], room: int) -> list[str]:
    """The first lines that fit, whole, with their line breaks."""
    kept: list[str] = []
    for line in lines:
        room -= safe.length(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def _first_link(view: AlertView) -> str | None:
    return next((url for source in view.sources if (url := safe.link(source.url, 2000))), None)
