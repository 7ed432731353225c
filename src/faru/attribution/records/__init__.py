"""Record readers: one small module a layout, each turning a delivered file into rows of text cells by name.

What the cells mean (times, addresses, ports) is decided once, in `parsing`, for all layouts.
How to add a layout: `README.md` beside this file.
"""

from faru.attribution.records import canonical
from faru.attribution.records.layout import Reader

READERS: dict[str, Reader] = {
    "canonical": canonical.READER,
}
