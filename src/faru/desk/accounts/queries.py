"""Who works here, for those who may see it."""

from django.db.models import Prefetch, QuerySet

from faru.desk.accounts.models import Holding, User
from faru.vocabulary.permissions import Permission


def users(viewer: User) -> QuerySet[User]:
    """Everybody with an account, for administrators; otherwise oneself."""
    rows = User.objects.filter(is_system=False).prefetch_related(
        Prefetch("holdings", Holding.objects.order_by("role"))
    )
    if not viewer.may(Permission.ADMIN_USERS):
        rows = rows.filter(pk=viewer.pk)
    return rows.order_by("-is_active", "display_name")


def holders(*roles: str) -> QuerySet[User]:
    """Active users who hold one of these roles: for choosing colleagues; names are no secret in the unit."""
    return (
        User.objects.filter(is_active=True, is_system=False, holdings__role__in=roles)
        .distinct()
        .order_by("display_name")
    )
