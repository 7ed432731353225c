"""One alert as the JSON that police download, in the handwriting of its platform.

The fields are those that working parsers of such downloads know; the quirks are the ones they complain of.
Nothing here is checked against a reader.
"""

import json
from collections.abc import Mapping
from typing import Final

from faru.synthetic.alerts import Alert, Party, Upload
from faru.synthetic.clocks import written
from faru.synthetic.country import NAME, utc_text
from faru.synthetic.platforms import BY_NAME, Habits
from faru.synthetic.telling import Told, telling
from faru.synthetic.wire_words import BATCHED, INCIDENT_NAMES

Json = dict[str, object]
_TRAITS: Final = {
    "access_to_children": "accessToChildren",
    "relationship_to_child": "relationshipToChildVictim",
    "convicted": "convictedSexOffender",
    "occupation": "occupation",
    "gender": "gender",
}


def document(alert: Alert, numbers: Mapping[str, str], seed: int) -> Json:
    """The alert as a JSON object; `numbers` gives every alert's number by its key."""
    habits = BY_NAME[alert.platform]
    told = telling(alert, seed)
    number = numbers[alert.key]
    people: dict[str, list[Json]] = {"reported": [], "recipient": []}
    for index, one in enumerate(alert.parties):
        own = told[f"{index} {one.role}"]
        people[one.role].append(_person(one, own, alert, habits, numbers))
    files = [_file(one, told, habits) for one in alert.uploads]
    texts = _texts(alert, habits, told, numbers)
    return {
        "reportId": number if habits.number_is_text else int(number),
        "dateReceived": utc_text(alert.received_at),
        "reportedInformation": _trimmed(
            {
                "reportingEsp": {"espName": habits.name, "lastName": f"{habits.name} Safety"},
                "incidentSummary": _summary(alert, habits),
                "incidentDetails": _details(alert, habits),
                habits.people: _twice("reportedPersons", people["reported"], habits),
                "intendedRecipients": _twice("intendedRecipients", people["recipient"], habits),
                "uploadedFiles": _twice("uploadedFiles", files, habits),
                "additionalInformations": [{"value": text} for text in texts],
            },
            habits,
        ),
    }


def encoded(content: object, *, indent: int | None, bom: bool = False) -> bytes:
    """JSON bytes in UTF-8, letters of every script as they are."""
    text = json.dumps(content, ensure_ascii=False, indent=indent)
    return (b"\xef\xbb\xbf" if bom else b"") + text.encode("utf-8")


def _summary(alert: Alert, habits: Habits) -> Json:
    summary: Json = {
        "incidentType": INCIDENT_NAMES[alert.incident],
        "incidentDateTime": written(alert.incident_at, alert.clock or habits.clock),
    }
    if alert.batched:
        summary["batchedReport"] = {"reason": BATCHED}
    if alert.escalation is not None:
        summary["escalateToHighPriority"] = alert.escalation
    if alert.flags:
        summary["reportAnnotations"] = dict.fromkeys(alert.flags, True)
    return summary


def _details(alert: Alert, habits: Habits) -> Json:
    if not alert.chat:
        return {}
    lines = "\n".join(alert.chat)
    if len(alert.chat) > 3 and habits.tag_groups > 1:
        return {"emailIncident": [{"contents": [{"value": line} for line in alert.chat]}]}
    return {"emailIncident": [{"contents": [{"value": lines}]}]}


def _person(one: Party, told: list[Told], alert: Alert, habits: Habits, numbers: Mapping[str, str]) -> Json:
    reported = one.role == "reported"
    person: Json = {
        "firstName": one.first_name,
        "lastName": one.last_name,
        "dateOfBirth": one.birth,
        "approximateAge": one.age if habits.number_is_text else (str(one.age) if one.age else None),
        "espService": habits.name,
        "espUserId": one.user_id,
        "screenName": {"value": one.screen_name} if one.screen_name else None,
        "emails": _twice("emails", [_contact(*pair, habits) for pair in one.emails], habits),
        "phones": _twice("phones", [_contact(*pair, habits) for pair in one.phones], habits),
        "addresses": _twice(
            "addresses", [{"city": one.town, "country": NAME}] if one.town is not None else [], habits
        ),
        "sourceInformation": {"sourceCaptures": _captures(one, told, habits)},
        "additionalInformations": [{"value": one.profile}] if one.profile else [],
    }
    for trait, value in one.traits:
        person[_TRAITS[trait]] = _truth(value, habits)
    if habits.where in ("text", "log"):
        person["emails"] = person["phones"] = person["screenName"] = None
    if reported and alert.refers_to and habits.priors == "field":
        person["priorCTReports"] = [numbers[key] for key in alert.refers_to]
    return _trimmed(person, habits)


