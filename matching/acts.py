"""Decisive acts: who does what, for developments that no status names (a suit is filed, a court decides)."""

from collections.abc import Sequence

from matching.document import Sentence, Zone
from matching.lexicon import Language

_GROUPS = {
    "lawsuit": ("sue", "file_complaint", "challenge"),
    "ruling": ("court_rule", "block_court", "grant_injunction", "convict", "acquit", "sentence"),
    "appeal": ("appeal",),
    "approval": ("approve", "adopt_law", "certify"),
    "vote": ("vote",),
    "refusal": ("reject", "refuse", "veto"),
    "agreement": ("agree", "settle", "ceasefire"),
    "completion": ("finalize", "complete", "close_deal"),
    "sanction": ("ban", "order", "designate", "sanction", "fine_penalty"),
    "repeal": ("repeal", "unban"),
    "demand": ("ultimatum", "demand", "extend_deadline"),
    "departure": ("resign", "dismiss_from_job"),
    "appointment": ("appoint", "nominate", "elect", "hire"),
    "probe": ("investigate", "inspect"),
    "charge": ("arrest", "charge_indict"),
    "takeover": ("acquire", "merge"),
    "funding": ("raise_funds",),
    "layoff": ("layoff",),
    "recall": ("recall_product",),
    "strike": ("strike", "walkout", "protest"),
    "attack": ("attack", "strike_military"),
    "accident": ("crash", "explode", "fail"),
    "rescue": ("rescue", "evacuate"),
    "price": ("cut_price", "raise_price", "raise_tariff"),
}
"""Acts that decide something, each with the lexicon's actions that tell of it. Others (warn, support …)
decide nothing.
"""

GROUP_OF = {f"action.{action}": group for group, actions in _GROUPS.items() for action in actions}
PLANNED = "~"
"""Ends the name of an act that is only planned: "will sue" is news before "sues", which is news again."""

_TURNING = ("cue.plan", "cue.modal", "cue.negation", "cue.background")


KINDRED = (
    frozenset({"vote", "approval", "ruling", "completion", "agreement"}),
    frozenset({"refusal", "repeal", "ruling"}),
    frozenset({"sanction", "demand"}),
    frozenset({"lawsuit", "charge", "probe"}),
    frozenset({"departure", "appointment"}),
)
"""Acts by which reports of one development differ ("votes", "approves", "gives the green light")."""


def acts_of(sentences: Sequence[Sentence], language: Language | None) -> tuple[tuple[str, ...], bool]:
    """The decisive acts of the title, else the first below it; and whether the title has them."""
    if language is None:
        return (), False
    for sentence in [s for s in sentences[:4] if s.zone is not Zone.BODY][:3]:
        acts = tuple(dict.fromkeys(_acts(sentence, language)))
        if acts:
            # Below the title, acts after the first are mostly its background.
            in_title = sentence.zone is Zone.TITLE
            return (acts if in_title else acts[:1]), in_title
    return (), False


def new_acts(acts: Sequence[str], known: set[str]) -> tuple[str, ...]:
    """The acts that are not known; a planned one is known when the act itself is."""
    return tuple(a for a in acts if a not in known and a.removesuffix(PLANNED) not in known)


def kindred(acts: Sequence[str], others: Sequence[str]) -> bool:
    """Whether these may be acts of one and the same development."""
    mine = {a.removesuffix(PLANNED) for a in acts}
    theirs = {a.removesuffix(PLANNED) for a in others}
    return bool(mine & theirs) or any(mine & kin and theirs & kin for kin in KINDRED)


def _acts(sentence: Sentence, language: Language) -> list[str]:
    cues = [c for c in language.scanner.scan(sentence.words) if c.label in _TURNING]
    found = []
    for hit in language.vocabulary.scan(sentence.words, sentence.clauses):
        group = GROUP_OF.get(hit.label)
        if group is None:
            continue
        before = {c.label for c in cues if c.start <= hit.start and hit.start - c.end <= 2}
        if "cue.negation" in before or "cue.background" in before:
            continue
        found.append(group + PLANNED if before & {"cue.plan", "cue.modal"} else group)
    return found
