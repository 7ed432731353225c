"""Two invented cases from before Faru, taken over from paper: how they ended, and what is still owed.

Their steps are entered with the dates on which they happened; what the policy asks beyond them is said.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from faru.dossier.binding import utc_text
from faru.ledger.tags import Action
from faru.mainjob.cases import OpenCase, do_step, open_case
from faru.mainjob.unit import Unit
from faru.policy import Outcome, State

_ENDS: Final = {"reprimand_agreement": Outcome.REPRIMAND_AGREEMENT, "charge": Outcome.CHARGED}


@dataclass(frozen=True, slots=True)
class EndedCase:
    """A case with its outcome, and what the policy still asks."""

    name: str
    case: OpenCase
    state: State
    sentence: str


def take_over(unit: Unit, truth: Path) -> tuple[EndedCase, ...]:
    """The ended cases of an invented world's truth, in its order."""
    stories = json.loads(truth.read_text(encoding="utf-8"))["stories"]
    return tuple(
        _take_over(unit, name, story) for name, story in stories.items() if story.get("ended") in _ENDS
    )


def _take_over(unit: Unit, name: str, story: dict[str, Any]) -> EndedCase:
    outcome = _ENDS[story["ended"]]
    opened = datetime.fromisoformat(story["steps"][0]["at"])
    case = open_case(unit, name, at=opened, sentence="An invented case, taken over from paper.")
    known = {step.id: step for step in case.policy.steps()}
    for told in story["steps"][:-1]:
        at = datetime.fromisoformat(told["at"])
        step = known.get(told["step"])
        if step is None:  # the paper knows it under a name that the policy does not
            unit.do(
                Action.STEP_DO, role="intake", objects=(case.name,),
                sentence=told["step"].replace("_", " "), by=told["by"], at=told["at"],
            )  # fmt: skip
            continue
        stated = dict.fromkeys((*step.needs, "reason", "to"), "as on paper")
        do_step(
            unit,
            case,
            step.id,
            stated,
            at=at,
            document_sha256=hashlib.sha256(json.dumps(told).encode()).hexdigest(),
        )
    ended = datetime.fromisoformat(story["steps"][-1]["at"])
    do_step(unit, case, "record_outcome", _outcome_fields(case, outcome, story), at=ended)
    unit.do(
        Action.CASE_OUTCOME, role="pg_liaison", objects=(case.name,),
        outcome=outcome.value, at=utc_text(ended),
    )  # fmt: skip
    state = case.state(unit.clock.now())
    owed = sum(one.mandatory for one in state.missing)
    sentence = (
        f"{outcome.value.replace('_', ' ')} on {ended:%-d %B %Y}; "
        f"{owed} mandatory steps of today's policy have no record"
    )
    return EndedCase(name, case, state, sentence)


def _outcome_fields(case: OpenCase, outcome: Outcome, story: dict[str, Any]) -> dict[str, str]:
    """What the policy wants stated for this outcome; where the story does not say it, that it is on paper."""
    rule = next(rule for rule in case.policy.outcomes if rule.outcome is outcome)
    agreement = story.get("agreement", {})
    told = {"terms": "; ".join(agreement.get("conditions", ())), "ends_on": agreement.get("ends")}
    return {"outcome": outcome.value, "reason": story["told"]} | {
        need: told.get(need) or "as on paper" for need in rule.needs
    }
