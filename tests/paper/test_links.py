"""Does the picture of links show what is linked, readably, whatever the labels say?"""

from datetime import datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.paper.drawings import SVG, faults, outside, overlapping, texts

from faru.paper import Picture, compile_pdf
from faru.paper.links import SHOWN, Link, LinkState, Node, NodeKind, Strength, links_in_columns, links_of

REFERRAL, VALUE = NodeKind
STRONG, MEDIUM, WEAK = Strength


def lead(referrals: int, values: int) -> tuple[list[Node], list[Link]]:
    """A lead in which every referral shares one value, and the first shares them all."""
    nodes = [Node(f"r{n}", f"CT-19{3100 + n}", REFERRAL) for n in range(referrals)]
    nodes += [Node(f"v{n}", f"a long value {n} that has to be cut", VALUE) for n in range(values)]
    links = [Link("r0", f"v{n}", "account", STRONG) for n in range(values)]
    links += [Link(f"r{n}", f"v{n % values}", "account", MEDIUM) for n in range(1, referrals) if values]
    links += [Link("r0", f"r{n}", "same device", WEAK) for n in range(1, referrals) if not values]
    return nodes, links


def drawn(svg: str) -> int:
    root = ElementTree.fromstring(svg)
    return len([*root.findall(f"{SVG}circle"), *root.findall(f"{SVG}rect")])


def lines(svg: str) -> list[ElementTree.Element]:
    return [
        path
        for path in ElementTree.fromstring(svg).findall(f"{SVG}path")
        if path.find(f"{SVG}title") is not None
    ]


@pytest.mark.parametrize("count", range(1, SHOWN + 1))
@pytest.mark.parametrize("share", [0, 1, 2, 3])
def test_no_label_lies_on_another_or_leaves_the_picture(count: int, share: int) -> None:
    values = count * share // 4
    nodes, links = lead(count - values, values)
    for svg in (links_of("r0", nodes, links), links_in_columns(nodes, links)):
        boxes = texts(svg)
        assert overlapping(boxes) == []
        assert outside(svg, boxes) == []
        assert drawn(svg) == count


def test_it_says_in_a_sentence_what_it_shows() -> None:
    nodes, links = lead(3, 2)
    svg = links_of("r0", nodes, [*links, Link("r1", "r2", "phone", WEAK, LinkState.OFF)])
    assert ElementTree.fromstring(svg)[0].text == (
        "3 referrals and 2 shared values; links that count: 2 strong, 2 medium, 0 weak; switched off: 1."
    )


def test_strength_and_state_differ_by_more_than_colour() -> None:
    nodes = [
        Node("a", "A", REFERRAL),
        Node("b", "B", REFERRAL),
        Node("c", "C", REFERRAL),
        Node("d", "D", REFERRAL),
    ]
    links = [Link("a", "b", "x", STRONG), Link("a", "c", "x", MEDIUM), Link("a", "d", "x", WEAK)]
    strong, medium, weak = (line.get("stroke-dasharray") for line in lines(links_of("a", nodes, links)))
    assert strong is None
    assert len({strong, medium, weak}) == 3
    on = links_of("a", nodes[:2], links[:1])
    off = links_of("a", nodes[:2], [Link("a", "b", "x", STRONG, LinkState.OFF)])
    assert "l8 8m0 -8l-8 8" not in on
    assert off.count("l8 8m0 -8l-8 8") == 2  # at the link and in the key
    (line,) = lines(off)
    assert line[0].text == "A and B: x, strong, switched off"


def test_every_line_ends_at_two_nodes() -> None:
    nodes, links = lead(9, 3)
    for svg in (links_of("r0", nodes, links), links_in_columns(nodes, links)):
        root = ElementTree.fromstring(svg)
        rows = {float(mark.attrib["cy"]) for mark in root.findall(f"{SVG}circle")}
        rows |= {
            float(mark.attrib["y"]) + float(mark.attrib["height"]) / 2 for mark in root.findall(f"{SVG}rect")
        }
        assert len(lines(svg)) == len(links)
        for line in lines(svg):
            start, end = line.attrib["d"].split("C")[0].split()[1], line.attrib["d"].split()[-1]
            assert all(min(abs(float(y) - row) for row in rows) < 0.2 for y in (start, end))


