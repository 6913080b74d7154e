"""What tells one story from another: names, numbers, concepts and words of title and lead, weighted.

Keys of a signature: `@name`, `#number`, `word.x`/`action.x` (concepts of the lexicon, language-free),
and plain folded words, which only count between posts of one language.
"""

import math
import re
from collections.abc import Mapping, Sequence

from matching.acts import acts_of
from matching.decision import Signature
from matching.document import Sentence, Zone
from matching.fold import fold, words
from matching.lexicon import Lexicon

MAX_TERMS = 64
SENTENCES = 8
_ZONE_WEIGHT = {Zone.TITLE: 3.0, Zone.LEAD: 1.5, Zone.BODY: 0.7}
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’.-]*")
_KIND_WEIGHT = {"@": 1.5, "#": 1.5}
_CONCEPT_WEIGHT = 0.9


def signature_of(sentences: Sequence[Sentence], lang: str, lexicon: Lexicon) -> Signature:
    """The signature of a post, from its title, lead and first sentences."""
    language = lexicon.languages.get(lang)
    names = _names(sentences[:SENTENCES])
    weights: dict[str, float] = {}
    for sentence in sentences[:SENTENCES]:
        zone = _ZONE_WEIGHT[sentence.zone]
        covered: set[int] = set()
        for found in language.vocabulary.scan(sentence.words) if language else ():
            covered.update(range(found.start, found.end))
            weights[found.label] = weights.get(found.label, 0.0) + zone
        for i, word in enumerate(sentence.words):
            if i not in covered and not _is_empty(word, lexicon):
                key = f"#{word}" if word[0].isdecimal() else f"@{word}" if word in names else word
                weights[key] = weights.get(key, 0.0) + zone
    damped = {
        t: (1 + math.log(w + 1)) * _KIND_WEIGHT.get(t[0], _CONCEPT_WEIGHT if "." in t else 1.0)
        for t, w in weights.items()
    }
    heaviest = sorted(damped.items(), key=lambda kv: (-kv[1], kv[0]))[:MAX_TERMS]
    return Signature({t: round(w, 3) for t, w in heaviest}, *acts_of(sentences, language))


def similarity(a: Signature, b: Signature, same_language: bool) -> float:
    """Cosine of two signatures, 0 to 1; between languages only of what both can share."""
    return cosine(a.terms, b.terms) if same_language else cosine(language_free(a), language_free(b))


def cosine(left: Mapping[str, float], right: Mapping[str, float]) -> float:
    """The cosine of two bags of weighted terms, 0 to 1; 0 where they share none."""
    dot = sum(w * right[t] for t, w in left.items() if t in right)
    if not dot:
        return 0.0
    return dot / math.sqrt(sum(w * w for w in left.values()) * sum(w * w for w in right.values()))


def merge(story: Signature, post: Signature, posts: int) -> Signature:
    """The signature of a story of `posts` posts after one more: a running mean, its actions together."""
    share = 1 / min(posts + 1, 8)
    keys = {*story.terms, *post.terms}
    mixed = {k: (1 - share) * story.terms.get(k, 0.0) + share * post.terms.get(k, 0.0) for k in keys}
    heaviest = sorted(mixed.items(), key=lambda kv: (-kv[1], kv[0]))[:MAX_TERMS]
    told = post.actions if post.in_title or not story.actions else ()
    actions = tuple(dict.fromkeys((*story.actions, *told)))[:24]
    return Signature({t: round(w, 3) for t, w in heaviest}, actions, story.in_title or post.in_title)


def language_free(signature: Signature) -> dict[str, float]:
    """The terms that posts of different languages can share."""
    terms = signature.terms
    return {t: w for t, w in terms.items() if t[0] in "@#" or "." in t}


def _names(sentences: Sequence[Sentence]) -> frozenset[str]:
    """Folded words that are written with a capital inside a sentence that does not capitalise most of its
    words.
    """
    found: set[str] = set()
    for sentence in sentences:
        raw = sentence.text.split()
        if sum(w[:1].isupper() for w in raw) * 2 > len(raw):
            continue
        for match in _CAPITAL.finditer(sentence.text):
            if match.start() > 0:
                found.update(words(fold(match.group())))
    return frozenset(found)


def _is_empty(word: str, lexicon: Lexicon) -> bool:
    if len(word) < 2 and not word.isdecimal() and word.isascii():
        return True
    return word in lexicon.function_words
