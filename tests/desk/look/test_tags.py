"""Does each tag isolate what it shows, escape it, and say "not reported" for what nobody reported?"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template, TemplateSyntaxError

from faru.desk.look.drawing import Drawing
from faru.paper import Lease, Within, leases_around
from faru.vocabulary import Instant

AT = datetime(2026, 3, 3, 10, 40, 12, tzinfo=UTC)
UNKNOWN = '<span class="unknown">not reported</span>'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" role="img"><title>A</title><path d="M0 0H9"/></svg>'
HASH = "abcdef0123456789ff"


def progress(classes: str, value: int) -> str:
    return f'<progress class="{classes}" value="{value}" max="100" aria-hidden="true"></progress>'


def shown(source: str, **context: object) -> str:
    values = {"unit_zone": ZoneInfo("Indian/Maldives"), "now": AT, **context}
    return Template("{% load faru %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("source", "value", "html"),
    [
        ("{{ v|ltr }}", "L-2026-0412", '<bdi dir="ltr">L-2026-0412</bdi>'),
        ("{{ v|ltr }}", "<b>&", '<bdi dir="ltr">&lt;b&gt;&amp;</bdi>'),
        ("{{ v|ltr }}", 2026, '<bdi dir="ltr">2026</bdi>'),
        ("{{ v|ltr }}", 0, '<bdi dir="ltr">0</bdi>'),
        ("{{ v|ltr }}", None, UNKNOWN),
        ("{{ v|iso }}", "<i>އައިޝަތު", "<bdi>&lt;i&gt;އައިޝަތު</bdi>"),
        ("{{ v|iso }}", "", UNKNOWN),
        ("{{ v|count }}", 1234567, '<bdi dir="ltr">1,234,567</bdi>'),
        ("{{ v|count }}", 0, '<bdi dir="ltr">0</bdi>'),
        ("{{ v|count }}", None, UNKNOWN),
        ("{% not_reported v %}", "x<", "<bdi>x&lt;</bdi>"),
        ("{% not_reported v %}", None, UNKNOWN),
        ("{% not_reported v %}", False, "<bdi>False</bdi>"),
        (
            "{% hash v %}",
            "abcdef0123456789ff",
            '<bdi dir="ltr" class="hash">abcdef01<wbr>23456789<wbr>ff<wbr></bdi>',
        ),
        ("{% hash v %}", None, UNKNOWN),
        ("{% key v %}", "g t", '<kbd aria-hidden="true"><bdi dir="ltr">g t</bdi></kbd>'),
        ("{% span_s v %}", 40, '<bdi dir="ltr">40 s</bdi>'),
        ("{% span_s v %}", 7300, '<bdi dir="ltr">2 h</bdi>'),
        ("{% span_s v %}", None, UNKNOWN),
        ("{% day v %}", date(2026, 3, 3), '<bdi dir="ltr">Tue 3 Mar 2026</bdi>'),
        ("{% day v %}", datetime(2026, 3, 3, 20, tzinfo=UTC), '<bdi dir="ltr">Wed 4 Mar 2026</bdi>'),
        ("{% day v %}", None, UNKNOWN),
    ],
)
def test_a_value_is_isolated_escaped_or_said_to_be_missing(source: str, value: object, html: str) -> None:
    assert shown(source, v=value) == html


def test_a_variable_that_is_not_there_is_not_reported() -> None:
    assert shown("{{ nobody.knows|ltr }}{% not_reported nobody.knows %}{% when nothing %}") == UNKNOWN * 3


@pytest.mark.parametrize(
    ("hours", "html"),
    [
        (0.7, '<span class="clock dying"><bdi dir="ltr">42 min</bdi></span>'),
        (7.99, '<span class="clock dying"><bdi dir="ltr">7 h</bdi></span>'),
        (24, '<span class="clock dying"><bdi dir="ltr">24 h</bdi></span>'),
        (31, '<span class="clock soon"><bdi dir="ltr">31 h</bdi></span>'),
        (timedelta(hours=47), '<span class="clock soon"><bdi dir="ltr">47 h</bdi></span>'),
        (239, '<span class="clock calm"><bdi dir="ltr">9 d</bdi></span>'),
        (336, '<span class="clock calm"><bdi dir="ltr">14 d</bdi></span>'),
        (0, '<span class="clock gone">gone</span>'),
        (-5, '<span class="clock gone">gone</span>'),
        (None, UNKNOWN),
    ],
)
def test_time_left_never_promises_more_than_there_is(hours: object, html: str) -> None:
    assert shown("{{ v|left }}", v=hours) == html


def test_a_deadline_is_counted_from_the_time_of_the_page_and_far_ones_are_dates() -> None:
    source = "{% due v %}"
    assert shown(source, v=AT + timedelta(hours=7)) == shown("{{ 7|left }}")
    far = AT + timedelta(days=20, hours=9, minutes=30)
    assert shown(source, v=far) == '<span class="clock calm"><bdi dir="ltr">24 Mar 2026</bdi></span>'
    late = '<span class="clock dying"><bdi dir="ltr">2 d</bdi> overdue</span>'
    assert shown(source, v=AT - timedelta(hours=50)) == late
    assert shown(source, v=None) == UNKNOWN


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("{% fuse 168 %}", progress("fuse calm", 50)),
        (
            "{% fuse 40 of=80 %}",
            progress("fuse soon", 50),
        ),
        ("{% fuse -3 %}", progress("fuse gone", 0)),
        ("{% fuse nothing %}", ""),
        ("{% bar 3 of=4 %}", progress("bar", 75)),
        ("{% bar 3 of=0 %}", UNKNOWN),
        ("{% meter nothing of=4 %}", UNKNOWN),
    ],
)
def test_bars_have_no_style_and_never_more_than_all(source: str, html: str) -> None:
    assert shown(source) == html


def test_a_meter_says_in_words_what_it_shows_in_blocks() -> None:
    assert shown("{% meter 2 of=3 label='workability' %}") == (
        '<span class="meter" role="img" aria-label="workability 2 of 3">'
        '<i class="on"></i><i class="on"></i><i class="off"></i></span>'
    )


def test_an_instant_stands_in_the_units_zone_with_utc_beneath() -> None:
    assert shown("{% when v %}", v=AT) == (
        '<time class="when" datetime="2026-03-03T10:40:12+00:00"><bdi dir="ltr">Tue 3 Mar 2026 15:40:12</bdi>'
        '<small><bdi dir="ltr">10:40:12 UTC</bdi></small></time>'
    )
    assert '<bdi dir="ltr">Tue 3 Mar 2026 15:40:12 · 10:40:12 UTC</bdi>' in shown(
        "{% when v inline=True %}", v=AT
    )
    assert '<bdi dir="ltr">Tue 3 Mar 2026 15:40 ±1 min</bdi>' in shown("{% when v precision=60 %}", v=AT)
    assert "±5 s</bdi>" in shown("{% when v precision=p %}", v=AT, p=timedelta(seconds=5))


def test_utc_names_its_day_where_that_is_another_and_stands_alone_where_the_zone_is_utc() -> None:
    night = datetime(2026, 3, 3, 20, 5, tzinfo=UTC)
    assert '<bdi dir="ltr">Tue 3 Mar 2026 20:05:00 UTC</bdi></small>' in shown("{% when v %}", v=night)
    assert "Wed 4 Mar 2026 01:05:00</bdi>" in shown("{% when v %}", v=night, unit_zone="Indian/Maldives")
    alone = shown("{% when v %}", v=night, unit_zone=None)
    assert alone.count("UTC") == 1
    assert "<small>" not in alone


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        shown("{% when v %}", v=datetime(2026, 3, 3))  # noqa: DTZ001 - that is the fault


def test_a_reported_time_says_what_is_not_known_of_it() -> None:
    stated = Instant("2026-03-03T15:40+05:00", AT.replace(second=0), datetime(2026, 3, 3, 15, 40), True, 60)  # noqa: DTZ001
    assert "Tue 3 Mar 2026 15:40 ±1 min" in shown("{% moment v %}", v=stated)
    assert "10:40 UTC" in shown("{% moment v %}", v=stated)
    assert '<small>as written: <bdi dir="ltr">2026-03-03T15:40+05:00</bdi></small>' in shown(
        "{% moment v %}", v=stated
    )
    zoneless = Instant("3/3/26 22:03:00", None, datetime(2026, 3, 3, 22, 3), False, 1)  # noqa: DTZ001
    html = shown("{% moment v %}", v=zoneless)
    assert "Tue 3 Mar 2026 22:03:00 ±1 s" in html
    assert "<small>zone not stated</small>" in html
    assert "UTC" not in html
    open_day = Instant("03-04-2026", None, None, False, 86400, True)
    doubt = "<small>day and month could be swapped</small>"
    assert shown("{% moment v %}", v=open_day) == (
        f'<span class="moment"><bdi dir="ltr">03-04-2026</bdi>{doubt}</span>'
    )
    assert "cannot be read" in shown("{% moment v %}", v=Instant("<soon>", None, None, False, 1))
    assert "<soon>" not in shown("{% moment v %}", v=Instant("<soon>", None, None, False, 1))
    assert shown("{% moment v %}", v=None) == UNKNOWN


def test_a_drawing_is_shown_with_its_sentence_and_nothing_else_is() -> None:
    html = shown("{% picture v %}", v=Drawing(SVG, "One <lead>."))
    assert (
        html == f'<figure class="picture">{SVG}<figcaption><bdi>One &lt;lead&gt;.</bdi></figcaption></figure>'
    )
    with pytest.raises(TypeError, match="str"):
        shown("{% picture v %}", v=SVG)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>x()</script>",
        '<path onload="x()"/>',
        '<path style="fill:red"/>',
        '<g xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://x.example/"/>',
        "<foreignObject/>",
        "<title><svg onload='x()'></svg></title>",
        "<title><img src='x' onerror='x()'/></title>",
        "<!--><script>x()</script>-->",
        "<?x <script>x()</script> ?>",
        '<a href="javascript:x()"/>',
        '<b xmlns="http://www.w3.org/1999/xhtml"/>',
    ],
)
def test_a_drawing_that_is_more_than_a_drawing_is_refused(inside: str) -> None:
    with pytest.raises(ValueError, match="may not hold"):
        Drawing(SVG.replace("</svg>", f"{inside}</svg>"), "It shows something.")


@pytest.mark.parametrize(
    "svg",
    ["", f"x{SVG}", f"{SVG}<p>x</p>", f"{SVG}{SVG}", SVG.replace("</svg>", ""), SVG.replace("</title>", "")],
)
def test_a_drawing_is_one_whole_picture(svg: str) -> None:
    with pytest.raises(ValueError, match="A drawing"):
        Drawing(svg, "It shows something.")


def test_what_paper_draws_is_a_drawing() -> None:
    at = datetime(2026, 2, 17, 10, 40, 12, tzinfo=UTC)
    lease = Lease("row 1 <S-1>", at - timedelta(hours=1), None, Within.CORE)
    window = (at, at + timedelta(seconds=1))
    svg = leases_around([lease], core=window, tolerance=window)
    assert Drawing(svg, "One row.").__html__() == svg


def test_a_drawing_must_say_what_it_shows() -> None:
    with pytest.raises(ValueError, match="sentence"):
        Drawing(SVG, " ")
    with pytest.raises(ValueError, match="role"):
        Drawing(SVG.replace(' role="img"', ""), "It shows something.")


def test_a_tag_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError):
        shown("{% picture %}")
