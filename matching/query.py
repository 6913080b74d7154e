"""The watch language: from the text of a query to its tree, or an error that points at the place."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import re2
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

MAX_QUERY_CHARS = 2_000
MAX_TERMS = 64
MAX_DEPTH = 16
DEFAULT_NEAR = 5
_TWO_WAYS = "OR beside words without OR can be read in two ways; use parentheses: (a OR b) c, or a OR (b c)"
_REGEX_MEMORY = 1 << 20


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for. kind: word, phrase, exact, prefix, regex or all; `field`: where, None for the
    text.
    """

    kind: str
    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Where this does not hold."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Near:
    """Both in one sentence, with at most `distance` words between."""

    left: "Node"
    right: "Node"
    distance: int


Node = Term | And | Or | Not | Near


class QueryError(ValueError):
    """A query that cannot be understood. `column`: where, from 1; str() shows the place with a caret."""

    def __init__(self, message: str, query: str, column: int) -> None:
        shown = query.replace("\n", " ")
        super().__init__(f"{message}\n  {shown}\n  {' ' * (column - 1)}^")
        self.message = message
        self.query = query
        self.column = column


@cache
def _parser() -> Lark:
    grammar = resources.files("matching").joinpath("query.lark").read_text("utf-8")
    return Lark(
        grammar, parser="lalr", lexer="contextual", propagate_positions=True, maybe_placeholders=False
    )


def parse(query: str) -> Node:
    """The tree of a query. Raises QueryError when it is empty, too long, malformed or ambiguous."""
    if not query.strip():
        raise QueryError("the query is empty; write a word, or * for everything", query, 1)
    if len(query) > MAX_QUERY_CHARS:
        raise QueryError(f"the query is longer than {MAX_QUERY_CHARS} characters", query[:60] + "…", 60)
    if query.count("(") > MAX_DEPTH * 4 or _depth(query) > MAX_DEPTH:
        raise QueryError(f"more than {MAX_DEPTH} levels of parentheses", query, query.index("(") + 1)
    try:
        tree = _parser().parse(query)
    except UnexpectedInput as error:
        raise _explained(error, query) from None
    node = _Reader(query).read(tree)
    if _only_negative(node):
        raise QueryError("this only says what must not be there; add a word that must, or *", query, 1)
    terms = count_terms(node)
    if terms > MAX_TERMS:
        raise QueryError(
            f"{terms} terms; a watch may have {MAX_TERMS}. Split it into several watches", query, 1
        )
    return node


def count_terms(node: Node) -> int:
    """How many terms a tree holds."""
    match node:
        case Term():
            return 1
        case Not(part):
            return count_terms(part)
        case Near(left, right):
            return count_terms(left) + count_terms(right)
        case And(parts) | Or(parts):  # pragma: no branch -- there is no other node
            return sum(count_terms(p) for p in parts)


def _depth(query: str) -> int:
    depth = deepest = 0
    for char in query:
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return deepest


def _only_negative(node: Node) -> bool:
    match node:
        case Not():
            return True
        case And(parts):
            return all(_only_negative(p) for p in parts)
        case Or(parts):
            return any(_only_negative(p) for p in parts)
        case _:
            return False


def _explained(error: UnexpectedInput, query: str) -> QueryError:
    column = getattr(error, "column", -1)
    if (
        isinstance(error, UnexpectedEOF)
        or column < 1
        or (isinstance(error, UnexpectedToken) and error.token.type == "$END")
    ):
        what = (
            "a closing parenthesis is missing"
            if query.count("(") > query.count(")")
            else "something is missing at the end"
        )
        return QueryError(what, query, len(query) + 1)
    rest = query[column - 1 :]
    if isinstance(error, UnexpectedCharacters):
        if rest.startswith('"'):
            return QueryError("a closing quote is missing", query, column)
        if rest.startswith("/"):
            return QueryError("a regular expression stands between two slashes: /…/", query, column)
        return QueryError(f"{rest[0]!r} cannot stand here", query, column)
    if rest.startswith(")"):
        return QueryError("this parenthesis closes nothing, or nothing stands in it", query, column)
    if rest.startswith("OR") or re.search(r"\sOR[\s(]", query[:column]):
        return QueryError(_TWO_WAYS, query, column)
    return QueryError(f"{rest.split()[0]!r} cannot stand here", query, column)


