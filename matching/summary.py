"""The summary of a story: at most three sentences, each taken whole from a post and credited to it.

None is invented and none is cut. The rule by which they are chosen, and by which a summary changes
as more posts report the story: the first post in the reader's language gives the first two sentences
(the first post of all if none is in it), the best of its opening; a third comes from the next post,
in order of arrival, that tells at least MIN_FACTS facts (names, numbers, dates) that are not yet said.
So more evidence changes the summary only when it brings the reader's language or new facts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matching.document import Sentence, Zone, sentences
from matching.fold import fold, words
from matching.language import language_of
from matching.lexicon import Lexicon, load
from matching.post import Post

MAX_LINES = 3
MAX_CHARS = 600
MIN_FACTS = 2
POSTS_READ = 12
OPENING = 6
_MIN_CHARS, _MAX_LINE_CHARS = 25, 320
_WHOLE = re.compile(r"[.!?…。！？][\"'»”’)\]]*$")
_FACT = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w-]+|\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence as it stands in the post `post_id`."""

    text: str
    post_id: str


def summarise(
    posts: Sequence[Post], reader_lang: str | None = None, lexicon: Lexicon | None = None
) -> tuple[Line, ...]:
    """The summary of the posts of one story, in order of arrival; see the module for the rule.

    At most MAX_LINES sentences and MAX_CHARS characters in all; a post that has no whole sentence is
    quoted by its title. `reader_lang` is a code of the lexicon, or None.
    """
    lexicon = lexicon or load()
    read = [(p, language_of(p, lexicon)) for p in posts[:POSTS_READ]]
    ordered = sorted(read, key=lambda pl: pl[1] != reader_lang) if reader_lang else read
    lines: list[Line] = []
    for number, (post, lang) in enumerate(ordered):
        found = _opening(post, lang, lexicon)
        for sentence in found[:2] if number == 0 else found[:3]:
            _add(lines, sentence, post.id, first=number == 0)
        if len(lines) >= MAX_LINES:
            break
    if not lines and posts:
        return (Line(ordered[0][0].title, ordered[0][0].id),) if ordered[0][0].title else ()
    return tuple(lines)


def _opening(post: Post, lang: str, lexicon: Lexicon) -> list[str]:
    """Whole sentences of the lead and the first of the body, in their order."""
    found = [s for s in sentences(post, lexicon, lang, OPENING) if s.zone is not Zone.TITLE or not post.title]
    return [s.text for s in found if _fit(s)]


def _fit(sentence: Sentence) -> bool:
    return _MIN_CHARS <= len(sentence.text) <= _MAX_LINE_CHARS and bool(_WHOLE.search(sentence.text.rstrip()))


def _add(lines: list[Line], text: str, post_id: str, first: bool) -> None:
    if len(lines) >= MAX_LINES or sum(len(line.text) for line in lines) + len(text) > MAX_CHARS:
        return
    said = _facts(line.text for line in lines)
    new = _facts([text]) - said
    if (not first and len(new) < MIN_FACTS) or any(_same(text, line.text) for line in lines):
        return
    lines.append(Line(text, post_id))


def _facts(texts: Iterable[str]) -> set[str]:
    return {fold(f) for text in texts for f in _FACT.findall(text)}


def _same(a: str, b: str) -> bool:
    left, right = set(words(fold(a))), set(words(fold(b)))
    return len(left & right) * 2 > min(len(left), len(right))
