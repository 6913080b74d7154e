"""Runs the tree of a watch over one post: whether it holds, by which words, in which sentence.

What a watch asks for must meet: in the title and lead together, or in one sentence of a text whose title or
lead has some of it. Otherwise it must stand in two sentences: once, deep in the text, is a passing mention.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import re2

from matching.document import Sentence, Zone
from matching.fold import fold
from matching.forms import Found, Scanner
from matching.lexicon import Language
from matching.post import Post
from matching.query import And, Near, Node, Not, Or, Term
from matching.status import negated
from matching.terms import Pattern

Patterns = Mapping[tuple[str, str], Pattern]


@dataclass(frozen=True, slots=True)
class Hit:
    """The words that satisfied a query, and the sentence in which they stand."""

    words: tuple[str, ...]
    sentence: str


class Text:
    """One post taken apart, with the places of every atom in every sentence."""

    def __init__(
        self,
        post: Post,
        sentences: Sequence[Sentence],
        scanner: Scanner,
        lang: str,
        language: Language | None,
    ) -> None:
        self.post = post
        self.sentences = sentences
        self.lang = lang
        self.language = language
        self.atoms = [self._atoms(s, scanner) for s in sentences]

    def _atoms(self, sentence: Sentence, scanner: Scanner) -> dict[str, list[Found]]:
        places: dict[str, list[Found]] = {}
        language = self.language
        for found in scanner.scan(sentence.words):
            if "status." in found.label and language and negated(sentence.words, found, language):
                continue
            places.setdefault(found.label, []).append(found)
        return places

    @cached_property
    def opening(self) -> tuple[int, ...]:
        """The sentences of title and lead."""
        return tuple(i for i, s in enumerate(self.sentences) if s.zone is not Zone.BODY)

    def find(self, pattern: Pattern, index: int) -> Found | None:
        """Where all words of a pattern stand in one sentence, near enough; None where they do not."""
        places = self.atoms[index]
        first = places.get(pattern.atoms[0].label)
        if not first:
            return None
        if len(pattern.atoms) == 1:
            return first[0]
        others = [places.get(atom.label) for atom in pattern.atoms[1:]]
        if not all(others):
            return None
        for place in first:
            start, end = place.start, place.end
            for other in others:
                assert other
                near = min(other, key=lambda o: abs(o.start - place.start))
                start, end = min(start, near.start), max(end, near.end)
            if end - start <= pattern.window:
                return Found(place.label, start, end)
        return None


def evaluate(tree: Node, text: Text, patterns: Patterns) -> Hit | None:
    """Whether the tree holds for the post; see the module for what must meet where."""
    run = _Run(text, patterns)
    words = run.holds(tree, text.opening)
    if words is not None:
        return Hit(tuple(dict.fromkeys(words)), run.sentence or text.post.title)
    touched = not _single(tree) and any(run.holds(term, text.opening) for term in _positive(tree))
    hits = 0
    for index, sentence in enumerate(text.sentences):
        if sentence.zone is not Zone.BODY:
            continue
        words = run.holds(tree, (index,))
        hits += words is not None
        if words is not None and (touched or hits > 1):
            return Hit(tuple(dict.fromkeys(words)), sentence.text)
    return None


def _single(node: Node) -> bool:
    """Whether one term alone can satisfy the tree."""
    match node:
        case Term(field=None):
            return True
        case Or(parts):
            return any(_single(p) for p in parts)
        case And(parts):
            positive = [p for p in parts if not isinstance(p, Not) and not (isinstance(p, Term) and p.field)]
            return len(positive) == 1 and _single(positive[0])
        case _:
            return False


def _positive(node: Node) -> Iterator[Term]:
    """The terms that may make the tree hold."""
    match node:
        case Term():
            if node.field is None and node.kind != "all":
                yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from _positive(part)
        case Near(left, right):
            yield from _positive(left)
            yield from _positive(right)
        case _:
            return


class _Run:
    def __init__(self, text: Text, patterns: Patterns) -> None:
        self.text = text
        self.patterns = patterns
        self.sentence: str | None = None

    def holds(self, node: Node, scope: Sequence[int]) -> list[str] | None:
        """The words that make the node hold within these sentences, or None."""
        match node:
            case And(parts):
                words: list[str] = []
                for part in parts:
                    found = self.holds(part, scope)
                    if found is None:
                        return None
                    words += found
                return words
            case Or(parts):
                return next((f for p in parts if (f := self.holds(p, scope)) is not None), None)
            case Not(part):
                return None if self.holds(part, range(len(self.text.sentences))) is not None else []
            case Near(left, right, distance):
                return self._near(left, right, distance, scope)
            case Term():  # pragma: no branch -- there is no other node
                return self._term(node, scope)

    def _term(self, term: Term, scope: Sequence[int]) -> list[str] | None:
        if term.kind == "all":
            return []
        if term.kind == "regex":
            return self._regex(term, scope)
        if term.field in ("source", "author", "lang"):
            return self._field(term)
        pattern = self.patterns[term.kind, term.text]
        for index in scope:
            if term.field == "title" and self.text.sentences[index].zone is not Zone.TITLE:
                continue
            found = self.text.find(pattern, index)
            if found is not None:
                return [self._note(index, found)]
        return None

    def _note(self, index: int, found: Found) -> str:
        sentence = self.text.sentences[index]
        self.sentence = self.sentence or sentence.text
        return " ".join(sentence.words[found.start : found.end])

    def _field(self, term: Term) -> list[str] | None:
        post = self.text.post
        if term.field == "lang":
            return [] if self.text.lang == term.text.lower() else None
        value = (post.source if term.field == "source" else post.author) or ""
        return [term.text] if fold(term.text) in fold(value) else None

    def _regex(self, term: Term, scope: Sequence[int]) -> list[str] | None:
        pattern = _regex(term.text)
        value = {
            "title": self.text.post.title,
            "source": self.text.post.source,
            "author": self.text.post.author or "",
        }
        if term.field in value:
            match = pattern.search(value[term.field])
            return [match.group()] if match else None
        for index in scope:
            sentence = self.text.sentences[index]
            match = pattern.search(sentence.text)
            if match:
                self.sentence = self.sentence or sentence.text
                return [match.group()]
        return None

    def _near(self, left: Node, right: Node, distance: int, scope: Sequence[int]) -> list[str] | None:
        for index in scope:
            for a in self._places(left, index):
                for b in self._places(right, index):
                    if max(a.start - b.end, b.start - a.end, 0) <= distance and a != b:
                        return [self._note(index, a), self._note(index, b)]
        return None

    def _places(self, node: Node, index: int) -> list[Found]:
        if isinstance(node, Or):
            return [f for part in node.parts for f in self._places(part, index)]
        assert isinstance(node, Term)
        pattern = self.patterns[node.kind, node.text]
        if len(pattern.atoms) == 1:
            return self.text.atoms[index].get(pattern.atoms[0].label, [])
        found = self.text.find(pattern, index)
        return [found] if found else []


@lru_cache(maxsize=4096)
def _regex(text: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = 1 << 20
    options.log_errors = False
    return re2.compile(text, options)
