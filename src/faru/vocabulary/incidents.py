"""Kinds of incident. The senders' verbatim names for them stand in `formats/wire.py` alone."""

from enum import StrEnum


class IncidentType(StrEnum):
    """What the sender says happened."""

    MATERIAL = "material"  # possession, making, distribution of child sexual abuse material
    TRAFFICKING = "trafficking"
    TRAVEL = "travel"
    ABUSE = "abuse"  # sexual abuse of a child
    ENTICEMENT = "enticement"
    UNSOLICITED = "unsolicited"  # obscene material sent to a child
    MISLEADING_DOMAIN = "misleading_domain"
    MISLEADING_WORDS = "misleading_words"
    OTHER = "other"  # reported, but under a name that Faru does not know
