"""Text from the outside, made harmless for Discord: it breaks no markdown, pings nobody, hides nothing."""

import re
import unicodedata

import yarl

ELLIPSIS = "…"
MOST_MARKS = 3  # combining marks on one letter; more is a stack that climbs over its neighbours

_JOINERS = "\u200c\u200d"  # they carry meaning in Persian and Indic scripts and inside emoji
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f")  # letters that show nothing
_MARKDOWN = frozenset("\\`*_~|[]<>")
_LINE_START = re.compile(r"^(#{1,3}|-#|[-+])(?=\s)")
_MENTION = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_URL_UNSAFE = {ord(char): f"%{ord(char):02X}" for char in "()<>[]\\|^`{}\"' \t\r\n*"}


def length(text: str) -> int:
    """Characters as Discord may count them: UTF-16 units, which are never fewer than code points."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """One line of plain text without control, invisible and bidirectional characters; mentions broken.

    For places that show no markdown (a footer). Line breaks become spaces.
    """
    kept: list[str] = []
    marks = 0
    for index, char in enumerate(text):
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > MOST_MARKS or _hidden(text, index, char, category):
            continue
        kept.append(" " if category in ("Cc", "Zl", "Zp", "Zs") else char)
    line = " ".join("".join(kept).split(" ")).strip()
    return _MENTION.sub("@\u200b", re.sub(r" {2,}", " ", line))


def _hidden(text: str, index: int, char: str, category: str) -> bool:
    """Whether a character shows nothing or changes how its neighbours are read."""
    if char in _JOINERS:
        around = text[max(0, index - 1) : index] + text[index + 1 : index + 2]
        return len(around) < 2 or any(side.isascii() or side in _JOINERS for side in around)
    return char in _BLANK or category in ("Cf", "Cs", "Co", "Cn") or (category == "Cc" and not char.isspace())


def escape(text: str) -> str:
    """As `clean`, with every character escaped that Discord's markdown would read, links among them."""
    return "".join(_pieces(clean(text)))


def fit(text: str, most: int) -> str:
    """As `escape`, cut to at most `most` characters; a cut ends with an ellipsis, never inside an escape."""
    return _cut(_pieces(clean(text)), most)


def fit_plain(text: str, most: int) -> str:
    """As `clean`, cut to at most this many characters."""
    return _cut(list(clean(text)), most)


def _pieces(line: str) -> list[str]:
    """The characters of a clean line, each with its backslash if it needs one."""
    starts = _LINE_START.match(line)
    pieces = []
    for index, char in enumerate(line):
        opens_url = char == ":" and line[index + 1 : index + 3] == "//"
        needs = char in _MARKDOWN or opens_url or (starts is not None and index == 0)
        pieces.append("\\" + char if needs else char)
    return pieces


def _cut(pieces: list[str], most: int) -> str:
    whole = "".join(pieces)
    if length(whole) <= most:
        return whole
    kept: list[str] = []
    room = most - length(ELLIPSIS)
    for piece in pieces:
        room -= length(piece)
        if room < 0:
            break
        kept.append(piece)
    # A joiner or a mark at the end would cling to the ellipsis.
    while kept and (kept[-1] in _JOINERS or kept[-1] == " "):
        kept.pop()
    return "".join(kept) + ELLIPSIS if most > 0 else ""


def link(url: str | None, most: int = 512) -> str | None:
    """A web address that can stand inside a masked link, or None if it is none or is too long."""
    if not url:
        return None
    try:
        parsed = yarl.URL(url.strip())
    except ValueError:
        return None
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.user or parsed.password:
        return None
    safe = str(parsed).translate(_URL_UNSAFE)
    return safe if safe.isascii() and len(safe) <= most else None
