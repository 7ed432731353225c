"""Run as `python -m tests.faults.making FOLDER WORLD`: a demo unit with something to do at every place.

WORLD is a folder to invent a small world in. Half of its alerts are taken in, every carrier is asked, a case
is open. One JSON document on stdout says what there is to be done.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from faru.desk import boot, unit
from faru.synthetic import World, generate


def make(folder: Path, world: World) -> dict[str, object]:
    """The unit, and what there is to be done in it."""
    from faru.desk.accounts import personas
    from faru.desk.accounts.models import User
    from faru.desk.cases import actions as cases
    from faru.desk.journal.sealing import seal_now
    from faru.desk.referrals import actions as leads
    from faru.desk.referrals.folder import take_in
    from faru.desk.referrals.mapping import save_map
    from faru.desk.referrals.models import Lead, LeadState
    from faru.desk.requests import actions as requests
    from faru.desk.requests import choosing
    from faru.desk.requests.lines import digest
    from faru.formats.column_map import load_map

    system = personas.install()
    people = {one.username: one for one in User.objects.all()}
    for path in sorted(world.maps.glob("*.json")):
        save_map(actor=system, column_map=load_map(path.read_bytes(), path.name))
    files = sorted(one for one in world.alerts.rglob("*") if one.is_file())
    take_in(actor=people["aisha"], paths=files[::2], bar=lambda _name: lambda _done, _total: None)
    asked = {}
    for carrier in sorted(world.records):
        rows = list(choosing.askable(people["hassan"]).filter(carrier=carrier)[:20])
        if not rows:
            continue
        request = requests.draft_request(actor=people["hassan"], carrier=carrier, observations=rows)
        seen = digest(request, request.lines.all())
        requests.approve_request(actor=people["nadia"], request=request, seen=seen)
        requests.serve_request(actor=people["hassan"], request=request, how="email")
        asked[request.number] = carrier
    lead = Lead.objects.filter(state=LeadState.NEW).in_order()[0]
    leads.claim_lead(actor=people["hassan"], lead=lead)
    case = cases.open_case(actor=people["hassan"], lead=lead)
    seal_now()
    return {
        "files": [str(one) for one in files[1::2]],
        "asked": {
            number: [str(world.records[carrier]), str(world.coverage[carrier])]
            for number, carrier in asked.items()
        },
        "case": case.number,
        "leads": list(Lead.objects.filter(state=LeadState.NEW).in_order().values_list("number", flat=True)),
    }


def main(folder: Path, world_folder: Path) -> None:
    """Make it, and say what is there."""
    world = generate(world_folder, seed=1, referrals=30, rows=20_000)
    unit.create(folder, name="Drill", pack_name="demo", origin="unit.example/faru-drill", demo=True)
    unit.shift_clock(unit.read(folder), world.now, datetime.now(UTC))
    boot.setup(folder)
    boot.migrate()
    print(json.dumps(make(folder, world)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
