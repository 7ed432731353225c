"""Merges the Latin and the Thaana subsets that npm ships into one family, "Faru Sans".

One family serves the page (woff2), typst and the pictures (TTF): a family that is split into subset files
prints boxes, without a warning. The files have the same bytes on each run.
usage: python scripts/merge_fonts.py NODE_MODULES FOLDER_FOR_WOFF2 FOLDER_FOR_TTF
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

FAMILY: Final = "Faru Sans"
WEIGHTS: Final = {"Regular": 400, "SemiBold": 600}
SUBSETS: Final = (
    ("noto-sans", "latin"),
    ("noto-sans", "latin-ext"),
    ("noto-sans-thaana", "thaana"),
)
"""In this order: digits and punctuation come from the Latin font, Thaana fonts draw them badly."""
VERTICAL: Final = {"vhea", "vmtx"}
"""Tables for writing downwards, which only the Thaana subset has."""
FIXED: Final = 3_855_859_200
"""The date in each file, in seconds since 1904: not the hour of the build."""


def merged(modules: Path, weight: int, folder: Path) -> TTFont:
    """The subsets of one weight in one font; `folder` holds what is only needed on the way."""
    parts = []
    for package, subset in SUBSETS:
        source = modules / "@fontsource" / package / "files" / f"{package}-{subset}-{weight}-normal.woff2"
        font = TTFont(source, recalcTimestamp=False)
        font.flavor = None
        for table in VERTICAL & set(font.keys()):
            del font[table]
        part = folder / f"{subset}-{weight}.ttf"
        font.save(part)
        parts.append(str(part))
    return Merger().merge(parts)


def named(font: TTFont, style: str, weight: int) -> TTFont:
    """The font under our family's name, with a date that never changes."""
    full = f"{FAMILY} {style}"
    plain = style == "Regular"
    words = {
        1: FAMILY if plain else full,
        2: "Regular",
        3: f"Faru;{full}",
        4: full,
        6: f"{FAMILY.replace(' ', '')}-{style}",
        16: FAMILY,
        17: style,
    }
    for number, text in words.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["name"].names = [n for n in font["name"].names if n.nameID in words or n.nameID in {0, 13, 14}]
    font["OS/2"].usWeightClass = weight
    font["head"].created = font["head"].modified = FIXED
    font.recalcTimestamp = False
    return font


def main(modules: Path, page: Path, paper: Path) -> None:
    """Writes FaruSans-*.woff2 into `page` and FaruSans-*.ttf into `paper`."""
    for style, weight in WEIGHTS.items():
        with TemporaryDirectory() as folder:
            font = named(merged(modules, weight, Path(folder)), style, weight)
        font.save(paper / f"FaruSans-{style}.ttf")
        font.flavor = "woff2"
        font.save(page / f"FaruSans-{style}.woff2")


if __name__ == "__main__":
    main(*(Path(given) for given in sys.argv[1:]))