def _captures(one: Party, told: list[Told], habits: Habits) -> list[Json]:
    made = []
    for each in told:
        if each.place != "captures":
            continue
        capture: Json = {
            "captureType": "IP Address",
            "value": each.address,
            "dateTime": each.when,
            "eventName": each.event.upper(),
        }
        if each.port is not None:
            capture["port"] = each.port if habits.number_is_text else str(each.port)
        elif habits.blank == "na":
            capture["port"] = "N/A"
        made.append(capture)
    if one.screen_name and habits.tag_groups > 1:
        made.append({"captureType": "Profile URL", "value": profile_url(one, habits)})
    return made


def profile_url(one: Party, habits: Habits) -> str:
    """An address on the platform's invented site."""
    return f"https://{habits.name.lower().replace(' ', '')}.example/u/{one.user_id or 'gone'}"


def _contact(value: str, verified: bool | None, habits: Habits) -> Json:
    return {"value": value, "verified": None if verified is None else _truth(verified, habits)}


def _truth(value: str | bool, habits: Habits) -> object:
    return habits.truths[0 if value else 1] if isinstance(value, bool) else value


def _file(upload: Upload, told: Mapping[str, list[Told]], habits: Habits) -> Json:
    md5 = upload.md5.upper() if habits.upper_hashes else upload.md5
    made: Json = {
        "filename": upload.name,
        "originalFilename": upload.name if habits.tag_groups > 1 else None,
        "submittalId": upload.sha1[:32],
        "verificationHash": md5,
        "viewedByEsp": upload.viewed,
        "industryClassification": upload.severity,
        "ncmecTags": {"groups": _groups(upload.tags, habits)},
    }
    pairs = []
    if habits.where == "metadata":
        pairs.append({"name": "Upload Date and Time", "value": written(upload.at, habits.clock)})
        made["sourceInformation"] = {  # the address stands with the file, its time only in the metadata
            "sourceCaptures": [
                {"captureType": "IP Address", "value": each.address, "eventName": each.event.upper()}
                for own in told.values()
                for each in own
                if each.place == "metadata"
            ]
        }
    if upload.camera:
        pairs += [{"name": "EXIF:Make", "value": "Kandu"}, {"name": "EXIF:Model", "value": "K-5"}]
    if pairs:
        made["espMetadata"] = {"metadatas": pairs}
    return _trimmed(made, habits)


def _groups(tags: tuple[str, ...], habits: Habits) -> list[Json]:
    groups: list[Json] = [
        {"tags": [{"value": tag} for tag in tags[n :: habits.tag_groups]]} for n in range(habits.tag_groups)
    ]
    return groups if tags else []


def _texts(
    alert: Alert, habits: Habits, told: Mapping[str, list[Told]], numbers: Mapping[str, str]
) -> list[str]:
    texts = list(alert.notes)
    pairs = zip(alert.parties, told.values(), strict=True)
    if habits.where == "text":
        texts += [_sentence(one, own) for one, own in pairs]
    elif habits.where == "log":
        texts += [_login_log(one, own) for one, own in pairs]
    if alert.refers_to and habits.priors == "text":
        texts.append("Prior CT Reports: " + ", ".join(numbers[key] for key in alert.refers_to))
    return texts


def _sentence(one: Party, told: list[Told]) -> str:
    """Everything the platform knows of an account, poured into one sentence."""
    parts = [f"Customer {one.user_id or 'unknown'}"]
    parts += [f"payment handle {one.payment}"] if one.payment else []
    parts += [f"user name {one.screen_name}"] if one.screen_name else []
    parts += [f"email {value}" for value, _ in one.emails]
    parts += [f"phone {value}" for value, _ in one.phones]
    parts += [f"last seen from {each.address} on {each.when}" for each in told]
    return ", ".join(parts) + "."


def _login_log(one: Party, told: list[Told]) -> str:
    head = [f"Member: {one.screen_name or 'N/A'}"]
    head += [f"Registered e-mail: {value}" for value, _ in one.emails]
    head += [f"Registered phone: {value}" for value, _ in one.phones]
    lines = []
    for each in told:
        port = "" if each.port is None else f" port {each.port}"
        lines.append(f"{each.when}  {each.event.lower():<8}  {each.address}{port}")
    return "\n".join([*head, "Login history:", *(lines or ["none"])])


def _twice(name: str, items: list[Json], habits: Habits) -> Json:
    if not items:
        return {}
    return {name: {name: items}} if habits.nested_twice else {name: items}


def _trimmed(fields: Json, habits: Habits) -> Json:
    """The fields with what is empty written as the platform writes it."""
    made: Json = {}
    for name, value in fields.items():
        if value is None or value == {} or value == []:
            match habits.blank:
                case "null":
                    made[name] = None
                case "na":
                    made[name] = "N/A" if value is None else value
                case "empty":
                    made[name] = "" if value is None else value
                case _:
                    continue
        else:
            made[name] = value
    return made
