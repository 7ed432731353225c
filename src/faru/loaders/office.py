"""Office files are ZIPs inside; what they are is told by the names of their parts, not by their own name."""

import re
from typing import Final

ENDINGS: Final = (".xlsx", ".xlsm", ".docx", ".pptx", ".ods", ".odt", ".odp", ".jar", ".apk", ".epub")
"""Names of files that are ZIPs, but nobody's folder."""

OFFICE_HEAD: Final = 64 * 1024
"""How many first bytes `is_workbook` wants to see."""

_FIRST: Final = re.compile(rb"\[Content_Types\]\.xml|_rels/|docProps/|customXml/|xl/")
_PART: Final = re.compile(rb"PK\x03\x04.{26}(xl|word|ppt|visio)/", re.DOTALL)
_OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_workbook(head: bytes, name: str) -> bool:
    """True for an Excel workbook of parts (.xlsx and its kin), by its first bytes; else by name if a ZIP."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    if _FIRST.match(head, 30):
        part = _PART.search(head)
        if part is not None:
            return part[1] == b"xl"
    return name.casefold().endswith((".xlsx", ".xlsm"))


def is_old_workbook(head: bytes, name: str) -> bool:
    """True for an .xls, or an .xlsx behind a password: both come as one old container."""
    return head.startswith(_OLD) and name.casefold().endswith((".xls", ".xlsx", ".xlsm"))