def test_what_hangs_together_stays_on_one_side() -> None:
    nodes = [Node(one, one, REFERRAL) for one in "habcd"]
    links = [Link("h", one, "x", STRONG) for one in "abcd"]
    places = {box.words: box.x0 for box in texts(links_of("h", nodes, links))}
    assert len({places[one] > places["h"] for one in "abcd"}) == 2
    joined = [*links, Link("a", "b", "x", WEAK), Link("c", "d", "x", WEAK)]
    places = {box.words: box.x0 for box in texts(links_of("h", nodes, joined))}
    assert (places["a"] > places["h"]) == (places["b"] > places["h"]) != (places["c"] > places["h"])
    assert (places["c"] > places["h"]) == (places["d"] > places["h"])


def test_the_rest_is_counted_and_the_nearest_are_kept() -> None:
    nodes, links = lead(60, 6)
    for svg in (links_of("r0", nodes, links), links_in_columns(nodes, links)):
        assert drawn(svg) == SHOWN
        assert f"and {66 - SHOWN} more: see the table" in svg
        assert sum("a long value" in box.words for box in texts(svg)) == 6
    nodes, links = lead(2, 40)
    assert sum("CT-" in box.words for box in texts(links_in_columns(nodes, links))) == 2


def test_a_value_says_what_it_is_once() -> None:
    nodes, links = lead(8, 1)
    assert [box.words for box in texts(links_of("r0", nodes, links))].count("account") == 1


def test_what_nothing_leads_to_is_drawn_all_the_same() -> None:
    nodes = [Node("a", "A", REFERRAL), Node("b", "B", REFERRAL), Node("v", "V", VALUE)]
    for svg in (links_of("a", nodes, []), links_in_columns(nodes, [])):
        assert {"A", "B", "V"} <= {box.words for box in texts(svg)}
    assert "<svg" in links_in_columns([], [])


def test_what_is_no_picture_is_refused() -> None:
    one = Node("a", "A", REFERRAL)
    with pytest.raises(ValueError, match="stands twice"):
        links_of("a", [one, one], [])
    with pytest.raises(ValueError, match='"b" is none'):
        links_of("b", [one], [])
    with pytest.raises(ValueError, match='ends at "b"'):
        links_in_columns([one], [Link("a", "b", "x", STRONG)])


def test_hostile_labels_stay_text() -> None:
    hostile = '</text><script>alert(1)</script>"&'
    nodes = [Node("a", hostile, REFERRAL), Node("b", "<b>&", VALUE)]
    for svg in (links_of("a", nodes, [Link("a", "b", hostile, STRONG)]), links_in_columns(nodes, [])):
        assert "<script" not in svg
        assert faults(svg) == []
        assert "<b>&" in {box.words for box in texts(svg)}


labels = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_any_labels_and_any_links_make_a_sound_picture(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 30))
    ids = [f"n{n}" for n in range(count)]
    nodes = [Node(one, data.draw(labels), data.draw(st.sampled_from(NodeKind))) for one in ids]
    end = st.sampled_from(ids)
    links = data.draw(
        st.lists(
            st.builds(Link, end, end, labels, st.sampled_from(Strength), st.sampled_from(LinkState)),
            max_size=40,
        )
    )
    for svg, again in (
        (links_of("n0", nodes, links), links_of("n0", nodes, links)),
        (links_in_columns(nodes, links), links_in_columns(nodes, links)),
    ):
        assert svg == again
        assert faults(svg) == []
        assert overlapping(texts(svg)) == []
        assert outside(svg, texts(svg)) == []


def test_typst_draws_it(when: datetime) -> None:
    template = '#let d = json(bytes(sys.inputs.data))\n#image(bytes(d.drawing), format: "svg", alt: "links")'
    drawing = Picture(links_of("r0", *lead(8, 3)))
    assert compile_pdf(template, {"drawing": drawing}, when=when).warnings == ()
