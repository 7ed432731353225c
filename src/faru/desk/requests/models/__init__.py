"""Requests to carriers: what was asked, who approved it, what was answered, what that proves."""

from faru.desk.requests.models.answer import Answer, AnswerState, CoverageRow, Part
from faru.desk.requests.models.request import LIVE, LeftOut, LegalRequest, RequestLine, RequestState, Served
from faru.desk.requests.models.verdict import VerdictRow

__all__ = [
    "LIVE",
    "Answer",
    "AnswerState",
    "CoverageRow",
    "LeftOut",
    "LegalRequest",
    "Part",
    "RequestLine",
    "RequestState",
    "Served",
    "VerdictRow",
]
