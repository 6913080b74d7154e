"""Which language a post is in: the source's tag when it is one we know, else by its function words and
script.
"""

from collections.abc import Sequence

from matching.fold import CJK, fold, words
from matching.lexicon import Lexicon
from matching.post import Post

SAMPLE_CHARS = 1_500
UNKNOWN = "und"
_SURE = 2.0
"""How many times more function words than the source's own language speak for another before the tag is
overruled.
"""


def language_of(post: Post, lexicon: Lexicon) -> str:
    """The code of the post's language among the lexicon's, or "und".

    A tag that the text plainly contradicts is not believed: feeds that mix languages tag them all alike.
    """
    tag = (post.lang or "").replace("_", "-").split("-")[0].lower()
    sample = f"{post.title}\n{post.summary}\n{post.text}"[:SAMPLE_CHARS]
    script = _by_script(sample)
    if script:
        return script if script in lexicon.languages else UNKNOWN
    found = words(fold(sample))
    scores = {code: _share(found, lang.function_words) for code, lang in lexicon.languages.items()}
    best = max(scores, key=lambda code: scores[code])
    if tag in lexicon.languages:
        return best if scores[best] > _SURE * scores[tag] + 1.5 else tag
    if tag and tag != UNKNOWN and scores[best] < 3:
        return UNKNOWN
    return best if scores[best] > 0 else UNKNOWN


def _share(found: Sequence[str], function_words: frozenset[str]) -> float:
    return sum(1.0 for word in found if word in function_words)


def _by_script(sample: str) -> str | None:
    cjk = CJK.findall(sample)
    if len(cjk) * 5 < len(sample.replace(" ", "")):
        return None
    return "ja" if any("\u3040" <= c <= "\u30ff" for c in cjk) else "zh"
