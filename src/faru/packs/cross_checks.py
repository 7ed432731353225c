"""What one file of a pack says against another: names that nothing answers to, rules that cannot run."""

from collections.abc import Iterable, Sequence, Set

from faru.attribution.carriers import Carrier
from faru.conditions import ConditionFault
from faru.loaders.yaml import At, Located
from faru.packs.findings import Severity
from faru.packs.model import Contact, Offence
from faru.packs.sheets import Sheets
from faru.policy import Deadline, Policy, unsound
from faru.triage.facts import PHRASE_FACTS, conditions


def check_policies(
    sheets: Sheets, made: Sequence[tuple[Located, Policy]], offences: Iterable[Offence]
) -> None:
    """Each policy by itself, with the line each finding stands in, and all of them together."""
    elsewhere = {"roles": sheets.get("roles.yaml"), "deadlines": sheets.get("deadlines.yaml")}
    families = {one.family for one in offences}
    seen: dict[tuple[str, str], str] = {}
    for sheet, policy in made:
        for one in unsound(policy):
            other = elsewhere.get(one.place[0]) if one.place else None
            severity = Severity.ERROR if one.grave else Severity.WARNING
            if other is not None:
                sheets.say(other, one.place[1:], one.sentence, severity)
            else:
                sheets.say(sheet, one.place, one.sentence, severity)
        for place, family in enumerate(policy.offence_families):
            if family not in families:
                sentence = f'No offence of the pack belongs to the family "{family}".'
                sheets.say(sheet, ("offence_families", place), sentence, Severity.WARNING)
        key = (policy.id, policy.version)
        if key in seen:
            sheets.say(sheet, ("version",), f"{seen[key]} is the same policy in the same version.")
        seen.setdefault(key, sheet.file)


def check_deadlines(sheets: Sheets, deadlines: Iterable[Deadline], policies: Iterable[Policy]) -> None:
    """Clocks that no policy uses."""
    sheet = sheets.get("deadlines.yaml")
    used = {one.key for policy in policies for one in policy.deadlines}
    used |= {step.due.key for policy in policies for step in policy.steps() if step.due}
    for one in deadlines:
        if sheet is not None and one.key not in used:
            sheets.say(sheet, (one.key,), f'No policy uses the deadline "{one.key}".', Severity.WARNING)


def check_contacts(sheets: Sheets, carriers: Iterable[Carrier], contacts: Iterable[Contact]) -> None:
    """Contacts that carriers name."""
    sheet = sheets.get("carriers.yaml")
    if sheet is None:
        return
    known = {one.id for one in contacts}
    for one in carriers:
        if one.contact is not None and one.contact not in known:
            sheets.say(sheet, (one.id, "contact"), f'"{one.contact}" is not in contacts.yaml; add it.')


def check_triage(sheets: Sheets, policies: Sequence[Policy]) -> None:
    """Rules, bands, interrupts and phrases, each at its line."""
    sheet = sheets.get("triage.yaml")
    if sheet is not None:
        _rules(sheets, sheet, {one.id for policy in policies for one in policy.interrupts})
        _bands(sheets, sheet)
    seen: dict[str, str] = {}
    for phrases in sheets.folder("phrases"):
        for place, one in enumerate(phrases.value["phrases"]):
            at: At = ("phrases", place)
            if one["fact"] not in PHRASE_FACTS:
                known = ", ".join(sorted(PHRASE_FACTS))
                sheets.say(phrases, (*at, "fact"), f'No phrase may set "{one["fact"]}"; it may set {known}.')
            if one["id"] in seen:
                sheets.say(phrases, (*at, "id"), f'The id "{one["id"]}" stands in {seen[one["id"]]} too.')
            seen.setdefault(one["id"], phrases.file)


def _rules(sheets: Sheets, sheet: Located, interrupts: Set[str]) -> None:
    compiler = conditions()
    seen: set[str] = set()
    for place, rule in enumerate(sheet.value["rules"]):
        at: At = ("rules", place)
        if rule["id"] in seen:
            sheets.say(sheet, (*at, "id"), f'The rule id "{rule["id"]}" is used twice; give each its own.')
        seen.add(rule["id"])
        try:
            compiler.compile(rule["condition"])
        except ConditionFault as fault:
            sheets.say(sheet, (*at, "condition"), f'Rule "{rule["id"]}": {fault.sentence}')
        # where no policy could be read its own fault is said; nothing is known about its interrupts then
        if rule["axis"] == "interrupt" and interrupts and rule["raises"] not in interrupts:
            sheets.say(sheet, (*at, "raises"), f'No policy defines the interrupt "{rule["raises"]}".')


def _bands(sheets: Sheets, sheet: Located) -> None:
    bands = sheet.value["bands"]
    for place in range(1, len(bands)):
        if bands[place]["from_danger"] >= bands[place - 1]["from_danger"]:
            sheets.say(sheet, ("bands", place), "Bands go downward; this one is not below the last.")
    if bands[-1]["from_danger"] != 0:
        sheets.say(sheet, ("bands", len(bands) - 1), "The last band must begin at 0.")
    names = [band["name"] for band in bands]
    for place, name in enumerate(names):
        if name in names[:place]:
            sheets.say(sheet, ("bands", place, "name"), f'The band "{name}" stands twice; rename one.')
