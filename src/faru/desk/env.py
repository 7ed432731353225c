"""What variables of the environment set, read strictly: a setting that can't be right stops the start.

`FARU_DATA` is read by `unit`.
"""

import os
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

DATABASE: Final = "FARU_DATABASE"
OWNER: Final = "FARU_DATABASE_OWNER"
HOSTS: Final = "FARU_HOSTS"
ORIGINS: Final = "FARU_ORIGINS"
PROXIES: Final = "FARU_PROXIES"
_NAME: Final = r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.(?=.))?)+|\[[0-9A-Fa-f:.]+\]"
_HOST: Final = re.compile(_NAME)
_ORIGIN: Final = re.compile(rf"https?://(?:{_NAME})(?::[0-9]{{1,5}})?")


class WrongSetting(Exception):
    """A variable that can't be right; the message names it and says what it should be."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a PostgreSQL database is and who goes there. Nothing that prints it prints the password."""

    user: str
    name: str  # the database's; empty where a service names it
    host: str
    port: str
    options: dict[str, str]  # the others, as libpq calls them
    password: str = field(repr=False)

    def shown(self) -> str:
        """For the eyes of a person: `user@host:port/name`, as much of it as is stated."""
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"{user}{self.host}{port}/{self.name or self.options.get('service', '')}"

    def url(self) -> str:
        """The address to set again, without the password."""
        stated = {"host": self.host, "port": self.port} | self.options
        query = urlencode({key: value for key, value in stated.items() if value}, quote_via=quote, safe="/")
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        return f"postgresql://{user}/{quote(self.name, safe='')}" + (f"?{query}" if query else "")

    def conninfo(self) -> str:
        """For psycopg: with the password, so never shown."""
        stated = {"user": self.user, "password": self.password, "host": self.host, "port": self.port}
        stated |= {"dbname": self.name} | self.options
        return make_conninfo(**{key: value for key, value in stated.items() if value})


def database() -> Address | None:
    """The database of the unit; None: the embedded one in its folder. Raises WrongSetting."""
    return _address(DATABASE)


def database_owner() -> Address | None:
    """The same database as the role that owns its tables; None: none is given. Raises WrongSetting."""
    owner = _address(OWNER)
    if owner is not None and database() is None:
        raise WrongSetting(f"{OWNER} is set and {DATABASE} is not: set both, or neither.")
    return owner


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


def _address(variable: str) -> Address | None:
    """libpq reads the URL. What it says of a wrong one holds the whole URL, so it is not repeated."""
    given = os.environ.get(variable, "").strip()
    if not given:
        return None
    like = "write one like postgresql://faru_app@localhost/faru"
    if not given.startswith(("postgresql://", "postgres://")):
        raise WrongSetting(f"{variable} is no address of a PostgreSQL database: {like}.")
    try:
        stated = {key: str(value) for key, value in conninfo_to_dict(given).items()}
    except ProgrammingError:
        raise WrongSetting(f"{variable} can't be read as an address: {like}, or see its manual.") from None
    name = stated.pop("dbname", "")
    if not name and "service" not in stated:
        raise WrongSetting(f"{variable} names no database: {like}.")
    user, password = stated.pop("user", ""), stated.pop("password", "")
    host, port = stated.pop("host", ""), stated.pop("port", "")
    if port and not (re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 1 << 16):
        raise WrongSetting(f"{variable}: {port} is no port: a port is a number from 1 to 65535.")
    return Address(user=user, name=name, host=host, port=port, options=stated, password=password)


def _listed(variable: str) -> list[str]:
    return [one.strip() for one in os.environ.get(variable, "").split(",") if one.strip()]
