"""A whole case, from a lead to the prosecutor's outcome and its closing, played by the personas over the web.

`Walk` needs a function that gives a signed-in client for a persona, and nothing else of a test: a browser
test may lean on it too.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.cases.models import Case, Dossier, Member, StepDone
from faru.desk.referrals import actions as leads
from faru.desk.referrals import interrupts
from faru.desk.referrals.models import Interrupt, Lead, ReportedChild
from faru.desk.work.worker import run

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
STAFF = {
    "duty": ("intake", "triage"),
    "investigator": ("investigator",),
    "second": ("investigator",),
    "evidence": ("evidence_handler",),
    "victim_worker": ("victim_worker",),
    "liaison": ("liaison",),
    "commander": ("commander",),
    "prosecutor": ("pg_liaison",),
}
"""Who works on it, in which roles of the demo's policy."""


def pdf(name: str = "paper.pdf") -> SimpleUploadedFile:
    """A small honest PDF, as somebody uploads it."""
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def whole_name(child: ReportedChild) -> str:
    """The child's name of several parts, as it was reported; "" where only a part of it was."""
    return next((name for name in child.body["child"]["names"] if len(name.split()) > 1), "")


@dataclass
class Walk:
    """One case on its way. Each call asserts that the web did what was asked."""

    as_: Callable[[str], Client]
    people: dict[str, User]
    lead: Lead
    number: str = ""
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        """One session a persona."""
        if who not in self.clients:
            self.clients[who] = self.as_(who)
        return self.clients[who]

    @property
    def case(self) -> Case:
        """The case, fresh."""
        return Case.objects.get(number=self.number)

    def post(self, who: str, path: str, **data: Any) -> Any:
        """Post to a page of the case."""
        return self.client(who).post(f"/cases/{self.number}/{path}", data)

    def did(self, who: str, path: str, **data: Any) -> None:
        """Post, and see that it was done and not sent back with a sentence."""
        response = self.client(who).post(f"/cases/{self.number}/{path}", data, follow=True)
        level = [(message.level_tag, str(message)) for message in response.context["messages"]]
        errors = response.context["form"].errors if "form" in response.context else {}
        assert [tag for tag, _text in level] == ["success"], (who, path, level, errors)

    def open(self, who: str = "duty") -> "Walk":
        """Claim the lead and open a case on it."""
        leads.claim_lead(actor=self.people[who], lead=self.lead)
        response = self.client(who).post("/cases/open/", {"lead": self.lead.number, "title": "Invented case"})
        assert response.status_code == 302, response.content
        self.number = response["Location"].strip("/").rpartition("/")[2]
        assert self.client(who).get(response["Location"]).status_code == 200
        return self

    def staff(self) -> "Walk":
        """The supervisor puts everybody on it."""
        for who, roles in STAFF.items():
            for role in roles:
                user = self.people[who]
                if not Member.objects.filter(case=self.case, user=user, role=role).exists():
                    self.did("supervisor", "staff/", user=str(user.pk), role=role)
        return self

    def step(self, who: str, step: str, sign: str = "", **fields: Any) -> None:
        """Do a step, and have it signed by somebody else."""
        self.did(who, f"steps/{step}/", **fields)
        if sign:
            done = StepDone.objects.filter(case=self.case, step=step).latest("at")
            self.did(sign, f"records/{done.pk}/sign/")

    def move(self, to: str, who: str = "supervisor") -> None:
        """Go on to the next stage."""
        self.did(who, "move/", to=to)
        assert self.case.stage == to

    def to_attribution(self) -> None:
        """Registered, weighed, put in order."""
        self.step("duty", "register", sender="NCMEC", received="2026-03-03")
        self.step("duty", "dedupe_and_deconflict", role="intake", compared_with="everything here")
        self.move("triage")
        self.step("duty", "victim_risk", children="not identified yet", risk="high")
        self.step("duty", "priority_set", sign="supervisor", reason="it is first in the queue")
        self.move("attribution")

    def to_referral(self) -> None:
        """Asked, answered, reviewed, visited, examined, heard."""
        self.step("investigator", "preservation_request", to="Reef Telecom (invented)")
        self.step("investigator", "subscriber_answer", zone_check="times are UTC", document=pdf())
        self.step("investigator", "attribution_reviewed", sign="second", verdict="one subscription")
        self.step("victim_worker", "household_children_check", children="one, at school")
        self.move("action_plan")
        self.step("victim_worker", "safeguarding_plan", document=pdf("plan.pdf"))
        self.step(
            "investigator",
            "suspect_suicide_risk_plan",
            sign="supervisor",
            contact="a doctor",
            first_night="kin",
        )
        self.step("investigator", "arrest_search_plan", sign="commander", document=pdf("search.pdf"))
        self.did("investigator", "facts/", name="suspect_identified", value="yes")
        self.move("examination")
        self.step("evidence", "device_scan", exhibits="1", tool="a scanner")
        other = self.second_evidence_handler()
        self.step("evidence", "two_person_review", sign=other)
        self.step("investigator", "victim_identification", result="nobody new")
        self.move("interview")
        self.step("victim_worker", "plan_with_child_service", sign="supervisor", reason="not heard again")
        self.move("pg_referral")

    def second_evidence_handler(self) -> str:
        """A stand-in: the supervisor lends the role to the second investigator for a week."""
        until = (clock.now() + timedelta(days=7)).astimezone(clock.zone()).strftime("%Y-%m-%dT%H:%M")
        user = self.people["second"]
        self.did("supervisor", "staff/", user=str(user.pk), role="evidence_handler", until=until)
        return "second"

    def clear_interrupts(self) -> None:
        """Take what an open interrupt asks for, then clear it as the policy wants."""
        asks = {
            "child_at_immediate_risk": ("safeguarding_decision", {"measure": "seen", "reason": "at once"}),
            "self_harm_signal": ("welfare_plan", {"who_is_with_them": "kin"}),
            "missing_child": ("exploitation_enquiry", {"reason": "an enquiry is open"}),
            "suspect_is_child": ("youth_handover", {"to": "the youth service"}),
        }
        for one in Interrupt.objects.filter(lead=self.lead, cleared_at=None):
            step, fields = asks[one.kind]
            self.step("supervisor", step, **fields)
            stated = dict.fromkeys(
                interrupts.defined(one.kind).clear_needs, "the child service saw the child"
            )
            interrupts.clear_interrupt(actor=self.people["supervisor"], interrupt=one, stated=stated)

    def build(self, who: str = "investigator") -> Dossier:
        """Build the dossier; the worker does it."""
        self.did(who, "dossiers/")
        run(until_empty=True)
        return Dossier.objects.filter(case=self.case).latest("number")

    def to_prosecutor(self) -> Dossier:
        """Sealed, carried by the policy's record, signed, sent."""
        self.step("investigator", "evidence_checklist", offence="invented 1", evidence="complete")
        made = self.build()
        self.step("investigator", "file_to_pgo", sign="supervisor", dossier=str(made.pk))
        self.did("investigator", f"dossiers/{made.pk}/send/")
        self.move("outcome")
        return made

    def to_closed(self) -> None:
        """Decided, the child told first, the sender told, settled, closed."""
        self.did(
            "prosecutor",
            "outcome/",
            outcome="charged",
            reason="the evidence holds",
            charges="invented charge 1",
        )
        self.step("victim_worker", "tell_child_first", told_by="Zeyna", told_how="at home")
        self.step("liaison", "feedback_to_sender", to="the sender")
        self.clear_interrupts()
        self.move("closure")
        self.step("victim_worker", "reintegration_decided", sign="supervisor", reason="school goes on")
        self.step("evidence", "evidence_disposal_set", sign="supervisor", reason="kept until judgment")
        self.step("investigator", "case_closed", sign="supervisor", reason="all is done")
        self.did("supervisor", "close/")

    def whole(self) -> Dossier:
        """All of it."""
        self.open().staff()
        self.to_attribution()
        self.to_referral()
        made = self.to_prosecutor()
        self.to_closed()
        return made
