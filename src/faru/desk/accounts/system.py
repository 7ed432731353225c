"""Who acts where nobody does: commands, the ticker, the demo. Nobody can sign in as it."""

from typing import Final

from faru.desk.accounts.models import User

USERNAME: Final = "system"


def make_system() -> User:
    """The system actor, made where it is missing."""
    found, _made = User.objects.get_or_create(
        username=USERNAME, defaults={"display_name": "Faru", "is_system": True}
    )
    return found


def system() -> User:
    """The system actor. Raises DoesNotExist before a unit's first start."""
    return User.objects.get(is_system=True)
