"""The column map that goes with the table: what a unit would have saved after looking at one once.

The form of a map is the one written down in `docs/formats.md`, section "Column maps".
"""

import json
from pathlib import Path

from faru.synthetic.platforms import LANTERN
from faru.synthetic.wire_words import INCIDENT_NAMES
from faru.synthetic.write_table import DELIMITER, SENDER

LANTERN_MAP: dict[str, object] = {
    "faru_column_map": 1,
    "sender": SENDER,
    "delimiter": DELIMITER,
    "encoding": "utf-8",
    "zone": "UTC",
    "day_first": True,
    "columns": {
        "Ref": "number",
        "Seen (UTC)": "at",
        "IP": "address",
        "Port": "port",
        "Peer": "device_id",
        "File": "file_name",
        "SHA1": "sha1",
        "MD5": "md5",
        "Remark": "text",
    },
    "constants": {
        "platform": LANTERN.name,
        "event": "upload",
        "incident_type": INCIDENT_NAMES["material"],
    },
}


def write(folder: Path) -> None:
    """Writes one map a table source: `lantern.json`. The column "Client" is left unnamed, as units do."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(LANTERN_MAP, ensure_ascii=False, indent=2) + "\n"
    (folder / "lantern.json").write_text(text, encoding="utf-8", newline="")
