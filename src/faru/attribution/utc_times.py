"""Times of tables whose layout declares them to be UTC: an offset is honoured, a time without one is UTC.

A zone's letters (IST, CST) are no offset: such a time is refused, not read as UTC.
"""

from functools import lru_cache

from faru.attribution.moments import micros
from faru.loaders.times import read_time


@lru_cache(maxsize=65536)
def read_utc(text: str) -> tuple[int, int] | str:
    """(microseconds, precision in seconds), or one clause why the text gives no instant."""
    instant, notes = read_time(text)
    if instant.utc is None and not instant.zone_stated and len(notes) == 1:
        instant, notes = read_time(text, zone="UTC")
    if instant.utc is not None:
        return micros(instant.utc), instant.precision_s
    return notes[0].replace("no time is set; the text is kept", "write it as 2026-03-03T16:14:07Z")
