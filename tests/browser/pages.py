"""Every page that a person opens, who opens it here, and where it lies in the worked office.

Every address of the desk is a page of `PAGES` or stands in `NOT_PAGES`: a new one that does neither fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.browser.office import Office

from faru.desk import clock
from faru.desk.cases import papers
from faru.desk.cases.contents import Upload
from faru.desk.cases.models import Case
from faru.desk.duty.actions import make_promise, sign_handover
from faru.desk.journal.sealing import seal_now
from faru.desk.referrals.models import Lead, Observation, ReportedChild
from faru.desk.referrals.reading import options, read_received
from faru.desk.referrals.receiving import receive_file
from faru.desk.requests import actions as asking
from faru.desk.requests import choosing
from faru.desk.requests.lines import digest
from faru.desk.requests.models import LegalRequest, VerdictRow


@dataclass(frozen=True)
class Shown:
    """One page: what its picture is called, who opens it, its address and the words in it, its question."""

    called: str
    who: str
    name: str
    words: dict[str, str]
    query: str = ""

    def path(self, found: dict[str, str]) -> str:
        """Where it lies; `found` has what the words stand for."""
        return reverse(self.name, kwargs={key: found[word] for key, word in self.words.items()}) + self.query


def _shown(line: str) -> Shown:
    called, who, name, words, *query = line.split()
    pairs = dict(pair.split("=") for pair in words.split(",")) if words != "-" else {}
    return Shown(called, who, name, pairs, *query)


PAGES = [
    _shown(line)
    for line in """
    today aisha today -
    today-supervisor nadia today -
    today-prosecutor ali today -
    today-auditor omar today -
    today-administrator sana today -
    leads aisha leads -
    leads-closed aisha leads - ?show=closed
    lead aisha lead number=danger
    lead-verdicts hassan lead number=worked
    lead-port hassan lead number=port
    referral aisha referral referral_id=referral
    intake aisha intake -
    letter aisha letter -
    map aisha map_new file_id=table
    search aisha search -
    requests hassan requests -
    request-draft nadia request number=drafted
    request-approved hassan request number=approved
    request-awaited hassan request number=awaited
    request-verdicts hassan request number=answered
    cases hassan cases -
    cases-closed hassan cases - ?show=closed
    cases-auditor omar cases -
    case hassan case number=case
    case-supervisor nadia case number=case
    case-step hassan case_step number=case,step=step
    case-skip nadia case_skip number=case,step=step
    case-fact hassan case_fact number=case
    case-event hassan case_event number=case
    case-person hassan case_person number=case
    case-document hassan case_document_add number=case
    case-note hassan case_note number=case
    case-staff nadia case_staff number=case
    handover aisha handover -
    handover-incoming nadia handover -
    handover-signed nadia handover_one handover_id=handover
    administration sana administration -
    account sana user_roles user_id=user
    demo - demo -
    sign-in - account_login -
    """.strip().splitlines()
]

_NOT_PAGES = """
    home health language job demo_enter account_logout account_reauthenticate account_change_password
    mfa_index mfa_authenticate mfa_reauthenticate mfa_activate_totp mfa_deactivate_totp
    mfa_view_recovery_codes mfa_generate_recovery_codes mfa_download_recovery_codes mfa_list_webauthn
    mfa_add_webauthn mfa_reauthenticate_webauthn mfa_remove_webauthn mfa_edit_webauthn user_add
    user_disable user_enable user_reset intake_read referral_raw referral_letter referral_reveal lead_claim
    lead_let_go lead_wait lead_close lead_reopen lead_override lead_join lead_part lead_undo
    interrupt_raise interrupt_take interrupt_clear request_new request_lines request_approve
    request_refuse request_withdraw request_serve request_close request_letter request_table
    request_rejects request_answer request_dry_run request_import request_coverage request_coverage_drop
    request_resolve case_open case_sign case_move case_referrals case_document case_dossier_build
    case_dossier case_dossier_send case_outcome case_close handover_sign handover_accept promise_add
    promise_keep
"""
NOT_PAGES = frozenset(_NOT_PAGES.split())
"""Acts, downloads, parts of pages; and pages of passwords and second factors: test_signing_in walks those."""


def addresses(of: URLResolver | None = None) -> Iterator[str]:
    """The name of every address of the desk."""
    for one in (of or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            yield str(one.name)
        else:
            yield from addresses(one)


def furnish(office: Office) -> dict[str, str]:
    """Let there be something on every page; what the words of addresses stand for."""
    people = office.people
    aisha, hassan = people["aisha"], people["hassan"]
    table = receive_file(actor=aisha, name="new.csv", data=b"who,when\nreef_7,2026-03-01T00:00:00Z\n")
    read_received(table, aisha, options())
    case = Case.objects.get()
    papers.add_note(actor=hassan, case=case, text="The school was told, 8 March.")
    papers.add_document(actor=hassan, case=case, upload=Upload("letter.txt", b"A paper.\n"))
    make_promise(
        actor=aisha, whom="A school", about="what comes next", due_at=clock.now() + timedelta(hours=2)
    )
    handover = sign_handover(actor=aisha, words="The carrier calls back at 9.")
    seal_now()
    child = ReportedChild.objects.order_by("id")[0]
    verdicts = VerdictRow.objects.filter(current=True).select_related("observation__referral__lead")
    return _requests(office) | {
        "danger": Lead.objects.in_order()[0].number,
        "worked": verdicts.filter(kind="unique")[0].observation.referral.lead.number,
        "port": verdicts.filter(kind="port_missing")[0].observation.referral.lead.number,
        "referral": str(child.referral_id),
        "address": Observation.objects.filter(of_child=False).exclude(address="").order_by("id")[0].address,
        "table": str(table.pk),
        "answered": LegalRequest.objects.filter(state="answered").order_by("number")[0].number,
        "case": case.number,
        "step": "attribution_reviewed",
        "handover": str(handover.pk),
        "user": str(people["ibrahim"].pk),
    }


def _requests(office: Office) -> dict[str, str]:
    """Three more requests: one drafted, one approved, one served."""
    hassan, nadia = office.people["hassan"], office.people["nadia"]
    rows = list(choosing.askable(hassan).exclude(at=None).order_by("id"))
    found = {}
    for word in ("drafted", "approved", "awaited"):
        carrier = rows[0].carrier
        own, rows = rows[:1], rows[1:]
        request = asking.draft_request(actor=hassan, carrier=carrier, observations=own)
        if word != "drafted":
            seen = digest(request, request.lines.all())
            request = asking.approve_request(actor=nadia, request=request, seen=seen)
        if word == "awaited":
            asking.serve_request(actor=hassan, request=request, how="email")
        found[word] = request.number
    return found
