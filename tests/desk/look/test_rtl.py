"""Does the reader of pages see what it must see?"""

import pytest
from tests.desk.look.rtl import digits_outside_bdi, inline_code


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>12 of <bdi>3</bdi></p>", ["12 of"]),
        ('<p><bdi dir="ltr">12<small>4</small></bdi> 5</p>', ["5"]),
        ('<p><br>a<bdi>1</bdi><input value="3"></p><i>٣</i>', ["٣"]),
        ('<code dir="ltr">7</code><code dir="rtl">8</code>', ["8"]),
        ("<head><title>3</title></head><script>4</script><select><option>5</option></select>", []),
        ("<svg><text>6</text></svg><b>7</b>", ["7"]),
        ("<li><bdi>1</bdi></b></li><p>2</p>", ["2"]),
    ],
)
def test_digits_that_are_not_isolated_are_found(html: str, found: list[str]) -> None:
    assert digits_outside_bdi(html) == found


@pytest.mark.parametrize(
    ("html", "faults"),
    [
        ('<p class="style">', 0),
        ('<p style="color:red">', 1),
        ('<a href="#" onclick="x()">', 1),
        ("<script>x()</script>", 1),
        ('<script src="x.js"></script>', 0),
        ('<input data-on="1" name="only">', 0),
    ],
)
def test_what_the_policy_refuses_is_found(html: str, faults: int) -> None:
    assert len(inline_code(html)) == faults
