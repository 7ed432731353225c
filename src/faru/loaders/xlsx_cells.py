"""One cell of a workbook as the text that a person would copy from it, and what may mislead about it."""

import re
from datetime import date, datetime
from typing import Any, Final

from defusedxml.ElementTree import fromstring
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.xml.constants import SHEET_MAIN_NS

_SPACE: Final = f"{{{SHEET_MAIN_NS}}}"
_EXACT: Final = 10**15
"""Excel keeps 15 digits of a number."""

_LOST: Final = (
    "is a number of more than 15 digits, of which Excel keeps 15: the last may be lost. Ask for it as text"
)
_PADDED: Final = re.compile(r"0{2,}")
_PLAIN: Final = re.compile(r"General|@|(#,##)?[0#]+(\.[0#]+)?%?")
_NOT_SHOWN: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


class Styles:
    """How the cells of one workbook are shown, from its styles part; an unknown style shows as General.

    Read here, for openpyxl's own reader refuses whole workbooks over a colour that it does not understand.
    """

    def __init__(self, xml: bytes | None, epoch: datetime) -> None:
        self.epoch = epoch
        root = fromstring(xml or b"<none/>", forbid_dtd=True)
        own = {
            int(form.get("numFmtId", -1)): str(form.get("formatCode", "General"))
            for form in root.iterfind(f"{_SPACE}numFmts/{_SPACE}numFmt")
        }
        ids = [int(style.get("numFmtId", 0)) for style in root.iterfind(f"{_SPACE}cellXfs/{_SPACE}xf")]
        self._forms = [own.get(number) or BUILTIN_FORMATS.get(number, "General") for number in ids]
        self.dates = {index for index, form in enumerate(self._forms) if is_date_format(form)}
        self.spans = {index for index, form in enumerate(self._forms) if is_timedelta_format(form)}

    def number_format(self, style: int) -> str:
        """The number format of a style, such as "General", "0000" or "yyyy-mm-dd"."""
        return self._forms[style] if 0 <= style < len(self._forms) else "General"


def cell_text(cell: dict[str, Any], styles: Styles) -> tuple[str, tuple[str, ...]]:
    """The text of a cell as openpyxl's parser gives it, and one clause for each thing to know about it."""
    value, kind = cell["value"], cell["data_type"]
    if value is None:
        return "", ()
    if kind == "f":
        text = value if isinstance(value, str) else str(getattr(value, "text", None) or "=")
        return text, ("is a formula; its text is kept, no result is taken. Ask for the value itself",)
    if kind == "e":
        return str(value), ("is an error of the sheet, not a value; ask the sender what stood there",)
    if isinstance(value, bool):
        return str(value).lower(), ()
    if isinstance(value, datetime):
        return _moment(value, styles.number_format(int(cell["style_id"]))), ()
    if isinstance(value, date):
        return value.isoformat(), ()
    if isinstance(value, (int, float)):
        return _number(value, styles.number_format(int(cell["style_id"])))
    return str(value), ()


def _moment(value: datetime, form: str) -> str:
    """ISO text without a zone, as fine as the cell shows it: no midnight is made of a mere day."""
    shown = _NOT_SHOWN.sub("", form).casefold()
    whole_minute = not (value.second or value.microsecond)
    if "h" not in shown and "s" not in shown and whole_minute and not (value.hour or value.minute):
        return value.date().isoformat()
    if "s" not in shown and whole_minute:
        return value.isoformat(timespec="minutes")
    return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")


def _number(value: int | float, form: str) -> tuple[str, tuple[str, ...]]:
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
    if abs(value) >= _EXACT:
        return text, (_LOST,)
    if _PADDED.fullmatch(form) and text.isdecimal():
        return text.zfill(len(form)), ()
    if not _PLAIN.fullmatch(form) and form not in BUILTIN_FORMATS.values():
        return text, (f"is shown by the format {form!r}; the bare number is read",)
    return text, ()
