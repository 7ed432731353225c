"""Dossiers: built in the background at a sealed checkpoint, verified at once, sent as the policy allows."""

import hashlib
from uuid import UUID

from django.utils.translation import gettext as _

from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.cases import casefile, state, tasks
from faru.desk.cases.models import Case, Dossier
from faru.desk.cases.seeing import held, seen
from faru.desk.ids import new_id
from faru.desk.journal.acting import Act, Refused, action, note
from faru.desk.journal.sealing import seal_now
from faru.desk.vault import files
from faru.desk.work.jobs import running, start
from faru.desk.work.models import Job, JobState
from faru.dossier.build import DossierRefused, build_bytes
from faru.dossier.verify import Report, verify_bytes
from faru.ledger import verify as ledger
from faru.ledger.entries import LedgerError
from faru.ledger.keys import fingerprint_words
from faru.ledger.tags import Action
from faru.policy import Standing
from faru.vocabulary.permissions import Permission

KIND = "dossier"
"""The kind of its job."""


@action(Permission.DOSSIER_BUILD, Action.DOSSIER_BUILD)
def build_dossier(act: Act, *, case: Case) -> Job:
    """Ask for a dossier of the case as it stands; it is built in the background."""
    case = held(act, case)
    if running(KIND, case.pk) is not None:
        raise Refused(_("A dossier of this case is being built: wait for it."))
    job = start(tasks.build_dossier, kind=KIND, thing=case.pk, by=act.actor)
    act.about(case.id).say("A dossier was asked for.")
    return job


def last_job(case: Case) -> Job | None:
    """The newest building of a dossier, while it goes on or where it failed."""
    job = Job.objects.filter(kind=KIND, thing=case.pk).first()
    return None if job is None or job.state == JobState.DONE else job


def build_now(*, actor: User, case: Case, tick: casefile.Tick) -> Dossier:
    """Seal the ledger, build, verify, keep. Raises Refused with what is to be mended."""
    case = seen(actor, case)
    signer = unit.current().signer()
    number = case.dossiers.count() + 1
    try:
        seal_now()
        filled = casefile.fill(case, actor, signer.public.text(), clock.now(), tick)
        data, _absent = build_bytes(filled.file, filled.excerpt, signer)
    except (DossierRefused, LedgerError) as error:
        raise Refused(str(error)) from error
    report = verify_bytes(data, f"{case.number}, dossier {number}", signer.public)
    dossier_id = new_id()
    folder = unit.current().dossiers
    files.write(folder, dossier_id, case.subject_id, data)
    try:
        made = _keep(
            actor=actor,
            case=case,
            dossier_id=dossier_id,
            number=number,
            data=data,
            checkpoint=ledger.read_checkpoint(filled.excerpt.checkpoint).size,
            words=" ".join(fingerprint_words(signer.public)),
            report=report,
        )
    except BaseException:
        files.path_of(folder, dossier_id).unlink(missing_ok=True)
        raise
    seal_now()
    return made


@action(Permission.DOSSIER_BUILD, Action.DOSSIER_SEAL)
def _keep(
    act: Act,
    *,
    case: Case,
    dossier_id: UUID,
    number: int,
    data: bytes,
    checkpoint: int,
    words: str,
    report: Report,
) -> Dossier:
    case = held(act, case)
    if case.dossiers.filter(number=number).exists():
        raise Refused(_("Another dossier was sealed in the meantime."))
    made = Dossier(
        id=dossier_id,
        case=case,
        subject_id=case.subject_id,
        number=number,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        checkpoint=checkpoint,
        words=words,
        checks=[[one.name, one.holds, one.sentence] for one in report.checks],
        valid=report.valid,
        built_at=act.at,
        built_by=act.actor,
    )
    made.save(force_insert=True)
    act.about(case.id, made.id).say(
        "The dossier is sealed.", number=number, sha256=made.sha256, checkpoint=checkpoint
    )
    return made


@action(Permission.DOSSIER_BUILD, Action.DOSSIER_SEND)
def send_dossier(act: Act, *, dossier: Dossier) -> Dossier:
    """Give a dossier to the prosecutor: once a record of the policy carries it and stands."""
    case = held(act, dossier.case, open_only=True)
    dossier = Dossier.objects.select_related("sent_by").get(pk=dossier.pk)
    if dossier.sent_at is not None:
        who = _("somebody") if dossier.sent_by is None else dossier.sent_by.display_name
        raise Refused(_("This dossier was sent already, by %(who)s.") % {"who": who})
    if not dossier.valid:
        raise Refused(_("This dossier does not verify: build it again."))
    judged = state.state_of(case, act.at)
    carried = any(
        one.standing is Standing.DONE and one.record.document == dossier.sha256 for one in judged.records
    )
    if not carried:
        raise Refused(
            _("First a step of the policy carries this dossier and is signed; then it can be sent.")
        )
    Dossier.objects.filter(pk=dossier.pk).update(sent_at=act.at, sent_by=act.actor)
    Case.objects.filter(pk=case.pk).update(sent_at=act.at)
    act.about(case.id, dossier.id).say(
        "The dossier was sent to the prosecutor.", number=dossier.number, sha256=dossier.sha256
    )
    dossier.refresh_from_db()
    return dossier


def open_dossier(*, viewer: User, dossier: Dossier) -> bytes:
    """The ZIP, once the reading is in the ledger. Raises Refused where it is not what was sealed."""
    note(viewer, Action.DOSSIER_READ, dossier.case_id, dossier.id, number=dossier.number)
    data = files.read(unit.current().dossiers, dossier.id, dossier.subject_id)
    if hashlib.sha256(data).hexdigest() != dossier.sha256:
        raise Refused(_("The bytes of this dossier are not those that were sealed: tell the administrator."))
    return data
