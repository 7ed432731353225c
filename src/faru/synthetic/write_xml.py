"""One alert as the Reporting API's XML, as a platform of the country's own would hand it over.

Children stand in the order that the API asks for. The number is in `fileDetails`; an alert without a file has
none.
"""

from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from faru.synthetic.alerts import Alert, Party, Upload
from faru.synthetic.clocks import written
from faru.synthetic.country import CODE
from faru.synthetic.platforms import BY_NAME, Habits
from faru.synthetic.telling import Told, telling
from faru.synthetic.wire_words import BATCHED, INCIDENT_NAMES

_SECTIONS: Final = {
    "reported": ("personOrUserReported", "personOrUserReportedPerson"),
    "recipient": ("intendedRecipient", "intendedRecipientPerson"),
    "victim": ("victim", "victimPerson"),
}
_ANNOTATIONS: Final = {
    "Live Streaming": "liveStreaming",
    "Possible Self-Production": "possibleSelfProduction",
    "Viral": "viral",
    "Potential Meme": "potentialMeme",
    "Generative AI": "generativeAi",
    "Anime/Drawing/Virtual": "animeDrawingVirtualHentai",
}


def document(alert: Alert, numbers: Mapping[str, str], seed: int) -> bytes:
    """The alert as an XML document; `numbers` gives every alert's number by its key."""
    habits = BY_NAME[alert.platform]
    told = telling(alert, seed)
    report = Element("report")
    if alert.batched:
        SubElement(report, "batchedReport", reason=BATCHED)
    _summary(report, alert, habits)
    if alert.chat:
        incident = SubElement(SubElement(report, "internetDetails"), "chatImIncident")
        _leaf(incident, "chatClient", habits.name)
        _leaf(incident, "content", "\n".join(alert.chat))
    person = SubElement(SubElement(report, "reporter"), "reportingPerson")
    _leaf(person, "firstName", "Duty")
    _leaf(person, "lastName", "Desk")
    _leaf(person, "email", "safety@coralis.example")
    for role in _SECTIONS:
        for index, one in enumerate(alert.parties):
            if one.role == role:
                _party(report, one, told[f"{index} {role}"], alert, habits, numbers)
    if alert.notes:
        _leaf(report, "additionalInfo", "\n".join(alert.notes))
    for upload in alert.uploads:
        _file(report, upload, alert, habits, numbers)
    indent(report)
    body: bytes = tostring(report, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body


def _summary(report: Element, alert: Alert, habits: Habits) -> None:
    summary = SubElement(report, "incidentSummary")
    _leaf(summary, "incidentType", INCIDENT_NAMES[alert.incident])
    _leaf(summary, "platform", habits.name)
    _leaf(summary, "escalateToHighPriority", alert.escalation)
    if alert.flags:
        annotations = SubElement(summary, "reportAnnotations")
        for flag in alert.flags:
            SubElement(annotations, flag)
    _leaf(summary, "incidentDateTime", written(alert.incident_at, alert.clock or habits.clock))


def _party(
    report: Element, one: Party, told: list[Told], alert: Alert, habits: Habits, numbers: Mapping[str, str]
) -> None:
    outer, inner = _SECTIONS[one.role]
    section = SubElement(report, outer)
    person = SubElement(section, inner)
    _leaf(person, "firstName", one.first_name)
    _leaf(person, "lastName", one.last_name)
    for number, verified in one.phones:
        _leaf(person, "phone", number, _verified(verified) | {"type": "Mobile"})
    for mail, verified in one.emails:
        _leaf(person, "email", mail, _verified(verified))
    if one.town is not None:
        address = SubElement(person, "address", type="Home")
        _leaf(address, "city", one.town)
        _leaf(address, "country", CODE)
    _leaf(person, "age", None if one.age is None else str(one.age))
    _leaf(person, "dateOfBirth", one.birth)
    _leaf(section, "espIdentifier", one.user_id)
    _leaf(section, "espService", habits.name)
    _leaf(section, "screenName", one.screen_name)
    _leaf(section, "profileBio", one.profile)
    for each in told:
        _capture(section, each)
    if one.device is not None:
        device = SubElement(section, "deviceId")
        _leaf(device, "idType", "ANDROID_ID")
        _leaf(device, "idValue", one.device)
    if one.role == "reported":
        for key in alert.refers_to:
            _leaf(section, "priorCTReports", numbers[key])
        traits = [f"{name.replace('_', ' ')}: {value}" for name, value in one.traits]
        _leaf(section, "additionalInfo", "; ".join(traits) or None)


def _capture(section: Element, told: Told) -> None:
    capture = SubElement(section, "ipCaptureEvent")
    _leaf(capture, "ipAddress", told.address)
    _leaf(capture, "eventName", told.event)
    _leaf(capture, "dateTime", told.when)
    _leaf(capture, "port", None if told.port is None else str(told.port))


def _file(report: Element, upload: Upload, alert: Alert, habits: Habits, numbers: Mapping[str, str]) -> None:
    details = SubElement(report, "fileDetails")
    _leaf(details, "reportId", numbers[alert.key])
    _leaf(details, "fileId", upload.sha1[:32])
    _leaf(details, "originalFileName", upload.name)
    _leaf(details, "uploadedToEspTimestamp", written(upload.at, habits.clock))
    _leaf(details, "fileViewedByEsp", None if upload.viewed is None else str(upload.viewed).lower())
    _leaf(details, "fileRelevance", "Reported")
    if upload.tags:
        annotations = SubElement(details, "fileAnnotations")
        for tag in upload.tags:
            SubElement(annotations, _ANNOTATIONS[tag])
    _leaf(details, "industryClassification", upload.severity)
    _leaf(details, "originalFileHash", upload.md5, {"hashType": "MD5"})
    _leaf(details, "originalFileHash", upload.sha1, {"hashType": "SHA1"})
    if upload.camera:
        pair = SubElement(SubElement(details, "details"), "nameValuePair", type="EXIF")
        _leaf(pair, "name", "Model")
        _leaf(pair, "value", "Kandu K-5")


def _verified(verified: bool | None) -> dict[str, str]:
    return {} if verified is None else {"verified": str(verified).lower()}


def _leaf(parent: Element, name: str, text: str | None, attributes: Mapping[str, str] | None = None) -> None:
    """A child with text; nothing at all where there is no text."""
    if text is not None:
        SubElement(parent, name, dict(attributes or {})).text = text
