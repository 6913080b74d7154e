"""All watches and events of all guilds, compiled: one cheap pass over a post's text, then exact work on
the few that hit.

First pass: an Aho-Corasick automaton over strings of which one must stand in every hit. Each watch
is looked at only if its rarest required term may be there. Second pass, on the candidates alone:
language, sentences, word forms, and the tree of the query.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ahocorasick_rs import AhoCorasick, Implementation

from matching import about, search, terms
from matching.decision import EventHit, EventQuery, Reading, WatchHit, WatchQuery
from matching.document import sentences
from matching.fold import CJK, fold
from matching.forms import Form, Scanner
from matching.language import language_of
from matching.lexicon import Lexicon, load
from matching.post import Post
from matching.query import And, Near, Node, Not, Or, Term, parse
from matching.signature import signature_of
from matching.terms import names_family

_FAMILY_WORDS = 4
_DFA_NEEDLES = 4_000
"""Up to so many strings the faster automaton is affordable; its memory grows with each."""
SCANNED_CHARS = 20_000
"""The first pass reads so much of a text; the second stops at document.MAX_SENTENCES anyway."""


@dataclass(frozen=True, slots=True)
class _Watch:
    query: WatchQuery
    tree: Node


@dataclass(slots=True)
class _Guards:
    """Which queries to look at when an atom may be there; `always`: those that any post may satisfy."""

    by_label: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    always: list[int] = field(default_factory=list)


class CompiledWatches:
    """Immutable. Built anew when watches change, while the old one goes on serving.

    `patterns`: how each term of the watches is understood, by its kind and text.
    """

    def __init__(
        self, watches: Sequence[WatchQuery], events: Sequence[EventQuery] = (), lexicon: Lexicon | None = None
    ) -> None:
        """Raises matching.query.QueryError for a query that does not parse."""
        self.lexicon = lexicon or load()
        self.patterns: dict[tuple[str, str], terms.Pattern] = {}
        self._watches = [_Watch(w, joined(parse(w.query), self.lexicon)) for w in watches]
        self._events = [about.compile_event(e, self.lexicon) for e in events]
        self._queries: list[_Watch | about.CompiledEvent] = [*self._watches, *self._events]
        for watch in self._watches:
            self._collect(watch.tree)
        self._atoms = terms.by_label(
            [*self.patterns.values(), *(p for e in self._events for p in (*e.who, *e.what))]
        )
        self._guards = self._guard()
        self._scanners: dict[str, Scanner] = {}

    def __len__(self) -> int:
        return len(self._queries)

    def read(self, post: Post) -> Reading | None:
        """What the post says to the watches and events; None when none of them is hit or even named."""
        candidates = self._candidates(post)
        if not candidates:
            return None
        found = self.text_of(post)
        watches: list[WatchHit] = []
        named: list[about.CompiledEvent] = []
        for index in candidates:
            query = self._queries[index]
            if isinstance(query, about.CompiledEvent):
                named.append(query)
            elif (hit := self._watch_hit(query, found)) is not None:
                watches.append(hit)
        events = self._event_hits(named, found)
        if not watches and not events:
            return None
        return Reading(
            post,
            found.lang,
            tuple(watches),
            tuple(events),
            signature_of(found.sentences, found.lang, self.lexicon),
        )

    def text_of(self, post: Post) -> search.Text:
        """The post taken apart, with the places of all that is looked for."""
        lang = language_of(post, self.lexicon)
        found = sentences(post, self.lexicon, lang)
        return search.Text(post, found, self._scanner(lang), lang, self.lexicon.languages.get(lang))

    def watches(self) -> Iterator[tuple[WatchQuery, Node]]:
        """Every watch with the tree of its query."""
        return ((watch.query, watch.tree) for watch in self._watches)

    def events(self) -> Iterator[about.CompiledEvent]:
        """Every event."""
        return iter(self._events)

    def may_hit(self, post: Post) -> bool:
        """The first pass alone: False means that `read` returns None."""
        return bool(self._candidates(post))

    # -- building

    def _collect(self, node: Node) -> None:
        match node:
            case Term(kind, text, where):
                if where in (None, "title") and kind not in ("regex", "all"):
                    self.patterns[kind, text] = _pattern(kind, text, self.lexicon)
            case And(parts) | Or(parts):
                for part in parts:
                    self._collect(part)
            case Not(part):
                self._collect(part)
            case Near(left, right):  # pragma: no branch -- there is no other node
                self._collect(left)
                self._collect(right)

    def _guard(self) -> _Guards:
        guards = _Guards()
        for index, query in enumerate(self._queries):
            labels = (
                self._event_guard(query)
                if isinstance(query, about.CompiledEvent)
                else self._required(query.tree)
            )
            if labels is None:
                guards.always.append(index)
                continue
            for label in labels:
                guards.by_label[label].append(index)
        return guards

    def _event_guard(self, event: about.CompiledEvent) -> frozenset[str]:
        who = frozenset(self._rarest(p) for p in event.who)
        if event.turning:
            return who
        what = frozenset(self._rarest(p) for p in event.what)
        return min(who, what, key=self._cost)

    def _required(self, node: Node) -> frozenset[str] | None:
        """Labels of which one must be there for the node to hold; None when no such set is known."""
        match node:
            case Term(kind, text, where):
                pattern = self.patterns.get((kind, text)) if where in (None, "title") else None
                return frozenset({self._rarest(pattern)}) if pattern else None
            case Not():
                return None
            case Near(left, right):
                return self._cheapest([self._required(left), self._required(right)])
            case And(parts):
                return self._cheapest([self._required(p) for p in parts])
            case Or(parts):  # pragma: no branch -- there is no other node
                each = [self._required(p) for p in parts]
                known = [labels for labels in each if labels is not None]
                return frozenset().union(*known) if len(known) == len(each) else None

    def _cheapest(self, sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
        known = [labels for labels in sets if labels is not None]
        return min(known, key=self._cost) if known else None

    def _cost(self, labels: Iterable[str]) -> float:
        """A guess how often one of them is found: concepts often, long names seldom."""
        return sum(_frequency(self._atoms[label]) for label in labels)

    def _rarest(self, pattern: terms.Pattern) -> str:
        return min(pattern.atoms, key=_frequency).label

    # -- first pass

    @cached_property
    def _automaton(self) -> tuple[AhoCorasick, list[tuple[str, bool, bool, tuple[str, ...]]]]:
        guarding = set(self._guards.by_label)
        labels: dict[str, set[str]] = defaultdict(set)
        whole: dict[str, bool] = {}
        inside: dict[str, bool] = {}
        for label in guarding:
            for _, form in self._atoms[label].forms:
                for needle, is_whole, is_inside in _needle_kinds(form):
                    labels[needle].add(label)
                    whole[needle] = whole.get(needle, True) and is_whole
                    inside[needle] = inside.get(needle, False) or is_inside
        table = [(n, whole[n], inside[n], tuple(sorted(labels[n]))) for n in sorted(labels)]
        implementation = Implementation.ContiguousNFA if len(table) > _DFA_NEEDLES else Implementation.DFA
        return AhoCorasick([n for n, *_ in table], implementation=implementation), table

    def _candidates(self, post: Post) -> list[int]:
        if not self._guards.by_label:
            return list(self._guards.always)
        text = fold(f"{post.title}\n{post.summary}\n{post.text[:SCANNED_CHARS]}")
        automaton, table = self._automaton
        seen: set[int] = set()
        labels: set[str] = set()
        size = len(text)
        for pattern, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
            if pattern in seen:
                continue
            needle, whole, inside, named = table[pattern]
            if not inside and start and text[start - 1].isalnum() and not CJK.match(text[start - 1]):
                continue
            following = text[end] if end < size else " "
            glued = following.isalnum() and not CJK.match(following)
            if whole and glued and not CJK.match(needle[-1]):
                continue
            seen.add(pattern)
            labels.update(named)
        found = set(self._guards.always)
        for label in labels:
            found.update(self._guards.by_label[label])
        return sorted(found)

    # -- second pass

    def _scanner(self, lang: str) -> Scanner:
        scanner = self._scanners.get(lang)
        if scanner is None:
            forms = (
                (label, form)
                for label, atom in self._atoms.items()
                for language, form in atom.forms
                if language is None or language == lang
            )
            scanner = self._scanners[lang] = Scanner(forms)
        return scanner

    def _watch_hit(self, watch: _Watch, found: search.Text) -> WatchHit | None:
        hit = search.evaluate(watch.tree, found, self.patterns) if accepts(watch.query, found.post) else None
        if hit is None:
            return None
        return WatchHit(watch.query.id, watch.query.guild, hit.words, hit.sentence)

    def _event_hits(self, named: Sequence[about.CompiledEvent], found: search.Text) -> list[EventHit]:
        hits = []
        for event in named:
            hit = about.event_hit(event, found)
            if hit is not None:
                hits.append(hit)
        return hits


def accepts(watch: WatchQuery, post: Post) -> bool:
    """Whether the watch listens to the post's source: trusted, if it trusts any, and not left out."""
    source = fold(post.source)
    if any(fold(name) in source for name in watch.leave_out):
        return False
    return not watch.trust or any(fold(name) in source for name in watch.trust)


