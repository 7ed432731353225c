"""The senders' verbatim words: the one file that may hold them, wrong as some of them are by today's terms.

Source: NCMEC's CyberTipline Reporting API documentation (report.cybertip.org/ispws/documentation) and two
independent open transcriptions of it. Spelling variants are matched tolerantly, unknown words are kept.
"""

import re
from typing import Final

from faru.vocabulary import IncidentType

NCMEC: Final = "NCMEC"
"""The sender of both CyberTip forms; the reporting company is the referral's platform."""

OFFICIAL: Final[dict[IncidentType, str]] = {
    IncidentType.MATERIAL: "Child Pornography (possession, manufacture, and distribution)",
    IncidentType.TRAFFICKING: "Child Sex Trafficking",
    IncidentType.TRAVEL: "Child Sex Tourism",
    IncidentType.ABUSE: "Child Sexual Molestation",
    IncidentType.MISLEADING_DOMAIN: "Misleading Domain Name",
    IncidentType.MISLEADING_WORDS: "Misleading Words or Digital Images on the Internet",
    IncidentType.ENTICEMENT: "Online Enticement of Children for Sexual Acts",
    IncidentType.UNSOLICITED: "Unsolicited Obscene Material Sent to a Child",
}
"""What the API calls each kind of incident."""

_ALSO: Final[dict[str, IncidentType]] = {
    "Apparent Child Pornography": IncidentType.MATERIAL,  # executive summaries
    "Child Pornography": IncidentType.MATERIAL,
    "Child Pornography possession": IncidentType.MATERIAL,
}

EVENTS: Final = ("Login", "Registration", "Purchase", "Upload", "Other", "Unknown")

REPORT_ANNOTATIONS: Final = (
    "sextortion",
    "csamSolicitation",
    "minorToMinorInteraction",
    "spam",
    "sadisticOnlineExploitation",
    "informational",
    "potentialAggravatingFactors",
    "instrumentalUse",
)
"""Flags of a report; the list grows, so unknown ones are kept."""

FILE_ANNOTATIONS: Final = (
    "animeDrawingVirtualHentai",
    "potentialMeme",
    "viral",
    "possibleSelfProduction",
    "physicalHarm",
    "violenceGore",
    "bestiality",
    "liveStreaming",
    "infant",
    "generativeAi",
)

ESCALATED: Final = "escalateToHighPriority"
BATCHED: Final = "batchedReport"
COMPROMISED: Final = "compromisedAccount"
SUSPECT_IS_CHILD: Final = "suspect_is_child"
"""Faru's own flag: a reported person is under 18."""

INDUSTRY_SCHEME: Final = "industry classification"
CAPTURE_ADDRESS: Final = "IP Address"
CAPTURE_PROFILE: Final = "Profile URL"
CAPTURE_URL: Final = "URL"
UPLOAD_TIME: Final = "Upload Date and Time"
"""Where one storage service writes the time of an upload: among a file's metadata."""


def _fold(text: str) -> str:
    """Words without case, punctuation and plural endings: "...Sexual Acts" and "... sexual act" are one."""
    words = re.sub(r"[^a-z ]", " ", text.casefold().replace("-", " ")).split()
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


_INCIDENTS: Final = {_fold(text): kind for kind, text in OFFICIAL.items()} | {
    _fold(text): kind for text, kind in _ALSO.items()
}


def incident_type(text: str) -> IncidentType:
    """The kind of incident that a sender's words mean; OTHER where Faru does not know them."""
    return _INCIDENTS.get(_fold(text), IncidentType.OTHER)


def canonical(text: str, known: tuple[str, ...]) -> str:
    """The known word that `text` is a spelling of, else `text` itself."""
    folded = _fold(text).replace(" ", "")
    return next((word for word in known if _fold(word).replace(" ", "") == folded), text)