class _Reader:
    """From lark's tree to ours."""

    def __init__(self, query: str) -> None:
        self.query = query

    def read(self, tree: Tree[Token] | Token) -> Node:
        assert isinstance(tree, Tree)
        match tree.data:
            case "alternatives":
                return Or(tuple(self.read(t) for t in tree.children))
            case "conjunction":
                parts = tuple(self.read(t) for t in tree.children)
                return parts[0] if len(parts) == 1 else And(parts)
            case "negation":
                return Not(self.read(tree.children[-1]))
            case "near":
                return self._near(tree)
            case "group":
                return self.read(tree.children[0])
            case "field":
                return self._field(tree)
            case kind:
                token = tree.children[0]
                assert isinstance(token, Token)
                return self._term(str(kind), token, None)

    def _near(self, tree: Tree[Token]) -> Node:
        left, operator, right = tree.children
        assert isinstance(operator, Token)
        digits = operator.partition("/")[2]
        sides = (self.read(left), self.read(right))
        for side, child in zip(sides, (left, right), strict=True):
            if not isinstance(side, Term | Or) or (
                isinstance(side, Term) and (side.field or side.kind in ("all", "regex"))
            ):
                column = child.meta.column if isinstance(child, Tree) else 1
                raise QueryError("NEAR stands between two words, phrases or (a OR b)", self.query, column)
        return Near(*sides, int(digits) if digits else DEFAULT_NEAR)

    def _field(self, tree: Tree[Token]) -> Node:
        name, leaf = tree.children
        assert isinstance(name, Token)
        assert isinstance(leaf, Tree)
        token = leaf.children[0]
        assert isinstance(token, Token)
        return self._term(str(leaf.data), token, name.rstrip(":").lower())

    def _term(self, kind: str, token: Token, field: str | None) -> Term:
        text = str(token)
        column = token.column or 1
        if kind == "exact":
            text = text[1:]
        if kind in ("phrase", "exact"):
            text = text.strip('"')
        if kind == "prefix":
            text = text[:-1]
        if kind == "regex":
            text = text[1:-1]
            self._check_regex(text, column)
        elif kind == "word" and field is None:
            self._check_word(text, column)
        elif kind != "all" and not re.search(r"\w", text):
            raise QueryError("no letter or digit to look for", self.query, column)
        return Term(kind, text, field)

    def _check_word(self, text: str, column: int) -> None:
        if text in ("or", "and", "not", "AND", "near"):
            raise QueryError(
                f"{text!r} may be meant as an operator; " + _ADVICE[text.lower()], self.query, column
            )
        if text in ("OR", "NOT", "NEAR"):
            raise QueryError(f"{text} needs something to work on", self.query, column)
        if ":" in text:
            known = "title: source: author: lang:"
            raise QueryError(
                f"{text.split(':')[0]!r} is no field; there are {known} – or quote the term",
                self.query,
                column,
            )
        if not re.search(r"\w", text):
            raise QueryError("no letter or digit to look for", self.query, column)

    def _check_regex(self, text: str, column: int) -> None:
        options = re2.Options()
        options.max_mem = _REGEX_MEMORY
        options.log_errors = False
        try:
            pattern = re2.compile(text, options)
        except re2.error as error:
            reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
            raise QueryError(f"this regular expression is not valid: {reason}", self.query, column) from None
        if pattern.search("") is not None:
            raise QueryError("this regular expression matches even an empty text", self.query, column)


_ADVICE = {
    "or": 'write OR in capitals, or "or" in quotes for the word',
    "and": 'words side by side must all be there: leave it out, or write "and" in quotes for the word',
    "not": 'write NOT in capitals or -word, or "not" in quotes for the word',
    "near": 'write NEAR in capitals, or "near" in quotes for the word',
}
