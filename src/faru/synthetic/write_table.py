"""Sightings on a file-sharing network as a monitoring project sends them: a table, one row a referral.

Day before month, semicolons, a spreadsheet's line ends: such a table can be read only with its column map.
"""

import csv
import io
from collections.abc import Mapping
from typing import Final

from faru.synthetic.alerts import Alert
from faru.synthetic.chance import Chance
from faru.synthetic.telling import telling

SENDER: Final = "Lantern Watch"
DELIMITER: Final = ";"
COLUMNS: Final = ("Ref", "Seen (UTC)", "IP", "Port", "Client", "Peer", "File", "SHA1", "MD5", "Remark")
LINE_END: Final = "\r\n"
_CLIENTS: Final = ("ReefShare 2.1", "Tidal 0.9", "unknown", "Kelp/4")


def header() -> str:
    """The table's first line."""
    return _line(COLUMNS)


def row(alert: Alert, numbers: Mapping[str, str], seed: int) -> str:
    """One alert as one line, without its line end."""
    chance = Chance(seed, "table", alert.key)
    one = alert.parties[0]
    told = telling(alert, seed)["0 reported"][0]
    upload = alert.uploads[0]
    return _line(
        (
            numbers[alert.key],
            told.when,
            told.address,
            "" if told.port is None else str(told.port),
            chance.one(_CLIENTS),
            one.device or "",
            upload.name,
            upload.sha1,
            upload.md5,
            alert.notes[0] if alert.notes else "",
        )
    )


def _line(cells: tuple[str, ...]) -> str:
    held = io.StringIO()
    csv.writer(held, delimiter=DELIMITER, lineterminator="").writerow(cells)
    return held.getvalue()
