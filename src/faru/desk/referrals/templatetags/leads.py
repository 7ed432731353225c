"""Two tags of the pages about leads: a short time for use in a sentence, and a place in a report."""

from datetime import UTC, datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from faru.desk import clock
from faru.desk.look import times

register = template.Library()


@register.simple_tag
def at(instant: datetime | None) -> SafeString:
    """When one of us did something: "09:12" today, else "Mon 9 Mar 09:12"; the whole reading on pointing."""
    if instant is None:
        return SafeString("")
    zone = clock.zone()
    local = instant.astimezone(zone)
    today = local.date() == clock.now().astimezone(zone).date()
    day = "" if today else f"{times.DAYS[local.weekday()]} {local.day} {times.MONTHS[local.month - 1]} "
    if local.year != clock.now().astimezone(zone).year:
        day = f"{times.day_of(local, weekday=False)} "
    whole = times.read(instant, zone)
    return format_html(
        '<time datetime="{}" title="{} · {}"><bdi dir="ltr">{}{}</bdi></time>',
        instant.astimezone(UTC).isoformat(),
        whole.local,
        whole.utc or "UTC",
        day,
        f"{local:%H:%M}",
    )


@register.filter
def place(source: str) -> SafeString:
    """A place in a report, which may break after each of its steps."""
    steps = ((step,) for step in source.split("."))
    return format_html('<bdi dir="ltr">{}</bdi>', format_html_join(SafeString(".<wbr>"), "{}", steps))
