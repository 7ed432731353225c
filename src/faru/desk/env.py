"""What variables of the environment set, read strictly: a setting that can't be right stops the start.

`FARU_DATA` is read by `unit`.
"""

import os
import re
from typing import Final

HOSTS: Final = "FARU_HOSTS"
ORIGINS: Final = "FARU_ORIGINS"
PROXIES: Final = "FARU_PROXIES"
_NAME: Final = r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.(?=.))?)+|\[[0-9A-Fa-f:.]+\]"
_HOST: Final = re.compile(_NAME)
_ORIGIN: Final = re.compile(rf"https?://(?:{_NAME})(?::[0-9]{{1,5}})?")


class WrongSetting(Exception):
    """A variable that can't be right; the message names it and says what it should be."""


def hosts() -> list[str]:
    """The names that the desk answers to. Raises WrongSetting."""
    names = _listed(HOSTS) or ["localhost", "127.0.0.1"]
    for one in names:
        if not _HOST.fullmatch(one):
            raise WrongSetting(
                f"{HOSTS}: {one!r} is no name of a machine: write names in full with commas between them,"
                " without scheme or port, like desk.unit.example."
            )
    return names


def origins() -> list[str]:
    """The origins that forms may come from beside the desk's own. Raises WrongSetting."""
    found = _listed(ORIGINS)
    for one in found:
        if not _ORIGIN.fullmatch(one):
            raise WrongSetting(
                f"{ORIGINS}: {one!r} is no origin: write scheme and name with nothing after them,"
                " like https://desk.unit.example."
            )
    return found


def proxies() -> int:
    """How many proxies stand in front: limits look behind them for addresses. Raises WrongSetting."""
    given = os.environ.get(PROXIES, "").strip() or "0"
    if not re.fullmatch("[0-9]", given):
        raise WrongSetting(
            f"{PROXIES}: {given!r} is no number of proxies: write how many stand in front, 0 to 9."
        )
    return int(given)


def _listed(variable: str) -> list[str]:
    return [one.strip() for one in os.environ.get(variable, "").split(",") if one.strip()]
