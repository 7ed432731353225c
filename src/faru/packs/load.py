"""Load a pack for use: whole, or not at all."""

from pathlib import Path

from faru.packs.examine import examine
from faru.packs.findings import PackFault, Severity
from faru.packs.model import Pack


def load(name_or_dir: str | Path) -> Pack:
    """A shipped pack by its name ("demo") or any pack by its folder.

    Raises PackFault where there is no such pack or where it has errors; warnings do not stop it.
    """
    pack, found = examine(name_or_dir)
    if pack is None:
        errors = tuple(one for one in found if one.severity is Severity.ERROR)
        more = f" ({len(errors)} errors in all; `faru pack check` lists them.)" if len(errors) > 1 else ""
        raise PackFault(f"The pack {name_or_dir} cannot be used: {errors[0]}{more}", errors)
    return pack
