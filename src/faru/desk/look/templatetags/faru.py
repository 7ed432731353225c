"""The tags of every page: {% load faru %}. Each builds its HTML by format_html and isolates what it shows.

Every number, code, date and name stands in a <bdi>, or a right-to-left page would turn it round.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template import Context
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from faru.desk import clock
from faru.desk.look import durations, times
from faru.desk.look.drawing import Drawing
from faru.vocabulary import Instant

register = template.Library()

Hours = float | timedelta | None
GROUP = 8
"""Characters of a hash between two places where a line may break."""


def unknown() -> SafeString:
    """The words for what nobody reported."""
    return format_html('<span class="unknown">{}</span>', gettext("not reported"))


def _missing(value: object) -> bool:
    return value is None or value == ""


@register.filter
def ltr(value: object) -> SafeString:
    """A code, number, address, phone or handle: {{ lead.number|ltr }}."""
    return unknown() if _missing(value) else format_html('<bdi dir="ltr">{}</bdi>', value)


@register.filter
def iso(value: object) -> SafeString:
    """A name or a text in whatever direction it has: {{ officer.name|iso }}."""
    return unknown() if _missing(value) else format_html("<bdi>{}</bdi>", value)


@register.filter
def count(value: int | None) -> SafeString:
    """A quantity with its thousands parted: {{ total|count }} is 1,234,567."""
    return unknown() if _missing(value) else ltr(formats.number_format(value, force_grouping=True))


@register.simple_tag
def not_reported(value: object) -> SafeString:
    """The value, or "not reported" where it is None: {% not_reported account.email %}."""
    return iso(value)


@register.simple_tag(name="hash")
def hash_(text: str | None) -> SafeString:
    """A hash that breaks between groups and is copied without gaps: {% hash file.sha256 %}."""
    if _missing(text):
        return unknown()
    groups = ((text[at : at + GROUP],) for at in range(0, len(text), GROUP))
    return format_html('<bdi dir="ltr" class="hash">{}</bdi>', format_html_join("", "{}<wbr>", groups))


@register.simple_tag
def key(keys: str) -> SafeString:
    """The key of a button, shown beside its words: {% key 'c' %}. The button itself has data-key="c"."""
    return format_html('<kbd aria-hidden="true"><bdi dir="ltr">{}</bdi></kbd>', keys)


@register.simple_tag
def picture(drawing: Drawing) -> SafeString:
    """A drawing of ours with its sentence: {% picture drawing %}. Refuses everything else."""
    if not isinstance(drawing, Drawing):
        raise TypeError(f"{{% picture %}} shows a Drawing, not a {type(drawing).__name__}.")
    return format_html(
        '<figure class="picture">{}<figcaption><bdi>{}</bdi></figcaption></figure>', drawing, drawing.sentence
    )


@register.simple_tag(takes_context=True)
def when(
    context: Context, instant: datetime | None, precision: int | timedelta | None = None, inline: bool = False
) -> SafeString:
    """An aware instant in the unit's zone with UTC beneath: {% when lead.received precision=60 %}.

    `precision` is in seconds or a timedelta; `inline=True` puts UTC beside it, for use within a sentence.
    """
    if _missing(instant):
        return unknown()
    seconds = int(precision.total_seconds()) if isinstance(precision, timedelta) else precision
    reading = times.read(instant, _zone(context), precision_s=seconds or 1)
    local = reading.local if seconds is None else f"{reading.local} {times.precision_words(seconds)}"
    written = instant.astimezone(UTC).isoformat()
    if inline:
        both = local if reading.utc is None else f"{local} · {reading.utc}"
        return format_html('<time class="when inline" datetime="{}">{}</time>', written, ltr(both))
    beneath = "" if reading.utc is None else format_html("<small>{}</small>", ltr(reading.utc))
    return format_html('<time class="when" datetime="{}">{}{}</time>', written, ltr(local), beneath)


@register.simple_tag(takes_context=True)
def moment(context: Context, instant: Instant | None) -> SafeString:
    """A time as somebody reported it, with what is not known of it: {% moment observation.instant %}."""
    if _missing(instant):
        return unknown()
    original = format_html(
        '<small>{} <bdi dir="ltr">{}</bdi></small>', gettext("as written:"), instant.original
    )
    if instant.utc is not None:
        shown = when(context, instant.utc, precision=instant.precision_s)
        return format_html('<span class="moment">{}{}</span>', shown, original)
    if instant.local is None:
        swapped = instant.day_month_open
        doubt = gettext("day and month could be swapped") if swapped else gettext("cannot be read")
        return format_html('<span class="moment">{}<small>{}</small></span>', ltr(instant.original), doubt)
    reading = times.clock_reading(instant.local, precision_s=instant.precision_s)
    shown = ltr(f"{reading} {times.precision_words(instant.precision_s)}")
    doubt = gettext("zone not stated")
    return format_html('<span class="moment">{}<small>{}</small>{}</span>', shown, doubt, original)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | None) -> SafeString:
    """A calendar day: {% day deadline %} is Tue 3 Mar 2026. Of an instant, its day in the unit's zone."""
    if _missing(value):
        return unknown()
    if isinstance(value, datetime):
        value = value.astimezone(_zone(context))
    return ltr(times.day_of(value))


