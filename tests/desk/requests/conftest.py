"""A request at each point of its life, over the small world's own answers."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from faru.desk.referrals.models import Observation, Referral
from faru.desk.referrals.reading import Portion, store_portions
from faru.desk.referrals.reads import decoded
from faru.desk.requests import actions, answering, choosing, reading, resolving
from faru.desk.requests.lines import digest
from faru.desk.requests.models import Answer, LegalRequest
from faru.desk.work.models import Job
from faru.formats.intake import Batch


def quiet(done: int, total: int) -> None:
    """Progress that nobody watches."""


class Walk:
    """Takes one request through its life, as its people would."""

    def __init__(self, desk) -> None:
        self.desk, self.people = desk, desk.people

    def drafted(self, carrier: str = "lagoon", *, of: str | None = None) -> LegalRequest:
        """Everything of a carrier that can be asked, or what one planted story has to ask it."""
        found = choosing.askable(self.people["investigator"]).filter(carrier=carrier).order_by("id")
        if of is not None:
            found = found.filter(referral__lead=self.desk.story(of))
        return actions.draft_request(
            actor=self.people["investigator"], carrier=carrier, observations=list(found)
        )

    def approved(self, request: LegalRequest) -> LegalRequest:
        seen = digest(request, request.lines.all())
        return actions.approve_request(actor=self.people["supervisor"], request=request, seen=seen)

    def served(self, carrier: str = "lagoon", *, of: str | None = None) -> LegalRequest:
        request = self.approved(self.drafted(carrier, of=of))
        return actions.serve_request(actor=self.people["investigator"], request=request, how="email")

    def receive(self, request: LegalRequest, path: Path, part: str = "records") -> Answer:
        return self.receive_bytes(request, path.read_bytes(), path.name, part)

    def receive_bytes(
        self, request: LegalRequest, data: bytes, name: str = "answer.csv", part: str = "records"
    ) -> Answer:
        answer = answering.receive_answer(
            actor=self.people["investigator"], request=request, name=name, data=data, part=part
        )
        reading.try_answer(self.people["investigator"], answer, quiet)
        return Answer.objects.select_related("request").get(pk=answer.pk)

    def answered(self, request: LegalRequest) -> LegalRequest:
        """The world's own records and coverage, taken over."""
        world = self.desk.world
        answer = self.receive(request, world.records[request.carrier])
        reading.take_over(self.people["investigator"], answer, quiet)
        self.receive(request, world.coverage[request.carrier], "coverage")
        return LegalRequest.objects.get(pk=request.pk)

    def resolved(self, carrier: str = "lagoon", *, of: str | None = None) -> LegalRequest:
        request = self.answered(self.served(carrier, of=of))
        resolving.resolve_request(self.people["investigator"], request)
        return request


@pytest.fixture
def walk(desk) -> Walk:
    return Walk(desk)


@pytest.fixture
def work() -> Callable[[], None]:
    """Does what waits in the queue, as the worker would."""
    from faru.desk.requests import tasks

    by_kind = {
        answering.TRY: tasks.read_on_trial,
        answering.IMPORT: tasks.take_over,
        resolving.RESOLVE: tasks.reach_verdicts,
    }

    def run() -> None:
        for job in Job.objects.filter(state="waiting").order_by("made_at"):
            by_kind[job.kind].func(str(job.id))

    return run


CHILDS_ADDRESS = "192.0.2.77"


@pytest.fixture
def childs_own(desk) -> Observation:
    """One more alert: two observations, the second one a reported child's own."""
    system = desk.people["system"]
    row = Referral.objects.filter(children_count__gt=0, observations__carrier="lagoon").first()
    read = decoded([row], with_children=True)[row.pk]
    seen = next(one for one in read.observations if one.address and one.at and one.at.utc)
    own = replace(seen, literal=CHILDS_ADDRESS, address=CHILDS_ADDRESS, child=0)
    alert = replace(read, number="CHILDS-OWN-1", sha256="c" * 64, observations=(seen, own))
    portion = Portion(row.file, True, True, Batch(format=row.format, referrals=(alert,), done=1, total=1), 1)
    store_portions(actor=system, portions=[portion])
    return Observation.objects.select_related("referral__lead").get(
        referral__number="CHILDS-OWN-1", of_child=True
    )
