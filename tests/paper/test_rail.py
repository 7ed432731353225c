"""Does the rail say where a case stands, readably, whatever its stages are called?"""

from collections.abc import Callable, Sequence, Set
from datetime import datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.paper.drawings import SVG, faults, outside, overlapping, texts

from faru.paper import Picture, compile_pdf
from faru.paper.rail import Station, stages, stages_vertical
from faru.paper.svg import ACT

Draw = Callable[[Sequence[Station], str, Set[str]], str]
BOTH = pytest.mark.parametrize("draw", [stages, stages_vertical])
WAY = (
    Station("intake", "Intake"),
    Station("plan", "Plan of action"),
    Station("custody", "Custody", branch=True),
    Station("examination", "Examination of devices"),
    Station("closure", "Closure"),
)


def dashed(svg: str) -> list[bool]:
    """For each line that the case went along, whether it leads off the straight way."""
    return [
        "stroke-dasharray" in path.attrib
        for path in ElementTree.fromstring(svg).iter(f"{SVG}path")
        if path.get("stroke") == ACT and path.get("stroke-width") == "3"
    ]


@BOTH
def test_it_says_in_a_sentence_where_the_case_stands(draw: Draw) -> None:
    root = ElementTree.fromstring(draw(WAY, "examination", {"intake", "plan"}))
    assert root[0].text == (
        "Stage 4 of 5: Examination of devices. Done: Intake, Plan of action. Not done: Custody, Closure."
    )
    nothing = ElementTree.fromstring(draw(WAY[:1], "intake", set()))
    assert nothing[0].text == "Stage 1 of 1: Intake. Done: none. Not done: none."


@BOTH
def test_done_here_and_to_come_differ_by_shape(draw: Draw) -> None:
    svg = draw(WAY, "plan", {"intake"})
    circles = [circle.attrib["r"] for circle in ElementTree.fromstring(svg).iter(f"{SVG}circle")]
    assert circles == ["8", "11", "5", "7", "7", "7"]
    assert svg.count("l2.6 2.8l4.8 -5.8") == 1
    assert [box.words for box in texts(svg)].count("now") == 1
    bold = [one.text for one in ElementTree.fromstring(svg).iter(f"{SVG}text") if one.get("font-weight")]
    assert " ".join(word for word in bold if word) == "now Plan of action"


@BOTH
def test_the_line_goes_past_a_branch_or_through_it(draw: Draw) -> None:
    past = draw(WAY, "examination", {"intake", "plan"})
    assert dashed(past) == [False, False]
    through = draw(WAY, "examination", {"intake", "plan", "custody"})
    assert dashed(through) == [False, True, True]
    inside = draw(WAY, "custody", {"intake", "plan"})
    assert dashed(inside) == [False, True]


@BOTH
def test_labels_wrap_to_two_lines_and_are_cut_after_that(draw: Draw) -> None:
    words = "A very long name of a stage " * 4
    svg = draw([Station("a", words), Station("b", "B")], "b", {"a"})
    mine = [box.words for box in texts(svg) if box.words not in {"B", "now"}]
    assert len(mine) == 2
    assert mine[1].endswith("…")
    assert mine[0] == words[: len(mine[0])]


@BOTH
def test_what_is_no_way_is_refused(draw: Draw) -> None:
    with pytest.raises(ValueError, match='"nowhere" is none'):
        draw(WAY, "nowhere", set())
    with pytest.raises(ValueError, match="stands twice"):
        draw([*WAY, WAY[0]], "plan", set())
    with pytest.raises(ValueError, match="is none"):
        draw([], "plan", set())


@BOTH
def test_hostile_labels_stay_text(draw: Draw) -> None:
    svg = draw([Station("a", "<script>"), Station("b", "&<i>")], "b", {"a"})
    assert "<script" not in svg
    assert {"&<i>", "<script>"} <= {box.words for box in texts(svg)}


labels = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(labels, st.booleans(), st.booleans()), min_size=1, max_size=14), st.integers(0, 13))
def test_any_stages_make_a_sound_picture(given_: list[tuple[str, bool, bool]], here: int) -> None:
    way = [Station(f"s{n}", label, branch) for n, (label, branch, _) in enumerate(given_)]
    done = {f"s{n}" for n, (_, _, left) in enumerate(given_) if left}
    for draw in (stages, stages_vertical):
        svg = draw(way, f"s{here % len(way)}", done)
        assert svg == draw(way, f"s{here % len(way)}", done)
        assert faults(svg) == []
        assert overlapping(texts(svg)) == []
        assert outside(svg, texts(svg)) == []


@BOTH
def test_typst_draws_it(draw: Draw, when: datetime) -> None:
    template = '#let d = json(bytes(sys.inputs.data))\n#image(bytes(d.drawing), format: "svg", alt: "stages")'
    drawing = Picture(draw(WAY, "plan", {"intake"}))
    assert compile_pdf(template, {"drawing": drawing}, when=when).warnings == ()
