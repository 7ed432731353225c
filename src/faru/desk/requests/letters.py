"""What goes to the carrier: the letter as PDF, its lines as CSV. Once approved, the same bytes each time."""

import io
from datetime import datetime, timedelta

from faru.desk import clock, unit
from faru.desk.look.printing import STRICTEST
from faru.desk.requests.lines import as_asked, carrier_of, questions
from faru.desk.requests.models import LegalRequest, RequestLine
from faru.mainjob.requests import Question, window, write_table
from faru.packs.letters import LetterData, LetterLine, Signed, render
from faru.paper import Pdf


def letter_pdf(request: LegalRequest, lines: list[RequestLine]) -> Pdf:
    """The letter, dated its approval; a draft is dated today and says that it is one. Raises PaperFault.

    The request comes with its people, the lines with their observations and referrals.
    """
    carrier = carrier_of(request.carrier)
    if carrier is None:
        raise LookupError(f"The pack has no carrier {request.carrier} any more.")
    pack, at = unit.pack(), as_of(request)
    hours = carrier.turnaround_hours
    contact = next((one for one in pack.contacts if one.id == carrier.contact), None)
    reached = (contact.name, contact.email, contact.phone) if contact is not None else ()
    data = LetterData(
        unit=unit.current().name,
        number=request.number,
        to=(carrier.name, *(part for part in reached if part)),
        handling=handling(lines),
        zone=pack.zone,
        lines=tuple(_line(one, carrier.tolerance_s) for one in questions(lines, at)),
        tolerance_s=carrier.tolerance_s,
        log_zone=carrier.log_zone,
        answer_by=at + timedelta(hours=hours) if hours is not None and request.approved_at else None,
        drafter=Signed(name=request.drafted_by.display_name, at=request.drafted_at),
        approver=None
        if request.approved_by is None
        else Signed(name=request.approved_by.display_name, at=request.approved_at),
    )
    return render(pack.letter(request.letter), data, at)


def lines_csv(request: LegalRequest, lines: list[RequestLine]) -> bytes:
    """The lines as a table for the carrier; cells that a spreadsheet would compute are neutralised."""
    carrier = carrier_of(request.carrier)
    if carrier is None:
        raise LookupError(f"The pack has no carrier {request.carrier} any more.")
    out = io.StringIO(newline="")
    write_table(as_asked(request, carrier, questions(lines, as_of(request))), out, clock.zone())
    return out.getvalue().encode("utf-8", "replace")


def as_of(request: LegalRequest) -> datetime:
    """The moment that letter and table speak of: their approval, or now for a draft."""
    return request.approved_at or clock.now()


def handling(lines: list[RequestLine]) -> str:
    """The strictest code of the referrals asked about; what a sender did not state is said."""
    codes = {line.observation.referral.tlp for line in lines if not line.left_out}
    strictest = next((code for code in STRICTEST if code in codes), None)
    words = [f"TLP:{strictest}"] if strictest else []
    return " · ".join(words + (["handling code not stated by every sender"] if "" in codes else []))


def _line(question: Question, tolerance_s: int) -> LetterLine:
    seen = question.observation
    return LetterLine(
        id=question.id,
        address=seen.address or "",
        port=seen.port,
        at=question.utc,
        precision_s=question.at.precision_s,
        window=window(question, tolerance_s),
        protocol=seen.protocol,
        destination=seen.destination,
    )
