"""From the text of a term to what to look for: its words, in every form and language that the lexicon
knows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from matching.fold import CJK, fold, words
from matching.forms import Element, Form, match_at
from matching.lexicon import Lexicon

SPREAD = 4
"""Words that may stand between those of a loose term of several words, besides the words themselves."""
MIN_INFLECTED = 3
MAX_TERM_WORDS = 12

_TYPED_KINDS = ("family.", "status.", "word.", "action.")


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing that a scanner can find: a concept or a word, with its forms by language (None: any)."""

    label: str
    forms: tuple[tuple[str | None, Form], ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A term ready to be looked for: all `atoms`, in one sentence, within `window` words."""

    atoms: tuple[Atom, ...]
    window: int


def loose(text: str, lexicon: Lexicon) -> Pattern:
    """A term as people type it: a concept by its name, else its words near each other, in any form and
    language.
    """
    tokens = words(fold(text))[:MAX_TERM_WORDS]
    whole = _concept(tokens, lexicon)
    if whole is not None:
        return Pattern((whole,), 0)
    if "-" in text.strip("-") or any(CJK.match(t) for t in tokens):
        return Pattern((_phrase_atom(tokens, inflected=True),), 0)
    content = [t for t in tokens if not _is_function_word(t, lexicon)] or tokens
    atoms = tuple(_word(t, lexicon) for t in content)
    return Pattern(atoms, len(atoms) + SPREAD if len(atoms) > 1 else 0)


def names_family(text: str, lexicon: Lexicon) -> bool:
    """Whether these words together name a family of the lexicon ("open weight")."""
    return any(c.startswith("family.") for c in lexicon.names.get(" ".join(words(fold(text))), ()))


def phrase(text: str) -> Pattern:
    """Exactly these words side by side, in the plural or the singular, in any language."""
    return Pattern((_phrase_atom(words(fold(text))[:MAX_TERM_WORDS], inflected=True),), 0)


def exact(text: str) -> Pattern:
    """These words and no other form of them."""
    return Pattern((_phrase_atom(words(fold(text))[:MAX_TERM_WORDS], inflected=False),), 0)


def prefix(text: str) -> Pattern:
    """Words that begin so."""
    *before, last = words(fold(text))[:MAX_TERM_WORDS]
    form = (*(Element(exact=frozenset({w})) for w in before), Element(prefixes=(last,)))
    return Pattern((Atom(f"{' '.join([*before, last])}*", ((None, form),)),), 0)


def needles(atom: Atom) -> frozenset[str]:
    """Strings of which one stands in every text that holds the atom; for the first, cheap pass."""
    found: set[str] = set()
    for _, form in atom.forms:
        found.update(_strings(longest(form)))
    return frozenset(found)


def longest(form: Form) -> Element:
    """The element best looked for first: one that must be there, with the longest strings."""
    fixed = (element for element in form if not element.optional and not element.gap)
    return max(fixed, key=lambda element: min(len(string) for string in _strings(element)))


def _strings(element: Element) -> tuple[str, ...]:
    return (*element.exact, *element.prefixes, *element.suffixes)


def _is_function_word(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.function_words or len(word) == 1


def _concept(tokens: list[str], lexicon: Lexicon) -> Atom | None:
    """The concept (or the concepts) that these words name as a whole."""
    phrase_text = " ".join(tokens)
    kinds = ("family.", "status.") if len(tokens) == 1 else _TYPED_KINDS
    named = [c for c in lexicon.names.get(phrase_text, ()) if c.startswith(kinds)]
    named = [c for c in named if c.startswith("family.")] or named
    if not named:
        named = [
            concept.id
            for concept in lexicon.concepts.values()
            if concept.id.startswith(("family.", "status.")) and _spans(concept.forms, tokens)
        ]
    return _union(named, lexicon) if named else None


def _spans(forms: Iterable[tuple[str | None, Form]], tokens: list[str]) -> bool:
    return any(match_at(form, tokens, 0) == len(tokens) for _, form in forms)


def _union(ids: list[str], lexicon: Lexicon) -> Atom:
    ids = sorted(set(ids))
    return Atom("+".join(ids), tuple(form for i in ids for form in lexicon.concepts[i].forms))


def _word(word: str, lexicon: Lexicon) -> Atom:
    """The word itself in the plural or singular, and the same idea in other languages if the vocabulary has
    it.
    """
    ids = [c for c in lexicon.names.get(word, ()) if c.startswith(("word.", "action."))]
    literal = Atom(word, ((None, (_element(word, inflected=True),)),))
    if not ids:
        return literal
    known = _union(ids, lexicon)
    return replace(known, label=f"{word}+{known.label}", forms=(*literal.forms, *known.forms))


def _phrase_atom(tokens: list[str], inflected: bool) -> Atom:
    form = tuple(_element(t, inflected and i == len(tokens) - 1) for i, t in enumerate(tokens))
    return Atom(("" if inflected else "=") + " ".join(tokens), ((None, form),))


def _element(word: str, inflected: bool) -> Element:
    if not inflected or len(word) < MIN_INFLECTED or not word.isalpha() or CJK.match(word):
        return Element(exact=frozenset({word}))
    forms = {word, word + "s"}
    if len(word) > MIN_INFLECTED:
        forms |= {word + "es", word + "e"}
        if word.endswith("s"):
            forms.add(word[:-1])
        if word.endswith("y"):
            forms.add(word[:-1] + "ies")
    return Element(exact=frozenset(forms))


def by_label(patterns: Iterable[Pattern]) -> Mapping[str, Atom]:
    """Every atom of these patterns once, by label."""
    return {atom.label: atom for pattern in patterns for atom in pattern.atoms}
