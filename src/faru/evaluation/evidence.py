"""The page of evidence: what was measured, how, and what it can't mean."""

from collections.abc import Iterable, Mapping
from math import isinf

from faru.evaluation.durations import Durations, Unit
from faru.evaluation.evaluate import AUDIT_SHARE, Evaluation, Spread
from faru.evaluation.orders import SENTENCES, Order
from faru.evaluation.recall import TOPS
from faru.evaluation.simulation import WITHIN
from faru.evaluation.summary import Earlier, measures

_PLAIN = tuple(order for order in Order if order is not Order.QUEUE)


def page(found: Evaluation, command: str, before: Earlier | None = None) -> str:
    """The whole page as Markdown. `command` is what to type to get it again; `before` an earlier run."""
    table = measures(found)
    parts = [
        _head(found, command, table),
        _recall(table),
        _bands(found, table),
        _reached(found, table),
        _likeness(found),
        _audit(found),
        *([_compared(table, before, found.rules_version)] if before is not None else []),
        _LIMITS,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _head(found: Evaluation, command: str, table: Mapping[str, Spread]) -> str:
    queue, first = table["recall.queue.top_10"], table["recall.first_come.top_10"]
    best = max(_PLAIN, key=lambda order: table[f"recall.{order}.top_10"].mean)
    return f"""\
# Triage, measured (synthetic)

**Every figure on this page is synthetic.** The years, the alerts and the children are invented. Nothing here
says how a unit's own alerts would fare. The command writes the page:

```
{command}
```

Rules: pack `{found.pack}`, version {found.rules_version}.
Years: {len(found.seeds)}, each with {found.referrals} different alerts on {_span(found)} days, joined to
{_whole(table["leads"])} leads; behind {_whole(table["in_danger"])} of them a child is in danger.
Each figure is the mean over the years, with the least and the most in brackets.

**In one sentence:** of the leads that hide a child in danger, the top tenth of Faru's queue holds
{_per_cent(queue)}; the best plainer order ({SENTENCES[best]})
{_per_cent(table[f"recall.{best}.top_10"])}; the order of arrival {_per_cent(first)}."""


def _recall(table: Mapping[str, Spread]) -> str:
    rows = [
        [_first_up(SENTENCES[order]), *(_per_cent(table[f"recall.{order}.top_{top}"]) for top in TOPS)]
        for order in Order
    ]
    rows.append(
        ["*The most any order could reach*", *(_per_cent(table[f"recall.ceiling.top_{top}"]) for top in TOPS)]
    )
    rows.append(
        [
            "*Faru's queue, among those whose report shows the danger*",
            *(_per_cent(table[f"recall.told.top_{top}"]) for top in TOPS),
        ]
    )
    return f"""\
## What comes to the top

Recall: of the leads that hide a child in danger, the share that stands in the top of the order. All orders
sort the same leads, with the same alerts joined. The plainer ones see of a lead's alerts the one that stands
out most, and break ties by arrival. The whole year stands in one queue, as it ends.

{_table(["Order", *(f"top {top} %" for top in TOPS)], rows)}

The danger shows somewhere in the report of {_whole(table["told"])} of these leads. Behind the others a child
is in danger and no word, mark or field says so: no rule that reads reports can find them."""


def _bands(found: Evaluation, table: Mapping[str, Spread]) -> str:
    rows = [
        [
            band.band,
            _whole(table[f"band.{band.band}.leads"]),
            _per_cent(table[f"band.{band.band}.precision"]),
        ]
        for band in found.years[0].score.bands
    ]
    false = table["false_pages_a_day"]
    return f"""\
## Bands, and calls for nothing

{_table(["Band", "leads", "of these with a child in danger"], rows)}

The supervisor is called (an interrupt with the effect *page*) {_number(table["pages_a_day"])} times a day,
of these {_number(false)} times for a lead without danger: {false.mean * 7:.1f} a week."""


def _reached(found: Evaluation, table: Mapping[str, Spread]) -> str:
    names = [f"within {most} day{'s' * (most > 1)}" for most in WITHIN]
    rows = [
        [
            _first_up(SENTENCES[order]),
            _days(table[f"reached.{order}.median_days"]),
            _days(table[f"reached.{order}.p90_days"]),
            *(_per_cent(table[f"reached.{order}.within_{most}"]) for most in WITHIN),
            _per_cent(table[f"reached.{order}.never"]),
            _per_cent(table[f"reached.{order}.resolvable"]),
            _per_cent(table[f"reached.{order}.opened"]),
        ]
        for order in Order
    ]
    heads = [
        "Order",
        "median days",
        "90 % within",
        *names,
        "never",
        "carrier could still answer",
        "leads read",
    ]
    return f"""\
## A unit works off the year (simulation)

How long a child in danger waits from the arrival of the alert until somebody reads it, if the unit always
takes the first lead of the order. *Never*: not read when the year ended. *Carrier could still answer*: of
the leads with a carrier's records at their arrival, the share read while some were still there. A better
order finds more children, their cases take up the investigators, and fewer leads are read in all: the last
two columns pay for the first ones.

{_table(heads, rows)}

**Assumptions, not measurements.** {_assumed(found.durations, found.unit)}
Working days and holidays are the pack's. Each work takes between half and one and a half times as long, the
same for a lead in every order. Whoever reads a lead sees the danger behind it. Nobody is called at night,
although interrupts would call. Scores are as of each arrival: nothing that comes later helps, but that the
spread of a hash is known from the start of the year."""


def _assumed(durations: Durations, unit: Unit) -> str:
    return (
        f"Reading a lead takes {durations.read * 60:.0f} minutes, a request to a carrier "
        f"{durations.ask * 60:.0f} minutes more, the case of a child found in danger {durations.case:.0f} "
        f"hours. {unit.duty} officer only reads, {unit.investigators} work on cases and read when none "
        f"waits; each works {unit.hours_a_day} hours a working day at this."
    )


def _likeness(found: Evaluation) -> str:
    rows = [
        [one.group, one.trait, str(one.hits), str(one.misses), f"{one.misses / (one.hits + one.misses):.0%}"]
        for one in found.likeness
    ]
    return f"""\
## What the misses have in common

Leads in danger over all years: in the top tenth of Faru's queue (found) and beneath it (missed). A lead with
several texts or formats counts in each.

{_table(["", "", "found", "missed", "missed of these"], rows)}"""


def _audit(found: Evaluation) -> str:
    rows = [
        [
            str(year.seed),
            f"{year.audit.found} of {year.audit.drawn}",
            f"{year.audit.estimate.low:.1%} to {year.audit.estimate.high:.1%}",
            f"{year.audit.missed / year.audit.bottom:.1%}",
        ]
        for year in found.years
    ]
    held = sum(year.audit.holds for year in found.years)
    return f"""\
## The audit of the bottom

{AUDIT_SHARE:.0%} of everything beneath the top tenth, drawn at random for a human: the only way in which a
unit can learn what its rules miss. The interval is Wilson's, with 95 % confidence; the truth is known here
because the years are invented. It lay within the interval in {held} of {len(found.years)} years.

{_table(["Seed", "in danger among the drawn", "estimated share of misses", "true share"], rows)}"""


def _compared(table: Mapping[str, Spread], before: Earlier, version: str) -> str:
    wanted = {
        **{f"recall.queue.top_{top}": f"recall in the top {top} %" for top in TOPS},
        "recall.told.top_10": "the same in the top 10 %, where the report shows the danger",
        "false_pages_a_day": "calls for nothing a day",
        **{f"reached.queue.within_{most}": f"reached within {most} day{'s' * (most > 1)}" for most in WITHIN},
    }
    rows = [
        [_first_up(words), *(show(one) for one in (before.measures[name], table[name]))]
        for name, words in wanted.items()
        for show in [_number if name == "false_pages_a_day" else _per_cent]
    ]
    return f"""\
## Before and after

{_table(["Faru's queue", f"rules {before.rules_version}", f"rules {version}"], rows)}

The same years, the same truth. What was changed and why stands in [triage.md](triage.md)."""


_LIMITS = """\
## What this means, and what it can't mean

- It means that the rules do what they say on alerts written by somebody else's code: what is reported, in a
  field, a mark or a phrase of the pack, comes to the top, and what only looks like it mostly does not.
- It means that a change of the rules can be weighed before officers live with it.
- It can't mean that so many real children would be found. The generator is of the same house as the rules: it
  was written apart from them, and nobody read it to make them, but both know the same public sources and
  share their blind spots.
- The rules and phrases were made better by reading misses of other years than those above; but all years draw
  on one stock of invented sentences, so **the gain is flattered**: a phrase that was learnt in one year meets
  its own sentence again in the next; [triage.md](triage.md) says how much. Real people
  write otherwise, and the Dhivehi lists still need a native speaker.
- How often danger is told in a field, in free text or nowhere is invented, and every share above hangs on it.
- The waits hang on the assumed hours of work. The order of the orders is sturdier than any number of days.
- A lead at the bottom is not a safe child. Nothing is closed by its rank; the audit above is for that.

As soon as a unit has outcomes of its own (a child safeguarded, a lead closed as empty), its figures stand
beside these, and weigh more.
"""


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] + ["--:"] * (len(heads) - 1), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _per_cent(one: Spread) -> str:
    return f"{one.mean:.0%} ({one.low * 100:.0f}–{one.high * 100:.0f})"


def _number(one: Spread) -> str:
    return f"{one.mean:.2f} ({one.low:.2f}–{one.high:.2f})"


def _whole(one: Spread) -> str:
    return f"{one.mean:.0f} ({one.low:.0f}–{one.high:.0f})"


def _days(one: Spread) -> str:
    if isinf(one.low):
        return "not in the year"
    high = "not in the year" if isinf(one.high) else f"{one.high:.1f}"
    return f"{one.mean:.1f} ({one.low:.1f}–{high})" if not isinf(one.mean) else f"{one.low:.1f} to {high}"


def _span(found: Evaluation) -> str:
    held = sorted(year.score.days for year in found.years)
    return str(held[0]) if held[0] == held[-1] else f"{held[0]} to {held[-1]}"


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
