"""One cell of a workbook as the text that a person would copy from it, and what may mislead about it."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

_EXACT: Final = 10**15
"""Excel keeps 15 digits of a number."""

_LOST: Final = (
    "is a number of more than 15 digits, of which Excel keeps 15: the last may be lost. Ask for it as text"
)
_PADDED: Final = re.compile(r"0{2,}")
_PLAIN: Final = re.compile(r"General|@|(#,##)?[0#]+(\.[0#]+)?%?")
_NOT_SHOWN: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


class Styles:
    """How the cells of one workbook are shown; an unknown style shows as General."""

    def __init__(self, book: Any) -> None:
        self.epoch = book.epoch
        self.dates: set[int] = book._date_formats
        self.spans: set[int] = book._timedelta_formats
        self._ids: list[int] = [style.numFmtId for style in book._cell_styles]
        self._own: Sequence[str] = book._number_formats

    def number_format(self, style: int) -> str:
        """The number format of a style, such as "General", "0000" or "yyyy-mm-dd"."""
        number = self._ids[style] if 0 <= style < len(self._ids) else 0
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return BUILTIN_FORMATS.get(number, "General")
        own = number - BUILTIN_FORMATS_MAX_SIZE
        return self._own[own] if own < len(self._own) else "General"


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
        return text, (f"is shown as {form!r}; the bare number {text} is read",)
    return text, ()
