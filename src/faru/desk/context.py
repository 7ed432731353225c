"""What every page's template may use."""

from django.conf import settings
from django.http import HttpRequest

from faru.desk import clock, unit
from faru.desk.duty.rail import rail_of
from faru.desk.look import printing


def desk(request: HttpRequest) -> dict[str, object]:
    """The unit, its zone, the time; for officers the rooms of the rail and what stands on paper."""
    pack = unit.pack()
    context: dict[str, object] = {
        "unit_name": settings.UNIT.name,
        "unit_country": pack.name,
        "unit_zone": pack.zone,
        "unit_demo": settings.UNIT.demo,
        "now": clock.now(),
        "languages": settings.LANGUAGES,
    }
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        context["rail"] = rail_of(request)
        context["print_code"] = printing.code([])  # a page that knows better says so
        context["print_checkpoint"] = printing.checkpoint  # asked for by pages that can be printed
    return context
