"""Why a post rings or does not, in words: what every watch and event found in it, and what they missed."""

from collections.abc import Iterator
from dataclasses import dataclass

from matching.about import CompiledEvent, event_hit
from matching.compiled import CompiledWatches, accepts
from matching.decision import WatchQuery
from matching.post import Post
from matching.query import And, Near, Node, Not, Or, Term
from matching.search import Text, evaluate
from matching.terms import Pattern


@dataclass(frozen=True, slots=True)
class Finding:
    """One watch or event: whether it is hit, and why or why not."""

    guild: int
    name: str
    hit: bool
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The post's language (und: none of ours), its number of sentences read, and every watch's and event's
    finding.
    """

    lang: str
    sentences: int
    watches: tuple[Finding, ...]
    events: tuple[Finding, ...]


def explain(compiled: CompiledWatches, post: Post) -> Explanation:
    """What the post says to all watches and events; slower than reading it, for it looks at every one of
    them.
    """
    text = compiled.text_of(post)
    return Explanation(
        text.lang,
        len(text.sentences),
        tuple(_watch(query, tree, text, compiled) for query, tree in compiled.watches()),
        tuple(_event(event, text) for event in compiled.events()),
    )


def _watch(query: WatchQuery, tree: Node, text: Text, compiled: CompiledWatches) -> Finding:
    guild, name = query.guild, query.name
    if not accepts(query, text.post):
        return Finding(guild, name, False, f"does not listen to {text.post.source}")
    hit = evaluate(tree, text, compiled.patterns)
    if hit is not None:
        words = ", ".join(hit.words) or "everything"
        return Finding(guild, name, True, f"found {words} in: {hit.sentence}")
    missing = [term.text for term in _terms(tree) if not _stands(term, text, compiled)]
    if missing:
        return Finding(guild, name, False, f"not found: {', '.join(missing)}")
    return Finding(
        guild, name, False, "its terms stand in the text, but not together, or with one that it leaves out"
    )


def _terms(node: Node) -> Iterator[Term]:
    match node:
        case Term():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from _terms(part)
        case Near(left, right):
            yield from _terms(left)
            yield from _terms(right)
        case Not():  # pragma: no branch -- there is no other node
            return


def _stands(term: Term, text: Text, compiled: CompiledWatches) -> bool:
    pattern = compiled.patterns.get((term.kind, term.text))
    if pattern is None:
        return True
    return _somewhere(pattern, text)


def _somewhere(pattern: Pattern, text: Text) -> bool:
    return any(text.find(pattern, index) is not None for index in range(len(text.sentences)))


def _event(event: CompiledEvent, text: Text) -> Finding:
    query = event.query
    hit = event_hit(event, text)
    if hit is not None:
        return Finding(query.guild, query.key, hit.about, f"{hit.why} – in: {hit.sentence}")
    missing = [
        name
        for name, patterns in (("who", event.who), ("what", event.what))
        if not any(_somewhere(pattern, text) for pattern in patterns)
    ]
    return Finding(query.guild, query.key, False, f"does not name {' nor '.join(missing) or 'who and what'}")
