"""What lies sealed, opened with a reason: a reported child's record, a referral's own bytes."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from faru.desk import unit
from faru.desk.journal.acting import Act, Refused, action
from faru.desk.referrals.models import Referral, ReportedChild
from faru.desk.referrals.reading import options
from faru.desk.referrals.receiving import raw_bytes, raw_stream
from faru.formats import letter
from faru.formats.intake import read_batches
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission


@action(Permission.CHILD_REVEAL, Action.CHILD_REVEAL)
def reveal_child(act: Act, *, child: ReportedChild, reason: str, words: str = "") -> dict[str, Any]:
    """The record of a reported child, once. The lead's owner is told."""
    _stated("reveal_child", reason)
    record = child.body
    lead = child.referral.lead
    if lead is not None:
        type(lead).objects.filter(pk=lead.pk).update(news_at=act.at)
    about = [child.id, child.referral_id, *([lead.id] if lead else [])]
    act.about(*about).under(child.subject_id).say(
        f"{child.label} of a referral was opened.", reason=reason, words=words
    )
    return record


@action(Permission.RAW_OPEN, Action.RAW_OPEN)
def open_raw(act: Act, *, referral: Referral, reason: str, words: str = "") -> bytes:
    """A referral's own bytes, once. Raises Refused where they are not kept."""
    _stated("open_raw", reason)
    raw = own_bytes(referral)
    if raw is None:
        raise Refused(_("Its bytes are not kept: only their hash is."))
    act.about(referral.id, *([referral.lead_id] if referral.lead_id else [])).under(referral.subject_id).say(
        f"The bytes of referral {referral.number or 'without a number'} of {referral.sender} were opened.",
        reason=reason,
        words=words,
        sha256=referral.sha256,
    )
    return raw


@action(Permission.RAW_OPEN, Action.RAW_OPEN)
def open_letter(act: Act, *, referral: Referral, reason: str, words: str = "") -> bytes:
    """The letter beside a keyed form, once. Raises Refused where it is not kept."""
    _stated("open_raw", reason)
    beside = None
    if referral.format == letter.NAME:
        beside = referral.file.parts.filter(listing=True).first()
    if beside is None:
        raise Refused(_("The letter itself is not kept: only what was keyed of it, and its hash."))
    act.about(referral.id, *([referral.lead_id] if referral.lead_id else [])).under(referral.subject_id).say(
        f"The letter of referral {referral.number or 'without a number'} of {referral.sender} was opened.",
        reason=reason,
        words=words,
        sha256=beside.sha256,
    )
    return raw_bytes(beside)


def own_bytes(referral: Referral) -> bytes | None:
    """A referral's own bytes, found again in the file it came with; None where they are not kept."""
    found: list[bytes] = []

    def look(sha256: str, raw: bytes) -> None:
        if sha256 == referral.sha256 and not found:
            found.append(raw)

    chosen = replace(options(), own_bytes=look)
    for part in referral.file.parts.filter(listing=False):
        with raw_stream(part) as stream:
            for _batch in read_batches(part.name, stream, chosen):
                if found:
                    return found[0]
    return None


def _stated(purpose: str, reason: str) -> None:
    if reason not in {one.id for one in unit.pack().reasons.get(purpose, ())}:
        raise Refused(_("Choose a reason: it stands in the ledger."), "reason")