@register.filter
def left(hours: Hours) -> SafeString:
    """The time that is left, from hours or a timedelta: {{ observation.hours_left|left }}.

    Over 14 days it is a date, in the unit's zone and by the unit's clock.
    """
    return _clock(hours, clock.now(), clock.zone())


@register.simple_tag(takes_context=True)
def due(context: Context, at: datetime | None) -> SafeString:
    """How long until a deadline, or how long it is overdue: {% due step.due_at %}."""
    if _missing(at):
        return unknown()
    now = context.get("now")
    if not isinstance(now, datetime):
        now = clock.now()
    hours = (at - now).total_seconds() / 3600
    if hours > 0:
        return _clock(hours, now, _zone(context))
    late = format_html('<bdi dir="ltr">{}</bdi>', durations.span(-hours))
    return format_html('<span class="clock dying">{} {}</span>', late, gettext("overdue"))


@register.simple_tag
def span_s(seconds: float | None) -> SafeString:
    """A length of time from seconds: {% span_s job.eta_s %} is 40 s, 12 min, 3 h."""
    if _missing(seconds):
        return unknown()
    return ltr(f"{int(seconds)} s" if seconds < 60 else durations.span(seconds / 3600))


@register.simple_tag
def fuse(hours: Hours, of: float = durations.DATE_FROM_HOURS) -> str:
    """A bar that empties as a clock runs out: {% fuse hours of=336 %}. Stands beneath the words of `left`."""
    known = _hours(hours)
    if known is None:
        return ""
    burnt = max(0, min(100, round(100 * known / of)))
    classes = f"fuse {durations.state(known)}"
    return _progress(classes, burnt)


@register.simple_tag
def bar(value: float | None, of: float = 100) -> SafeString:
    """A quiet bar, for a share that also stands in words: {% bar answered of=asked %}."""
    if _missing(value) or not of:
        return unknown()
    full = max(0, min(100, round(100 * value / of)))
    return _progress("bar", full)


@register.simple_tag
def meter(value: int | None, of: int = 4, label: str = "") -> SafeString:
    """Small blocks, `value` of them filled: {% meter lead.workability of=4 %}."""
    if _missing(value):
        return unknown()
    blocks = format_html_join("", '<i class="{}"></i>', (("on" if n < value else "off",) for n in range(of)))
    words = gettext("%(value)s of %(of)s") % {"value": value, "of": of}
    return format_html(
        '<span class="meter" role="img" aria-label="{}">{}</span>', f"{label} {words}".strip(), blocks
    )


@register.filter
def control(field: BoundField) -> SafeString:
    """A form field's widget in the theme's dress; Django adds aria-describedby and aria-invalid."""
    widget = field.field.widget
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        return _boxes(field)
    if isinstance(widget, CheckboxInput):
        dress = "form-check-input"
    else:
        dress = "form-select" if isinstance(widget, Select) else "form-control"
    own = str(widget.attrs.get("class", ""))
    classes = " ".join(part for part in (own, dress, "is-invalid" if field.errors else "") if part)
    return field.as_widget(attrs={"class": classes} if classes else {})


def _boxes(field: BoundField) -> SafeString:
    """Boxes one below the other. Their words stand apart from the page's direction."""
    box = '<div><label for="{}">{} <bdi>{}</bdi></label></div>'
    told = ((one.id_for_label, one.tag(), one.choice_label) for one in field)
    return format_html("<div>{}</div>", format_html_join("", box, told))


@register.filter
def is_single_check(field: BoundField) -> bool:
    """Whether a field is one box with its words beside it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether a field is several boxes under one heading."""
    return isinstance(field.field.widget, CheckboxSelectMultiple | RadioSelect)


def _progress(classes: str, full: int) -> SafeString:
    bare = '<progress class="{}" value="{}" max="100" aria-hidden="true"></progress>'
    return format_html(bare, classes, full)


def _zone(context: Context | Mapping[str, object]) -> tzinfo:
    return times.zone_of(context.get("unit_zone"))


def _hours(value: Hours) -> float | None:
    if _missing(value):
        return None
    return value.total_seconds() / 3600 if isinstance(value, timedelta) else float(value)


def _clock(value: Hours, now: datetime, zone: tzinfo) -> SafeString:
    hours = _hours(value)
    if hours is None:
        return unknown()
    found = durations.left(hours, now=now, zone=zone)
    if found.state is durations.Clock.GONE:
        return format_html('<span class="clock gone">{}</span>', gettext("gone"))
    return format_html('<span class="clock {}"><bdi dir="ltr">{}</bdi></span>', found.state, found.text)
