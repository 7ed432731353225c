"""One delivered file as the answer to several requests: its bytes and its record store are there once.

A carrier that was asked in many letters often sends one table for all. What an officer says of it is said for
each request: that this very file answers it too. The second answer cites the first, and shares its store.
"""

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from faru.desk.accounts.models import User
from faru.desk.ids import new_id
from faru.desk.journal.acting import Act, Refused, action
from faru.desk.requests import trial as trials
from faru.desk.requests.actions import held, leads_of
from faru.desk.requests.answering import answered
from faru.desk.requests.clear import laid_open
from faru.desk.requests.models import Answer, AnswerState, CoverageRow, LegalRequest, Part
from faru.desk.requests.trial import Trial, stored
from faru.desk.vault import keys
from faru.desk.vault.models import SubjectKind
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission


def answers_too(actor: User, answer: Answer, request: LegalRequest) -> Answer:
    """Say that a file that was taken over answers another request to its carrier as well."""
    first = Answer.objects.select_related("same_as", "request").get(pk=answer.pk).first
    found = trials.shown(first.report)
    if found is not None and found.echoes:  # which lines it repeats differs from request to request
        with laid_open(first) as path:
            seen = trials.echoed(path)
        known = set(request.lines.values_list("line_id", flat=True))
        found = replace(found, answered=len(seen & known), strange=len(seen - known))
    return share_answer(actor=actor, answer=first, request=request, trial=found)


@action(Permission.REQUEST_ANSWER, Action.RECORDS_IMPORT)
def share_answer(act: Act, *, answer: Answer, request: LegalRequest, trial: Trial | None) -> Answer:
    """The other request's answer: the same bytes, the same store, the same declarations of coverage."""
    request = held(request)
    first = Answer.objects.select_related("request").get(pk=answer.pk)
    if not request.out:
        raise Refused(_("An answer belongs to a request that was served."))
    if first.state != AnswerState.IMPORTED or first.same_as_id is not None:
        raise Refused(_("Take the file over for its own request first."))
    if first.request.carrier != request.carrier:
        raise Refused(_("The file is another carrier's."))
    shared = Answer(
        id=new_id(),
        request=request,
        subject=keys.new_subject(SubjectKind.FILE),
        same_as=first,
        position=(request.answers.aggregate(last=Max("position"))["last"] or 0) + 1,
        part=first.part,
        state=AnswerState.IMPORTED,
        name=first.name,
        sha256=first.sha256,
        size=first.size,
        received_at=first.received_at,
        received_by=act.actor,
        read_at=act.at,
        rows=first.rows,
        rejected=first.rejected,
        overlaps=first.overlaps,
        report=None if trial is None else stored(trial),
        store=first.store,
        rejects=first.rejects,
    )
    try:
        with transaction.atomic():
            shared.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("This file stands under the request already.")) from None
    for row in first.coverage.all():
        CoverageRow.objects.get_or_create(
            request=request,
            addresses=row.addresses,
            start=row.start,
            end=row.end,
            record_kind=row.record_kind,
            defaults={
                "answer": shared,
                "subject_id": request.subject_id,
                "source": row.source,
                "stated_by": act.actor,
                "at": act.at,
            },
        )
    if first.part == Part.RECORDS:
        answered(act, request)
    act.about(shared.id, first.id, request.id, *leads_of(request)).under(shared.subject_id).say(
        f"File {first.position} of the answer to request {first.request.number} answers request "
        f"{request.number} too.",
        sha256=first.sha256,
        part=first.part,
        rows=first.rows,
    )
    return shared
