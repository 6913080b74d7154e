"""A post taken apart: title, lead and body as sentences with their words, boilerplate gone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from matching.fold import fold, words
from matching.lexicon import Lexicon
from matching.post import Post

MAX_SENTENCES = 120
"""Sentences read of one post; what an article reports stands at its beginning."""
LEAD_SENTENCES = 3
MIN_LEAD_WORDS = 6
SHORT_LINE, LONG_LINE = 7, 14
MAX_SENTENCE_CHARS = 1_500

_END = re.compile(
    r"(?<=[.!?…])[\"'»”’)\]]*\s+(?=[\"'«“‘(\[¿¡]*\s?[A-Z0-9À-ÖØ-Þ])|(?<=[。！？])|\n+|\s[|•·]\s|\s…\s"
)
_CLAUSE = re.compile(r"(?<!\d)[,;:](?=\s)|[()!?«»\"“”„，、；：。]|\s[-–—]\s|—")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Inc|Corp|Ltd|Co|vs|No|Nr|Nos|Art|art|cf|env|approx|ca|bzw|usw|Jan|Feb|Sept|Oct|Nov|Dec|"
    r"Mio|Mrd|Sra|Dra|Sig|dott|resp|M|MM|Mme|Mlle|e\.g|i\.e|z\.B|d\.h|u\.a|p\.ex|o\.a|U\.S|U\.K|E\.U|a\.m|p\.m)|\b\d{1,2})\.$"
)


class Zone(IntEnum):
    """Where in a post a sentence stands; the nearer to the title, the more it says what the post is about."""

    TITLE = 0
    LEAD = 1
    BODY = 2


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as written, its folded words, and where it stands."""

    text: str
    words: tuple[str, ...]
    zone: Zone
    clauses: tuple[int, ...] = ()
    """For each word the number of its clause, as punctuation divides the sentence."""


def sentences(post: Post, lexicon: Lexicon, lang: str, most: int = MAX_SENTENCES) -> list[Sentence]:
    """The sentences of a post, title first; each only once, without boilerplate, at most `most` below it."""
    result = [_sentence(post.title, Zone.TITLE)] if post.title else []
    seen = {s.words for s in result}
    language = lexicon.languages.get(lang)
    starts = language.line_starts if language else ()
    leads = 0
    for text in _pieces(post):
        folded = fold(text)
        found = tuple(words(folded))
        key = found[:12] if len(found) > 12 else found
        if not found or found in seen or key in seen or _is_boilerplate(folded, found, starts):
            continue
        seen.update((found, key))
        if not result:
            # A social post has no title: its first sentence says what it is about.
            result.append(_sentence(text, Zone.TITLE))
            continue
        lead = leads < LEAD_SENTENCES and len(found) >= MIN_LEAD_WORDS
        leads += lead
        result.append(_sentence(text, Zone.LEAD if lead else Zone.BODY))
        if len(result) > most:
            break
    return result or [_sentence(post.title, Zone.TITLE)]


def _sentence(text: str, zone: Zone) -> Sentence:
    found: list[str] = []
    clauses: list[int] = []
    for number, part in enumerate(_CLAUSE.split(text)):
        inside = words(fold(part))
        found += inside
        clauses += [number] * len(inside)
    return Sentence(text, tuple(found), zone, tuple(clauses))


def split(text: str) -> Iterator[str]:
    """The sentences of a plain text, as written. Lines never join; abbreviations do not end a sentence."""
    held = ""
    start = 0
    for end in _END.finditer(text):
        piece = held + text[start : end.start()]
        start = end.end()
        mark = end.group()
        if "\n" not in mark and _ABBREVIATION.search(piece[-12:]) and len(piece) < MAX_SENTENCE_CHARS:
            held = piece + mark
            continue
        held = ""
        closing = mark.strip()
        yield from _cut(piece.strip() + (closing if closing in "\"'»”’)]" else ""))
    yield from _cut((held + text[start:]).strip())


def _cut(piece: str) -> Iterator[str]:
    for at in range(0, len(piece), MAX_SENTENCE_CHARS):
        yield piece[at : at + MAX_SENTENCE_CHARS]


def _pieces(post: Post) -> Iterator[str]:
    if post.summary and not _same_start(post.summary, post.text):
        yield from split(post.summary)
    yield from split(post.text)


def _same_start(summary: str, text: str) -> bool:
    """Whether the summary is only the text cut short, as many feeds have it."""
    head = "".join(words(fold(summary.rstrip(" .…[]"))[:4000]))[:200]
    return bool(head) and "".join(words(fold(text[:2000]))).startswith(head)


def _is_boilerplate(folded: str, found: tuple[str, ...], starts: tuple[str, ...]) -> bool:
    """A line that begins as the lexicon lists, if it is no whole sentence, or a very short one."""
    if not starts or not folded.lstrip(' «"“([>→•*').startswith(starts):
        return False
    whole = folded.rstrip().endswith((".", "!", "…"))
    return len(found) <= (SHORT_LINE if whole else LONG_LINE)
