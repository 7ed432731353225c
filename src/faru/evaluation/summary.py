"""The evaluation in figures: one flat table of measures, for JSON, the page and comparing two runs."""

import json
import math
from dataclasses import dataclass
from typing import Any, Final

from faru.evaluation.evaluate import Evaluation, Spread, spread
from faru.evaluation.orders import Order
from faru.evaluation.recall import TOPS
from faru.evaluation.simulation import WITHIN

LABEL: Final = "synthetic"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier run came to."""

    rules_version: str
    measures: dict[str, Spread]


def measures(found: Evaluation) -> dict[str, Spread]:
    """Every measure over the years by its name; shares from 0 to 1, waits in days."""
    scores = [year.score for year in found.years]
    table: dict[str, Spread] = {}
    for order in Order:
        for index, per_cent in enumerate(TOPS):
            table[f"recall.{order}.top_{per_cent}"] = spread([one.recall[order][index] for one in scores])
    for index, per_cent in enumerate(TOPS):
        table[f"recall.ceiling.top_{per_cent}"] = spread([one.ceiling[index] for one in scores])
        table[f"recall.told.top_{per_cent}"] = spread([one.recall_of_told[index] for one in scores])
    table["leads"] = spread([one.leads for one in scores])
    table["in_danger"] = spread([one.in_danger for one in scores])
    table["told"] = spread([one.told for one in scores])
    table["pages_a_day"] = spread([one.pages / one.days for one in scores])
    table["false_pages_a_day"] = spread([one.false_pages_a_day for one in scores])
    for index, band in enumerate(scores[0].bands):
        held = [one.bands[index] for one in scores]
        table[f"band.{band.band}.leads"] = spread([one.leads for one in held])
        table[f"band.{band.band}.precision"] = spread(
            [one.in_danger / one.leads if one.leads else 0.0 for one in held]
        )
    for index, order in enumerate(Order):
        played = [year.reached[index] for year in found.years]
        table[f"reached.{order}.median_days"] = spread([one.median_days for one in played])
        table[f"reached.{order}.p90_days"] = spread([one.p90_days for one in played])
        for place, most in enumerate(WITHIN):
            table[f"reached.{order}.within_{most}"] = spread([one.within[place] for one in played])
        table[f"reached.{order}.never"] = spread([one.never for one in played])
        table[f"reached.{order}.resolvable"] = spread([one.resolvable for one in played])
        table[f"reached.{order}.opened"] = spread([one.opened / one.leads for one in played])
    return table


def document(found: Evaluation) -> dict[str, Any]:
    """The evaluation as JSON has it; a wait that never ends is null."""
    return {
        "label": LABEL,
        "pack": found.pack,
        "rules_version": found.rules_version,
        "seeds": list(found.seeds),
        "referrals": found.referrals,
        "measures": {
            name: [_number(value) for value in (one.mean, one.low, one.high)]
            for name, one in measures(found).items()
        },
        "audits": [
            {
                "seed": year.seed,
                "drawn": year.audit.drawn,
                "found": year.audit.found,
                "low": _number(year.audit.estimate.low),
                "high": _number(year.audit.estimate.high),
                "true": _number(year.audit.missed / year.audit.bottom),
            }
            for year in found.years
        ],
        "misses": [
            {"group": one.group, "trait": one.trait, "hits": one.hits, "misses": one.misses}
            for one in found.likeness
        ],
    }


def _number(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


def read_earlier(text: str) -> Earlier:
    """Reads what `document` made, as JSON. ValueError where it is not that."""
    try:
        held = json.loads(text)
        return Earlier(
            str(held["rules_version"]),
            {
                name: Spread(*(math.inf if value is None else float(value) for value in values))
                for name, values in held["measures"].items()
            },
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("Not the document of an evaluation.") from error
