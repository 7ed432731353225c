"""Users and the roles they hold. What a role may do stands in the pack."""

from functools import cached_property
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from faru.desk import clock, unit
from faru.desk.ids import new_id
from faru.vocabulary.permissions import Permission

OUTSIDER = "outsider"
"""The role in which somebody acts who holds none that would allow it."""


class UserManager(BaseUserManager["User"]):
    """Looked up by user name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this name. Raises DoesNotExist."""
        return self.get(username=(username or "").casefold())


class User(AbstractBaseUser):
    """Somebody who works with this unit. Never deleted: a leaver is disabled and stays named."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False)  # acts for commands; nobody can sign in as it
    must_change_password = models.BooleanField(default=False)
    language = models.CharField(max_length=8, default="en")
    added_at = models.DateTimeField(default=clock.now)
    disabled_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # the last request
    visit_before = models.DateTimeField(null=True)  # when the visit before this one ended: "new since"

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.display_name

    def clean(self) -> None:
        """User names are kept in small letters."""
        self.username = self.username.strip().casefold()

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """Roles held, in the pack's order."""
        held = {one.role for one in self.holdings.all()}
        return tuple(role.id for role in unit.pack().roles if role.id in held)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """What the roles allow together; nothing for a disabled account."""
        if not self.is_active:
            return frozenset()
        if self.is_system:
            return frozenset(Permission)
        given = unit.pack().permissions
        return frozenset().union(*(given.get(role, frozenset()) for role in self.roles))

    def may(self, permission: Permission) -> bool:
        """Whether some role allows it."""
        return permission in self.permissions

    def role_for(self, permission: Permission | None) -> str:
        """The first role that allows it, for the ledger."""
        if self.is_system:
            return "system"
        given = unit.pack().permissions
        for role in self.roles:
            if permission is None or permission in given.get(role, frozenset()):
                return role
        return OUTSIDER

    def forget_cached(self) -> None:
        """Read roles anew: they were changed."""
        for name in ("roles", "permissions"):
            self.__dict__.pop(name, None)


class Holding(models.Model):
    """That a user holds a role."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="holdings")
    role = models.CharField(max_length=60)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "role"], name="holding_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"
