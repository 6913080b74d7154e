"""Stories of posts that no event decides about."""

from datetime import timedelta

from matching.decision import Signature, StoryState
from matching.signature import language_free, merge, similarity
from matching.story import WINDOW, choose
from tests.matching.texts import NOW, post, reading

URL = "https://bell.example/chip"
CHIP = post(
    "Acme unveils the Zorblatt chip",
    "Acme said the Zorblatt chip has 9000 cores and comes from Denmark.",
    "en",
    url=URL,
)


def story(
    number: int, signature: Signature, *, days: float = 0, urls: tuple[str, ...] = (), lang: str = "en"
) -> StoryState:
    seen = NOW - timedelta(days=days)
    return StoryState(number, seen, seen, 1, signature, urls, (lang,))


def test_joins_the_nearest_story() -> None:
    mine = reading(CHIP)
    other = reading(
        post("Farmers protest in Rome", "Farmers blocked roads in Rome on Monday over prices.", "en")
    )
    choice = choose(mine, [story(1, other.signature), story(2, mine.signature)], {}, None, NOW)
    assert choice.story is not None
    assert choice.story.id == 2


def test_nothing_alike_begins_a_story() -> None:
    mine = reading(CHIP)
    far = Signature({"farmers": 3.0})
    assert choose(mine, [story(1, far)], {}, None, NOW).story is None
    assert choose(mine, [], {}, None, NOW).story is None
    assert choose(mine, [story(1, mine.signature, days=WINDOW.days + 1)], {}, None, NOW).story is None


def test_likeness_fades_with_time() -> None:
    mine = reading(CHIP)
    scores = [choose(mine, [story(1, mine.signature, days=d)], {}, None, NOW).score for d in (0, 4, 20)]
    assert scores == sorted(scores, reverse=True)
    assert abs(scores[1] - scores[0] / 2) < 0.01


def test_the_same_outlet_is_doubted_and_the_same_page_is_not() -> None:
    mine = reading(CHIP)
    plain = choose(mine, [story(1, mine.signature)], {}, URL, NOW).score
    page = choose(mine, [story(1, mine.signature, urls=(URL,))], {}, URL, NOW).score
    outlet = choose(mine, [story(1, mine.signature, urls=("https://bell.example/x",))], {}, URL, NOW).score
    assert outlet < plain < page


def test_rare_words_count_more() -> None:
    mine = reading(CHIP)
    sharing = Signature({"@zorblatt": 3.0, "filler": 3.0})
    rare = choose(mine, [story(1, sharing)], {"@zorblatt": 0}, None, NOW).score
    common = choose(mine, [story(1, sharing)], {"@zorblatt": 64}, None, NOW).score
    assert rare > common > 0


def test_across_languages_names_and_concepts_count() -> None:
    french = reading(
        post(
            "Acme dévoile la puce Zorblatt",
            "Le fabricant Acme annonce que la puce Zorblatt compte 9000 coeurs, au Danemark.",
            "fr",
        )
    )
    choice = choose(french, [story(1, reading(CHIP).signature)], {}, None, NOW)
    assert choice.story is not None


def test_similarity() -> None:
    signature = reading(CHIP).signature
    assert abs(similarity(signature, signature, same_language=True) - 1) < 1e-9
    assert similarity(signature, Signature(), same_language=True) == 0
    assert language_free(signature).keys() < signature.terms.keys()


def test_a_merged_signature_keeps_what_both_say() -> None:
    old = Signature({"a": 2.0, "b": 2.0}, ("ruling",))
    new = Signature({"a": 2.0, "c": 2.0}, ("appeal",), in_title=True)
    mixed = merge(old, new, 1)
    assert mixed.terms == {"a": 2.0, "b": 1.0, "c": 1.0}
    assert mixed.actions == ("ruling", "appeal")
    assert merge(old, Signature({}, ("appeal",)), 1).actions == ("ruling",)


def test_of_two_alike_the_first_and_nearer_wins() -> None:
    mine = reading(CHIP)
    near, far = story(1, mine.signature), story(2, mine.signature, days=3)
    assert choose(mine, [near, far], {}, None, NOW).story == near
    assert choose(mine, [far, near], {}, None, NOW).story == near
