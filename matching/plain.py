"""From what a source gives (HTML or not) to plain text: tags gone, entities resolved, block ends as line
ends.
"""

import html
import re

from lxml import etree
from lxml import html as lxml_html

_TAG = re.compile(r"<(?:/?[a-zA-Z]|!--|!\[CDATA)")
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "form",
        "button",
        "select",
        "textarea",
        "head",
        "title",
    ]
)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")

MAX_CHARS = 200_000
"""Longer texts are cut here before anything looks at them."""


def plain(text: str, limit: int = MAX_CHARS) -> str:
    """Plain text of `text`, at most `limit` characters; lines are trimmed and none is empty."""
    text = text[: limit * 4]
    if _TAG.search(text):
        text = _without_tags(text)
    elif "&" in text:
        text = html.unescape(text)
    text = _CONTROL.sub("", text.replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()[:limit]


def one_line(text: str, limit: int = 500) -> str:
    """`plain` on a single line; for titles and names."""
    return " ".join(plain(text, limit * 2).split())[:limit].strip()


def _without_tags(text: str) -> str:
    try:
        root = lxml_html.fragment_fromstring(text, create_parent="div")
    except ValueError:  # control characters
        return _stripped(text)
    pieces: list[str] = []
    _collect(root, pieces)
    found = "".join(pieces)
    # The parser gives up on tags nested by the hundred; the words are still there.
    return found if found.strip() else _stripped(text)


def _stripped(text: str) -> str:
    return html.unescape(re.sub(r"<[^<>]*>", " ", text))


def _collect(root: lxml_html.HtmlElement, pieces: list[str]) -> None:
    # iterwalk instead of recursion: a bomb of nested tags must not reach the recursion limit.
    skipping = 0
    for action, element in etree.iterwalk(root, events=("start", "end", "comment")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if action == "start":
            skipping += tag in _DROPPED
            if not skipping:
                if tag in _BLOCKS:
                    pieces.append("\n")
                pieces.append(element.text or "")
            continue
        if action == "end":
            skipping -= tag in _DROPPED
            if not skipping and tag in _BLOCKS:
                pieces.append("\n")
        if not skipping and element is not root:
            pieces.append(element.tail or "")
