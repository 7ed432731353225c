"""One desk with something behind every address, made once and shared: each request is rolled back."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from tests.desk.conftest import ROLES

from faru.desk import clock, unit
from faru.desk.accounts import personas as cast
from faru.desk.accounts.models import User
from faru.desk.cases import actions as case_acts
from faru.desk.cases import dossiers, papers, steps
from faru.desk.cases.contents import Upload
from faru.desk.cases.models import Case
from faru.desk.duty import actions as duty_acts
from faru.desk.referrals import actions as lead_acts
from faru.desk.referrals import interrupts
from faru.desk.referrals.folder import take_in
from faru.desk.referrals.mapping import save_map
from faru.desk.referrals.models import Interrupt, Lead, LeadState, ReceivedFile, ReportedChild
from faru.desk.referrals.reading import read_received
from faru.desk.referrals.receiving import receive_file
from faru.desk.requests import actions as request_acts
from faru.desk.requests import answering, reading, resolving
from faru.desk.requests.lines import digest
from faru.desk.requests.models import LegalRequest, Part, Served
from faru.desk.vault import keys
from faru.desk.work.models import Job
from faru.formats.column_map import load_map
from faru.synthetic import World

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class Full:
    """The desk, its people, and the words that addresses are made of."""

    people: dict[str, User]
    words: dict[str, Any] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        """A client signed in as somebody; "stranger" is not signed in."""
        client = Client(raise_request_exception=False)
        if who != "stranger":
            client.force_login(self.people[who], backend=BACKEND)
        return client


@pytest.fixture(autouse=True)
def _nothing_outlives_its_test() -> Iterator[None]:
    """Instead of the desk's own: the files behind the full desk must outlive a test, its keys need not."""
    keys.forget()
    yield
    keys.forget()


@pytest.fixture(scope="module", autouse=True)
def _nothing_outlives_its_module() -> Iterator[None]:
    yield
    here = unit.current()
    for folder in (here.ledger, here.raw, here.records, here.documents, here.dossiers):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def full(django_db_setup: None, django_db_blocker: Any, world: World) -> Iterator[Full]:
    """Made in one transaction that is never committed."""
    with django_db_blocker.unblock(), clock.standing_at(world.now):
        whole = transaction.atomic()
        whole._from_testcase = True  # actions may not be nested, but in a test's own transaction
        whole.__enter__()
        try:
            keys.forget()
            yield _make(world)
        finally:
            transaction.set_rollback(True)
            whole.__exit__(None, None, None)
            keys.forget()


def _silent(_name: str) -> Callable[[int, int], None]:
    return lambda done, total: None


def _make(world: World) -> Full:
    cast.install()
    outsider, _made = User.objects.get_or_create(username="outsider", defaults={"display_name": "Out Sider"})
    outsider.set_unusable_password()
    outsider.save()
    found = {one.username: one for one in User.objects.all()}
    full = Full({who: found[name] for who, name in ROLES.items()} | {"outsider": found["outsider"]})
    people = full.people
    for path in sorted(world.maps.glob("*.json")):
        save_map(actor=people["system"], column_map=load_map(path.read_bytes(), path.name))
    take_in(actor=people["duty"], paths=[Path(world.alerts)], bar=_silent)
    _leads(full)
    _requests(full, world)
    _cases(full)
    _duty(full)
    return full


def _leads(full: Full) -> None:
    child = ReportedChild.objects.filter(referral__lead__case_id=None).order_by("id")[0]
    table = b"who,when\nx,2026-01-01T00:00:00Z\n"
    unread = receive_file(actor=full.people["duty"], name="new.csv", data=table)
    read_received(unread, full.people["duty"])  # nobody has said what its columns mean: it is set aside
    full.words |= {
        "referral": child.referral_id,
        "child": child.id,
        "lead": child.referral.lead.number,
        "file": ReceivedFile.objects.get(pk=unread.pk).id,
        "job": Job.objects.create(kind="ingest", thing=unread.id, started_by=full.people["duty"]).id,
    }
    lead = child.referral.lead
    full.words["interrupt"] = (
        Interrupt.objects.filter(lead=lead, cleared_at=None).first()
        or interrupts.raise_interrupt(
            actor=full.people["duty"], lead=lead, kind="missing_child", why="Told by telephone."
        )
    ).id


def _requests(full: Full, world: World) -> None:
    people = full.people
    drafted = served = None
    for carrier in unit.pack().carriers:
        rows = list(request_acts.choosing.askable(people["investigator"]).filter(carrier=carrier.id)[:20])
        request = request_acts.draft_request(
            actor=people["investigator"], carrier=carrier.id, observations=rows
        )
        drafted, served = served, request
    assert drafted is not None
    assert served is not None
    seen = digest(served, served.lines.all())
    request_acts.approve_request(actor=people["supervisor"], request=served, seen=seen)
    request_acts.serve_request(actor=people["investigator"], request=served, how=Served.EMAIL)
    for kind, part in ((world.records, Part.RECORDS), (world.coverage, Part.COVERAGE)):
        path = kind[served.carrier]
        answer = answering.receive_answer(
            actor=people["investigator"], request=served, name=path.name, data=path.read_bytes(), part=part
        )
        if part is Part.RECORDS:
            reading.take_over(people["investigator"], answer, lambda done, total: None)
            full.words["answer"] = answer.id
        else:
            reading.take_coverage(people["investigator"], answer)
    resolving.resolve_request(people["investigator"], served)
    full.words |= {
        "request": LegalRequest.objects.get(pk=drafted.pk).number,
        "answered": served.number,
        "coverage": served.coverage.all()[0].id,
    }


def _cases(full: Full) -> None:
    people = full.people
    leads = Lead.objects.filter(state=LeadState.NEW).exclude(number=full.words["lead"]).in_order()
    for word, lead in zip(("case", "sent"), leads[:2], strict=True):
        lead_acts.claim_lead(actor=people["investigator"], lead=lead)
        case = case_acts.open_case(actor=people["investigator"], lead=lead, title="A case")
        case_acts.add_member(actor=people["supervisor"], case=case, user=people["duty"], as_role="intake")
        case_acts.add_member(
            actor=people["supervisor"], case=case, user=people["victim_worker"], as_role="victim_worker"
        )
        full.words[word] = case.number
        done = steps.do_step(
            actor=people["duty"], case=case, step="register", fields={"sender": "x", "received": "y"}
        )
        version = papers.add_document(
            actor=people["investigator"], case=case, upload=Upload("a.txt", b"A paper.\n")
        )
        full.words |= {f"{word}_version": version.id, f"{word}_record": done.id}
        dossier = dossiers.build_now(actor=people["investigator"], case=case, tick=lambda d, t: None)
        full.words[f"{word}_dossier"] = dossier.id
        if word == "sent":
            Case.objects.filter(pk=case.pk).update(sent_at=clock.now())
            type(dossier).objects.filter(pk=dossier.pk).update(sent_at=clock.now())


def _duty(full: Full) -> None:
    promise = duty_acts.make_promise(
        actor=full.people["duty"],
        whom="A school",
        about="a call back",
        due_at=clock.now() + timedelta(hours=2),
    )
    handover = duty_acts.sign_handover(actor=full.people["duty"])
    full.words |= {"promise": promise.id, "handover": handover.id, "user": full.people["second"].id}
