"""Tags of the pages about leads: a short time within a sentence, a field in words, a place in a report."""

from datetime import UTC, datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from faru.desk import clock
from faru.desk.look import times
from faru.desk.referrals.queries.reasons import field_words

register = template.Library()


@register.simple_tag
def at(instant: datetime | None) -> SafeString:
    """When one of us did something: "09:12" today, else "Mon 9 Mar 09:12".

    The whole reading stands there on pointing, and on paper.
    """
    if instant is None:
        return SafeString("")
    zone = clock.zone()
    local = instant.astimezone(zone)
    today = local.date() == clock.now().astimezone(zone).date()
    day = "" if today else f"{times.DAYS[local.weekday()]} {local.day} {times.MONTHS[local.month - 1]} "
    if local.year != clock.now().astimezone(zone).year:
        day = f"{times.day_of(local, weekday=False)} "
    reading = times.read(instant, zone)
    whole = " · ".join(filter(None, (reading.local, reading.utc)))
    return format_html(
        '<time datetime="{}" title="{}"><bdi class="on-screen" dir="ltr">{}{}</bdi>'
        '<bdi class="on-paper" dir="ltr">{}</bdi></time>',
        instant.astimezone(UTC).isoformat(),
        whole,
        day,
        f"{local:%H:%M}",
        whole,
    )


@register.filter
def in_words(name: str) -> str:
    """A field that a policy wants stated: "who_saw_child" is "Who saw the child"."""
    return field_words(name)


@register.filter
def place(source: str) -> SafeString:
    """A place in a report, which may break after each of its steps."""
    steps = ((step,) for step in source.split("."))
    return format_html('<bdi dir="ltr">{}</bdi>', format_html_join(SafeString(".<wbr>"), "{}", steps))
