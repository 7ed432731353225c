"""Does the picture of leases show what the rows say, and nothing that a page would refuse?"""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from faru.paper import Lease, Picture, Within, compile_pdf, leases_around
from faru.paper.svg import LEAST, LEFT, SHOWN, WIDTH

AT = datetime(2026, 2, 17, 10, 40, 12, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def second(number: float) -> timedelta:
    return timedelta(seconds=number)


CORE = (AT, AT + second(1))
TOLERANCE = (AT - second(5), AT + second(6))
ROWS = (
    Lease("row 1 · S-1", AT - second(9000), AT + second(2), Within.CORE),
    Lease("row 2 · S-2", AT + second(3), None, Within.TOLERANCE),
)


def bars(svg: str) -> list[dict[str, str]]:
    return [
        rect.attrib for rect in ElementTree.fromstring(svg).iter(f"{SVG}rect") if rect.get("height") == "13"
    ]


def test_it_says_in_a_sentence_what_it_shows() -> None:
    root = ElementTree.fromstring(leases_around(ROWS, core=CORE, tolerance=TOLERANCE))
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == (
        "2 record rows around 2026-02-17T10:40:12Z: 1 meet the core window, 2026-02-17T10:40:12Z to"
        " 2026-02-17T10:40:13Z, 1 only the tolerance window, 2026-02-17T10:40:07Z to 2026-02-17T10:40:18Z."
    )


def test_core_and_tolerance_differ_by_texture_and_not_by_colour_alone() -> None:
    core, tolerance = bars(leases_around(ROWS, core=CORE, tolerance=TOLERANCE))
    assert core["fill"] == "#0b6e99"
    assert tolerance["fill"] == "url(#hatch)"


def test_bars_stand_where_their_times_are() -> None:
    first, last = TOLERANCE[0] - LEAST, TOLERANCE[1] + LEAST
    one = Lease("x", AT, AT + second(3), Within.CORE)
    (bar,) = bars(leases_around([one], core=CORE, tolerance=TOLERANCE))
    scale = (WIDTH - LEFT) / (last - first).total_seconds()
    assert float(bar["x"]) == round(LEFT + (AT - first).total_seconds() * scale, 1)
    assert abs(float(bar["width"]) - 3 * scale) < 0.1


def test_hostile_labels_stay_text() -> None:
    label = '</text><script>"&'
    svg = leases_around([Lease(label, AT, None, Within.CORE)], core=CORE, tolerance=TOLERANCE)
    assert label in [text.text for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_long_labels_are_cut_and_many_rows_are_counted() -> None:
    rows = [Lease("S" * 60, AT, None, Within.CORE)] * (SHOWN + 4)
    svg = leases_around(rows, core=CORE, tolerance=TOLERANCE)
    assert len(bars(svg)) == SHOWN
    assert "and 4 more rows: see the table" in svg
    assert "S" * 22 + "…" in svg
    assert "S" * 23 not in svg


def test_no_rows_and_a_window_without_width_are_drawn_too() -> None:
    svg = leases_around([], core=(AT, AT), tolerance=(AT, AT))
    assert "no row meets the windows" in svg
    assert "reported time" in svg


def test_the_ends_of_the_calendar_do_not_break_it() -> None:
    for at in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        assert "<svg" in leases_around([Lease("x", at, None, Within.CORE)], core=(at, at), tolerance=(at, at))


moments = st.datetimes(datetime(2026, 2, 1), datetime(2026, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(moments, st.none() | moments, st.sampled_from(Within)), max_size=6),
    st.tuples(st.integers(0, 86400), st.integers(0, 3600)),
)
def test_every_bar_lies_in_the_frame_and_nothing_needs_a_style_or_a_script(
    rows: list[tuple[datetime, datetime | None, Within]], widths: tuple[int, int]
) -> None:
    precision, margin = widths
    core = (AT, AT + second(precision))
    tolerance = (AT - second(margin), core[1] + second(margin))
    leases = [Lease("x", start, end, within) for start, end, within in rows]
    svg = leases_around(leases, core=core, tolerance=tolerance)
    assert svg == leases_around(leases, core=core, tolerance=tolerance)
    for bar in bars(svg):
        assert float(bar["x"]) >= LEFT - 0.1
        assert float(bar["x"]) + float(bar["width"]) <= WIDTH + 2
        assert float(bar["width"]) > 0
    for element in ElementTree.fromstring(svg).iter():
        assert element.tag != f"{SVG}script"
        assert not {name for name in element.attrib if name == "style" or name.startswith("on")}


def test_typst_draws_it() -> None:
    template = '#let d = json(bytes(sys.inputs.data))\n#image(bytes(d.drawing), format: "svg", alt: "leases")'
    drawing = Picture(leases_around(ROWS, core=CORE, tolerance=TOLERANCE))
    assert compile_pdf(template, {"drawing": drawing}, when=AT).warnings == ()