def joined(tree: Node, lexicon: Lexicon) -> Node:
    """The tree with words side by side made one term where they name a family ("open weight")."""
    match tree:
        case And(parts):
            return And(tuple(_with_families([joined(part, lexicon) for part in parts], lexicon)))
        case Or(parts):
            return Or(tuple(joined(part, lexicon) for part in parts))
        case _:
            return tree


def _with_families(parts: list[Node], lexicon: Lexicon) -> Iterator[Node]:
    at = 0
    while at < len(parts):
        for end in range(min(len(parts), at + _FAMILY_WORDS), at + 1, -1):
            words = [
                p.text for p in parts[at:end] if isinstance(p, Term) and p.kind == "word" and not p.field
            ]
            if len(words) == end - at and names_family(" ".join(words), lexicon):
                yield Term("word", " ".join(words))
                at = end
                break
        else:
            yield parts[at]
            at += 1


def _pattern(kind: str, text: str, lexicon: Lexicon) -> terms.Pattern:
    match kind:
        case "phrase":
            return terms.phrase(text)
        case "exact":
            return terms.exact(text)
        case "prefix":
            return terms.prefix(text)
        case _:
            return terms.loose(text, lexicon)


def _frequency(atom: terms.Atom) -> float:
    return sum(4.0 ** -min(len(s), 12) for s in terms.needles(atom))


def _needle_kinds(form: Form) -> Iterable[tuple[str, bool, bool]]:
    """(needle, must end at a word's end, may begin inside a word) for one form."""
    best = terms.longest(form)
    for needle in best.exact:
        yield needle, True, False
    for needle in best.prefixes:
        yield needle, False, False
    for needle in best.suffixes:
        yield needle, True, True
