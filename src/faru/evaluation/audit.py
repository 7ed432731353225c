"""The audit of the bottom: a few leads drawn at random for a human, so that misses show.

Nobody learns what a ranking misses by reading what it put on top.
"""

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass

_Z = 1.959964  # the 97.5th percentile of the normal distribution: a confidence of 95 %


@dataclass(frozen=True, slots=True)
class Interval:
    """A share found and the bounds it lies between with 95 % confidence."""

    share: float
    low: float
    high: float


def draw(leads: Iterable[str], share: float, seed: int) -> tuple[str, ...]:
    """Draws a share (above 0, up to 1) of the leads at random, at least one of any; sorted.

    The same leads and seed give the same draw in whatever order they come. ValueError for another share.
    """
    if not 0 < share <= 1:
        raise ValueError(f"The share {share} is not above 0 and up to 1.")
    sorted_leads = sorted(set(leads))
    count = math.ceil(len(sorted_leads) * share)
    return tuple(sorted(random.Random(seed).sample(sorted_leads, count)))


def wilson(found: int, drawn: int) -> Interval:
    """The score interval of Wilson (1927) for a share: it holds where few or none are found.

    ValueError where nothing was drawn or more was found than drawn.
    """
    if not 0 <= found <= drawn or drawn == 0:
        raise ValueError(f"{found} found of {drawn} drawn is no share.")
    share = found / drawn
    scale = 1 + _Z**2 / drawn
    middle = (share + _Z**2 / (2 * drawn)) / scale
    half = _Z / scale * math.sqrt(share * (1 - share) / drawn + _Z**2 / (4 * drawn**2))
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))
