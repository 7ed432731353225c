"""Check a pack: everything that is wrong or worth a look, with file, line and mend."""

from pathlib import Path

from faru.packs.examine import examine
from faru.packs.findings import Finding


def check(name_or_dir: str | Path) -> list[Finding]:
    """All findings, by file and line. Raises PackFault where there is no pack to check."""
    return list(examine(name_or_dir)[1])
