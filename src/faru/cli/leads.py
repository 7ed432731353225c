"""`faru leads`: the queue in order, straight from files, with every reason. No database, nothing stored."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from faru.cli.output import REFUSED, UNUSABLE, print_json, progress, say, stop

if TYPE_CHECKING:
    from faru.mainjob.queue import Queue
    from faru.packs import Pack
    from faru.triage import Edge, RankedLead, Ranking, Reason, RuleBook
    from faru.vocabulary import Identity


def leads(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.", metavar="PATH...")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    pack: Annotated[str, typer.Option(help="A shipped pack's name, or a pack's folder.")] = "demo",
    now: Annotated[
        str | None,
        typer.Option(help="Rank as of this instant, with its zone; the clock of this machine by default."),
    ] = None,
    maps: Annotated[
        list[Path] | None,
        typer.Option("--map", help="A saved column map for tables; may be repeated.", metavar="FILE"),
    ] = None,
) -> None:
    """Rank foreign alerts: which lead first, and why.

    Exit 0: all was read and ranked; 1: something was set aside; 2: wrong use.

    Example: faru leads --json --now 2031-03-01T08:00:00Z alerts/
    """
    moment = _instant(now)
    for path in paths:
        if not path.exists():
            raise stop(f"{path}: no such file or folder; check the path.", UNUSABLE)
    chosen = _pack(pack)
    found = _queue(paths, chosen, moment, maps or [])
    if as_json:
        print_json(_document(found.ranking, chosen.rulebook))
    else:
        _table(found.ranking)
    aside = [item for reading in found.readings for item in reading.set_aside]
    for item in aside:
        say(f"set aside: {item.sentence}")
    if aside:
        raise typer.Exit(REFUSED)


def _instant(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise stop(f"--now {text}: not an instant; write it as 2031-03-01T08:00:00Z.") from None
    if moment.tzinfo is None:
        raise stop(f"--now {text}: the zone is missing; add Z or an offset such as +05:00.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise stop(f"--now {text}: lies beyond the calendar; give a real instant.") from None


def _pack(name: str) -> "Pack":
    from faru.packs import PackFault, load

    try:
        return load(name)
    except PackFault as fault:
        raise stop(str(fault)) from None


def _queue(paths: list[Path], pack: "Pack", now: datetime, maps: list[Path]) -> "Queue":
    from faru.cli.ingest import load_maps
    from faru.mainjob.queue import queue
    from faru.triage import RuleBookFault

    with progress() as bars:
        task = bars.add_task("Reading", total=None)
        try:
            return queue(
                paths,
                pack,
                now,
                maps=load_maps(maps),
                progress=lambda done, of: bars.update(task, completed=done, total=of),
            )
        except RuleBookFault as fault:
            raise stop(f"The pack {pack.id} cannot be used: {fault}") from None


def _document(ranking: "Ranking", book: "RuleBook") -> dict[str, Any]:
    links = _links(ranking)
    return {
        "now": ranking.now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "rules_version": ranking.rules_version,
        "leads": [_lead(lead, links.get(lead.rank, [])) for lead in ranking.leads],
        "rules": {
            rule.id: {
                "axis": rule.axis.value,
                "sentence": rule.sentence,
                "condition": rule.condition,
                "points": rule.points,
                "raises": rule.raises,
                "source": rule.source,
            }
            for rule in book.rules
        },
        "hubs": [
            {"kind": hub.kind.value, "value": hub.value, "referrals": len(hub.referrals)}
            for hub in ranking.hubs
        ],
        "viral": [
            {"hash": f"{item.algorithm}:{item.value}", "accounts": item.accounts} for item in ranking.viral
        ],
        "arrived_again": [
            {**_referral(arrival.identity), "times": arrival.times} for arrival in ranking.arrivals
        ],
        "versions": [
            {
                **_referral(item.newest),
                "sha256": item.newest.sha256,
                "older": [
                    {"sha256": older.identity.sha256, "differs": list(older.differs)} for older in item.older
                ],
            }
            for item in ranking.versions
        ],
    }


def _links(ranking: "Ranking") -> "dict[int, list[Edge]]":
    """The edges of each lead, by its rank."""
    rank_of = {identity: lead.rank for lead in ranking.leads for identity in lead.referrals}
    links: dict[int, list[Edge]] = {}
    for edge in ranking.edges:
        for place in {rank_of[edge.a], rank_of[edge.b]}:
            links.setdefault(place, []).append(edge)
    return links


def _lead(lead: "RankedLead", links: "list[Edge]") -> dict[str, Any]:
    return {
        "rank": lead.rank,
        "id": lead.id,
        "band": lead.band,
        "danger": lead.danger,
        "workability": lead.workability,
        "hours_left": None if lead.hours_left is None else round(lead.hours_left, 2),
        "earliest_reading": lead.earliest_reading,
        "interrupts": list(lead.interrupts),
        "noise": list(lead.noise),
        "referrals": [_referral(identity) for identity in lead.referrals],
        "reasons": [_reason(reason) for reason in lead.reasons],
        "same_as": [[_referral(identity) for identity in item.referrals] for item in lead.same_as],
        "links": [
            {
                "a": _referral(edge.a),
                "b": _referral(edge.b),
                "kind": edge.kind.value,
                "strength": edge.strength.value,
                "state": edge.state.value,
                "value": edge.value,
                "from_text": edge.from_text,
            }
            for edge in links
        ],
    }


def _referral(identity: "Identity") -> dict[str, str | None]:
    return {"sender": identity.sender, "number": identity.number or None}


def _reason(reason: "Reason") -> dict[str, Any]:
    """One rule: a single value as it is, several by the name of their fact."""
    seen = {fact.name: fact.value for fact in reason.seen}
    places = list(dict.fromkeys(fact.source for fact in reason.seen if fact.source is not None))
    return {
        "rule": reason.rule.id,
        "state": reason.state.value,
        "points": reason.points,
        "value": None if not seen else next(iter(seen.values())) if len(seen) == 1 else seen,
        "source": "; ".join(places) or None,
        "not_reported": list(reason.missing),
        "referral": _referral(reason.referral),
    }


def _table(ranking: "Ranking") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, right in (
        ("#", True),
        ("band", False),
        ("danger", True),
        ("work", True),
        ("hours left", True),
        ("referrals", False),
        ("why", False),
    ):
        table.add_column(title, justify="right" if right else "left", overflow="fold")
    for lead in ranking.leads:
        names = [identity.number or identity.sha256[:12] for identity in lead.referrals]
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        why = [f"! {name}" for name in lead.interrupts] + [f"noise: {label}" for label in lead.noise]
        fired = sorted((reason for reason in lead.reasons if reason.points), key=lambda one: -abs(one.points))
        why += [f"{reason.points:+d} {reason.rule.sentence}" for reason in fired[:3]]
        hours = "unknown" if lead.hours_left is None else f"{lead.hours_left:.0f}"
        # Text, not markup: a sender's number must not be read as a colour
        cells = (
            str(lead.rank),
            lead.band,
            str(lead.danger),
            str(lead.workability),
            hours,
            shown,
            "\n".join(why),
        )
        table.add_row(*(Text(cell) for cell in cells))
    console = Console(soft_wrap=False)
    console.print(table)
    console.print(
        f"{len(ranking.leads)} leads, rules {ranking.rules_version}, "
        f"as of {ranking.now.astimezone(UTC):%Y-%m-%d %H:%M} UTC. Every reason: --json",
        highlight=False,
        soft_wrap=True,
    )
