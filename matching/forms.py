"""The small language in which the lexicon writes word forms, and a scanner that finds them in a list of
words.

word   that word          stem*  words that begin so      *end  words that end so
a|b    either             w?     the word or nothing      _     up to three words between
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matching.fold import fold, words

GAP_WORDS = 3
"""How many words a `_` may stand for."""


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a form: what may stand there. `gap`: any words, up to GAP_WORDS."""

    exact: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    optional: bool = False
    gap: bool = False

    def fits(self, word: str) -> bool:
        """Whether `word` (folded) may stand here."""
        return (
            word in self.exact
            or (bool(self.prefixes) and word.startswith(self.prefixes))
            or (bool(self.suffixes) and word.endswith(self.suffixes))
        )


Form = tuple[Element, ...]


class FormError(ValueError):
    """A form that cannot be read; the message names it and says what is wrong."""


def parse_form(text: str) -> Form:
    """Read one form.

    Raises FormError for an empty form, one that begins or ends with a gap, or one that matches anything.
    """
    elements: list[Element] = []
    for part in text.split():
        elements.extend(_elements(part, text))
    if not elements or elements[0].gap or elements[-1].gap or all(e.optional for e in elements):
        raise FormError(f"{text!r}: a form begins and ends with a word that must be there")
    if elements[0].optional:
        raise FormError(f"{text!r}: the first word cannot be optional")
    return tuple(elements)


def _elements(part: str, form: str) -> list[Element]:
    if part == "_":
        return [Element(gap=True)]
    optional = part.endswith("?") and len(part) > 1
    body = part[:-1] if optional else part
    exact: set[str] = set()
    prefixes: list[str] = []
    suffixes: list[str] = []
    for choice in body.split("|"):
        folded = words(fold(choice))
        if not folded:
            # A bare punctuation mark is not a word; the scanner never sees it.
            return []
        if len(folded) > 1:
            if "|" in body or "*" in choice:
                raise FormError(f"{form!r}: {choice!r} is more than one word; write it as a form of its own")
            return [Element(exact=frozenset({word}), optional=optional) for word in folded]
        if choice.startswith("*"):
            suffixes.append(folded[0])
        elif choice.endswith("*"):
            prefixes.append(folded[0])
        else:
            exact.add(folded[0])
    return [Element(frozenset(exact), tuple(prefixes), tuple(suffixes), optional)]


def match_at(form: Form, tokens: Sequence[str], start: int, stop: int | None = None) -> int | None:
    """Where `form` ends (exclusive, at most `stop`) if it begins at `start`, the shortest way; None if it
    does not.
    """
    return _match(form, 0, tokens, start, len(tokens) if stop is None else stop)


def _match(form: Form, at: int, tokens: Sequence[str], i: int, stop: int) -> int | None:
    if at == len(form):
        return i
    element = form[at]
    if element.gap:
        for skipped in range(GAP_WORDS + 1):
            end = _match(form, at + 1, tokens, i + skipped, stop)
            if end is not None:
                return end
        return None
    if i < stop and element.fits(tokens[i]):
        end = _match(form, at + 1, tokens, i + 1, stop)
        if end is not None:
            return end
    return _match(form, at + 1, tokens, i, stop) if element.optional else None


@dataclass(frozen=True, slots=True)
class Found:
    """One occurrence: the label it was registered under, first word and the word after the last."""

    label: str
    start: int
    end: int


class Scanner:
    """Finds many labelled forms in one walk over the words. Immutable once built."""

    def __init__(self, forms: Iterable[tuple[str, Form]]) -> None:
        self._exact: dict[str, list[tuple[str, Form]]] = defaultdict(list)
        self._prefix: dict[str, list[tuple[str, Form]]] = defaultdict(list)
        self._suffix: dict[str, list[tuple[str, Form]]] = defaultdict(list)
        for label, form in forms:
            first = form[0]
            for word in first.exact:
                self._exact[word].append((label, form))
            for word in first.prefixes:
                self._prefix[word].append((label, form))
            for word in first.suffixes:
                self._suffix[word].append((label, form))
        self._prefix_lengths = sorted({len(p) for p in self._prefix})
        self._suffix_lengths = sorted({len(s) for s in self._suffix})

    def scan(self, tokens: Sequence[str], clauses: Sequence[int] = ()) -> list[Found]:
        """Every occurrence, in the order of the words; for one label only the longest at each start.

        `clauses`: the number of each word's clause; no occurrence reaches over two of them.
        """
        found: list[Found] = []
        stop = len(tokens)
        for i, token in enumerate(tokens):
            ends: dict[str, int] = {}
            if clauses and (i == 0 or clauses[i] != clauses[i - 1]):
                stop = next((j for j in range(i, len(clauses)) if clauses[j] != clauses[i]), len(tokens))
            for label, form in self._beginning_with(token):
                end = i + 1 if len(form) == 1 else match_at(form, tokens, i, stop)
                if end is not None and end > ends.get(label, 0):
                    ends[label] = end
            found.extend(Found(label, i, end) for label, end in ends.items())
        return found

    def _beginning_with(self, token: str) -> Iterable[tuple[str, Form]]:
        if token in self._exact:
            yield from self._exact[token]
        for length in self._prefix_lengths:
            if length > len(token):
                break
            head = token[:length]
            if head in self._prefix:
                yield from self._prefix[head]
        for length in self._suffix_lengths:
            if length > len(token):
                break
            tail = token[-length:]
            if tail in self._suffix:
                yield from self._suffix[tail]
