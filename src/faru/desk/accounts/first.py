"""The first administrator. There is nobody yet who could add one, so the unit's own system actor does."""

from faru.desk import unit
from faru.desk.accounts.actions import add_user
from faru.desk.accounts.system import make_system
from faru.desk.journal.acting import note
from faru.ledger.tags import Action


def first_administrator(username: str, display_name: str) -> str:
    """Make the system actor and the first administrator; the first password. Raises Refused."""
    system = make_system()
    here, pack = unit.current(), unit.pack()
    note(
        system,
        Action.UNIT_INIT,
        sentence="The unit's folder was made.",
        unit=here.name,
        pack=pack.id,
        version=pack.version,
        sha256=pack.digest,
    )
    _user, password = add_user(
        actor=system, username=username, display_name=display_name, roles=["administrator"]
    )
    return password
