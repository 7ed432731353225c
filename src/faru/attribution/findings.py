"""What speaks against a verdict, for the page and the dossier: whole sentences, the gravest first."""

from collections.abc import Sequence

from faru.attribution import doors
from faru.attribution.rows import RecordRow
from faru.attribution.skew import SkewReport, offset_text
from faru.attribution.verdicts import Verdict, VerdictKind

PREMISES = (
    "A verdict names a subscription: the place of the line (installation, not billing address) and who used "
    "it are "
    "still to be found out."
)


def against(
    verdict: Verdict, near: Sequence[RecordRow], conflict: tuple[RecordRow, RecordRow] | None
) -> tuple[str, ...]:
    """Every sentence that applies. `near` are the rows around, as far as they were looked up."""
    asked = verdict.asked
    rows = [candidate.record for candidate in verdict.candidates]
    found: list[str | None] = []
    if conflict is not None:
        one, other = conflict
        found.append(
            f"Two sources disagree: {one.source.name} row {one.row} names {one.subscriber}, "
            f"{other.source.name} row {other.row} names {other.subscriber}."
        )
    found += [doors.private_address(asked), doors.server_port(asked), doors.coarse_time(asked)]
    if verdict.skew is not None:
        found += _skew(verdict.skew, verdict.kind)
    if rows and verdict.window is not None:
        found.append(doors.soon_reused(asked, rows, near))
        found.append(doors.overlapping(rows, *verdict.window))
        found += doors.soft_ends(rows)
        found.append(doors.prefix_not_address(asked, rows))
        found += _set_aside(rows)
        found.append(PREMISES)
    return tuple(sentence for sentence in found if sentence)


def _skew(report: SkewReport, kind: VerdictKind) -> list[str]:
    if kind is VerdictKind.TIME_UNCERTAIN:
        return [
            f"Read {answer.reading.name}, the records name {_who(answer.subscribers)}."
            for answer in report.readings
        ]
    found = []
    if report.steps is None:
        found.append(
            "So many rows lie around the reported time that no skew test was made; a port would cut them."
        )
    change = report.first_change
    if change is not None:
        found.append(f"A clock {offset_text(change)} off would change the answer.")
    found += [
        f"Read as {answer.reading.name}, the records name {_who(answer.subscribers)}."
        for answer in report.readings
        if answer.changes
    ]
    return found


def _set_aside(rows: Sequence[RecordRow]) -> list[str]:
    sources = {row.source.sha256: row.source for row in rows}
    return [
        f"{source.rejected} rows of {source.name} could not be read: one may have named somebody else."
        for source in sources.values()
        if source.rejected
    ]


def _who(subscribers: Sequence[str]) -> str:
    if not subscribers:
        return "nobody"
    return ", ".join(subscribers[:3]) + (f" and {len(subscribers) - 3} more" if len(subscribers) > 3 else "")
