"""Text from outside, made harmless for a terminal: it moves no cursor and hides and turns round nothing."""

import re
import unicodedata

# C0 and C1 controls, escape sequences' first bytes among them; marks that turn the direction of
# text around; characters without a width, which can make two different texts look the same.
_SPACES = re.compile(r"[\s\u2028\u2029]+")
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINERS = frozenset({"\u200c", "\u200d"})  # needed to write Persian and some emoji


def clean(text: str) -> str:
    """One line of visible text: every run of white space a single space, no control or format character."""
    spaced = _SPACES.sub(" ", text)
    return "".join(char for char in spaced if char in _JOINERS or _is_safe(char)).strip()


def _is_safe(char: str) -> bool:
    return unicodedata.category(char) not in _UNSAFE_CATEGORIES
