"""Folding: the one form in which words are compared, whatever the case, accents and typography of the
text.
"""

import re
import unicodedata

_SPACED = str.maketrans(
    dict.fromkeys(
        "-'\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2018\u2019\u02bc\u2032`\u00b4\u00a0\u202f\u2009", " "
    )
)
_DROPPED = str.maketrans(
    dict.fromkeys(
        "\u00ad\u200b\u200c\u200d\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_MARKS = re.compile("[\u0300-\u036f]+")
_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")

CJK = re.compile(rf"[{_CJK}]")
"""One character of a script that is written without spaces; each is a word of its own."""


def fold(text: str) -> str:
    """Lower case without accents; hyphens and apostrophes become spaces, invisible characters go.

    Idempotent. Punctuation stays, so that sentences and clauses can still be told apart.
    """
    if text.isascii():
        return text.lower().translate(_SPACED)
    text = unicodedata.normalize("NFKC", text.translate(_DROPPED)).casefold().translate(_SPACED)
    marked = unicodedata.normalize("NFD", text)
    bare = _MARKS.sub("", marked)
    # Only Latin, Greek and the like lose their marks: Japanese voicing marks tell words apart.
    return unicodedata.normalize("NFC", bare).translate(_LIGATURES)


def words(folded: str) -> list[str]:
    """The words of a folded text, in order; each CJK character is one."""
    return _TOKEN.findall(folded)
