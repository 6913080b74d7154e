"""The default event in seven languages, and in any order: each development rings once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from bot.cli.posts_file import PostLine
from bot.cli.rehearsal import Rehearsal
from config.specs import EventSpec

EVENT = EventSpec(
    key="open-weight",
    title="OpenAI's open-weight model",
    who=("OpenAI", "Sam Altman"),
    what=("open-weight model", "open model", "open source model"),
)
DAYS = (
    datetime(2025, 3, 31, 18, tzinfo=UTC),
    datetime(2025, 6, 10, 20, tzinfo=UTC),
    datetime(2025, 7, 12, 1, tzinfo=UTC),
    datetime(2025, 8, 5, 17, tzinfo=UTC),
)
STATUSES = ("announced", "delayed", "delayed", "released")
TOLD = {
    "en": (
        "OpenAI plans to release an open-weight model in the coming months",
        "OpenAI delays its open model to later this summer",
        "OpenAI delays its open-weight model again, indefinitely",
        "OpenAI releases gpt-oss, its first open models in years",
    ),
    "fr": (
        "OpenAI annonce un modèle à poids ouverts pour les prochains mois",
        "OpenAI repousse son modèle ouvert à plus tard cet été",
        "OpenAI reporte encore son modèle open source, cette fois sans date",
        "OpenAI lance enfin ses modèles à poids ouverts",
    ),
    "de": (
        "OpenAI kündigt offenes Sprachmodell für die kommenden Monate an",
        "OpenAI verschiebt sein offenes Modell auf später in diesem Sommer",
        "OpenAI verschiebt sein offenes Modell erneut, ohne neuen Termin",
        "OpenAI veröffentlicht seine offenen Modelle",
    ),
    "es": (
        "OpenAI anuncia un modelo de pesos abiertos para los próximos meses",
        "OpenAI retrasa su modelo abierto a más adelante este verano",
        "OpenAI vuelve a retrasar su modelo abierto, sin nueva fecha",
        "OpenAI lanza sus modelos de pesos abiertos",
    ),
    "it": (
        "OpenAI annuncia un modello aperto per i prossimi mesi",
        "OpenAI rinvia il suo modello aperto a più avanti quest'estate",
        "OpenAI rinvia di nuovo il suo modello aperto, senza una data",
        "OpenAI pubblica i suoi modelli aperti",
    ),
    "pt": (
        "OpenAI anuncia um modelo de pesos abertos para os próximos meses",
        "OpenAI adia seu modelo aberto para mais tarde neste verão",
        "OpenAI adia novamente seu modelo aberto, sem nova data",
        "OpenAI lança seus modelos de pesos abertos",
    ),
    "nl": (
        "OpenAI kondigt een open model aan voor de komende maanden",
        "OpenAI stelt zijn open model uit tot later deze zomer",
        "OpenAI stelt zijn open model opnieuw uit, zonder nieuwe datum",
        "OpenAI brengt zijn open modellen uit",
    ),
}  # fmt: skip


def line(lang: str, step: int, minutes: int) -> PostLine:
    return PostLine(
        id=f"{lang}-{step}",
        title=TOLD[lang][step],
        published=DAYS[step] + timedelta(minutes=minutes),
        lang=lang,
        source=f"The {lang} bell",
        url=f"https://{lang}.example/{step}",
    )


def alerts(lines: Sequence[PostLine]) -> list[tuple[str, str]]:
    rehearsal = Rehearsal([EVENT], [])
    try:
        told = [one for item in lines for one in rehearsal.read(item)]
    finally:
        rehearsal.close()
    return [(one["post"], one["status"]) for one in told if one["action"] == "alert"]


def test_seven_languages_ring_once_a_development() -> None:
    lines = [line(lang, step, 20 * n) for step in range(4) for n, lang in enumerate(TOLD)]
    rang = alerts(lines)
    assert [status for _, status in rang] == list(STATUSES), rang


@pytest.mark.parametrize("lang", TOLD)
def test_one_language_alone_rings_each_development(lang: str) -> None:
    assert [status for _, status in alerts([line(lang, step, 0) for step in range(4)])] == list(STATUSES)


@pytest.mark.parametrize("step", [1, 3])
def test_announced_once_whatever_the_order_of_arrival_within_an_hour(step: int) -> None:
    before = [line("en", earlier, 0) for earlier in range(step)]
    for order in permutations(("en", "fr", "de", "es")):
        lines = [line(lang, step, 15 * n) for n, lang in enumerate(order)]
        assert len(alerts([*before, *lines])) == step + 1, order
