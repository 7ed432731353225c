"""A policy built from its file, with the pack's roles, clocks and calendar."""

from typing import Any

from faru.conditions import Fact, FactType
from faru.loaders.yaml import Located
from faru.packs.build_parts import term
from faru.packs.sheets import Sheets
from faru.policy import (
    Calendar,
    Deadline,
    Effect,
    EventKind,
    Interrupt,
    NextStage,
    Outcome,
    OutcomeRule,
    Policy,
    PolicyRole,
    SkipRule,
    Stage,
    Step,
    StepKind,
)
from faru.policy.model import CASE_OPENED, STAGE_ENTERED


def policy(
    sheets: Sheets,
    sheet: Located,
    calendar: Calendar,
    roles: tuple[PolicyRole, ...],
    deadlines: tuple[Deadline, ...],
) -> Policy:
    """One policy. Names that nothing answers to are `policy.soundness`'s to say, save a clock's key."""
    return _Builder(sheets, sheet, {one.key: one for one in deadlines}).build(calendar, roles)


class _Builder:
    def __init__(self, sheets: Sheets, sheet: Located, clocks: dict[str, Deadline]) -> None:
        self.sheets = sheets
        self.sheet = sheet
        self.clocks = clocks
        self.stated: dict[str, Any] = sheet.value

    def build(self, calendar: Calendar, roles: tuple[PolicyRole, ...]) -> Policy:
        stated = self.stated
        signed = self.sheets.day(self.sheet, ("authority", "signed_on"))
        own = [
            self._named(key, ("deadlines", place)) for place, key in enumerate(stated.get("deadlines", ()))
        ]
        skip = stated.get("skip")
        return Policy(
            id=stated["id"],
            version=stated["version"],
            title=stated["title"],
            calendar=calendar,
            roles=roles,
            duty_role=stated["duty_role"],
            stages=tuple(self._stage(key, one) for key, one in stated["stages"].items()),
            anytime=tuple(
                self._step(("anytime", key), key, one) for key, one in stated.get("anytime", {}).items()
            ),
            events=tuple(EventKind(key, sentence) for key, sentence in stated.get("events", {}).items()),
            facts=tuple(
                Fact(key, FactType(one["type"]), one["sentence"], one.get("unit"))
                for key, one in stated.get("facts", {}).items()
            ),
            interrupts=tuple(_interrupt(key, one) for key, one in stated.get("interrupts", {}).items()),
            deadlines=tuple(one for one in own if one),
            outcomes=tuple(
                OutcomeRule(Outcome(key), one["sentence"], tuple(one.get("needs", ())))
                for key, one in stated.get("outcomes", {}).items()
            ),
            outcome_step=stated.get("outcome_step"),
            skip=SkipRule(skip["by"], tuple(skip["needs"])) if skip else None,
            offence_families=tuple(stated.get("offence_families", ())),
            signed_on=signed.isoformat() if signed else None,
        )

    def _stage(self, key: str, stated: dict[str, Any]) -> Stage:
        return Stage(
            id=key,
            sentence=stated["sentence"],
            steps=tuple(
                self._step(("stages", key, "steps", name), name, one) for name, one in stated["steps"].items()
            ),
            next=tuple(NextStage(to, (one or {}).get("when")) for to, one in stated.get("next", {}).items()),
        )

    def _step(self, at: tuple[str, ...], key: str, stated: dict[str, Any]) -> Step:
        return Step(
            id=key,
            sentence=stated["sentence"],
            kind=StepKind(stated["kind"]),
            by=tuple(stated.get("by", ())),
            signoff=stated.get("signoff"),
            peer=stated.get("peer", False),
            mandatory=stated.get("mandatory", False),
            needs=tuple(stated.get("needs", ())),
            when=stated.get("when"),
            holds=stated.get("holds"),
            due=self._due(at, key, stated),
            before=stated.get("before"),
            after=tuple(stated.get("after", ())),
            each_visit=stated.get("each_visit", False),
            at_most=stated.get("at_most"),
        )

    def _due(self, at: tuple[str, ...], key: str, stated: dict[str, Any]) -> Deadline | None:
        due = stated.get("due")
        if due is None:
            return None
        if isinstance(due, str):
            return self._named(due, (*at, "due"))
        signed = self.stated["authority"]["signed_on"]
        return Deadline(
            key=key,
            sentence=stated["sentence"],
            term=term(due),
            starts=due.get("starts", STAGE_ENTERED if at[0] == "stages" else CASE_OPENED),
            stops=None,
            source=f"Policy {self.stated['id']} {self.stated['version']}",
            owner=due.get("owner"),
            confirmed_by=self.stated["authority"]["issued_by"] if signed else None,
            confirmed_on=signed,
            child_safety=due.get("child_safety", False),
        )

    def _named(self, key: str, at: tuple[str | int, ...]) -> Deadline | None:
        found = self.clocks.get(key)
        if found is None:
            self.sheets.say(
                self.sheet, at, f'The deadline "{key}" is not in deadlines.yaml; add or correct it.'
            )
        return found


def _interrupt(key: str, stated: dict[str, Any]) -> Interrupt:
    return Interrupt(
        id=key,
        sentence=stated["sentence"],
        effects=frozenset(Effect(one) for one in stated["effects"]),
        clear_by=stated["clear"]["by"],
        clear_needs=tuple(stated["clear"]["needs"]),
        when=stated.get("when"),
        acknowledge=term(stated["acknowledge"]) if "acknowledge" in stated else None,
        decide=term(stated["decide"]) if "decide" in stated else None,
        requires=tuple(stated.get("requires", ())),
        route_to=stated.get("route_to"),
    )
