"""Reading an answer: outside any transaction, then one action that notes what came of it."""

import shutil
from collections.abc import Callable
from typing import Final

from faru.attribution.coverage import read_coverage
from faru.attribution.delivered import Unusable
from faru.attribution.moments import moment
from faru.attribution.store import Delivery, ImportReport, import_records
from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.requests import answering, trial
from faru.desk.requests.clear import laid_open, without_place
from faru.desk.requests.models import Answer, AnswerState, Part
from faru.desk.requests.trial import Trial

Tick = Callable[[int, int], None]
STORE: Final = "records.parquet"


def try_answer(actor: User, answer: Answer, tick: Tick) -> None:
    """Read a file on trial: records into a store that is thrown away, coverage row by row."""
    if answer.state == AnswerState.IMPORTED or not answer.kept:
        return
    if answer.part == Part.COVERAGE:
        take_coverage(actor, answer)
        return
    with laid_open(answer) as path:
        try:
            report = import_records(
                [Delivery(path=path, carrier=answer.request.carrier)],
                path.with_name("trial.parquet"),
                path.with_name("rejects.csv"),
                progress=tick,
            )
        except Unusable as fault:
            answering.note_broken(actor=actor, answer=answer, fault=without_place(str(fault), path))
            return
        found = trial.make(report, path, path.with_name("rejects.csv"), _line_ids(answer))
    answering.note_trial(actor=actor, answer=answer, trial=found)


def take_over(actor: User, answer: Answer, tick: Tick) -> None:
    """Read the records into DATA/records, where verdicts look them up. May run twice."""
    if answer.state == AnswerState.IMPORTED:
        return
    folder = unit.current().records / str(answer.id)
    shutil.rmtree(folder, ignore_errors=True)  # what a killed run left
    try:
        found, rejects = _import(answer, tick)
        answering.note_import(
            actor=actor, answer=answer, trial=found, store=f"{answer.id}/{STORE}", rejects=rejects
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _import(answer: Answer, tick: Tick) -> tuple[Trial, bytes]:
    with laid_open(answer) as path:
        rejects = path.with_name("rejects.csv")
        report: ImportReport = import_records(
            [Delivery(path=path, carrier=answer.request.carrier)],
            unit.current().records / str(answer.id) / STORE,
            rejects,
            progress=tick,
        )
        return trial.make(report, path, rejects, _line_ids(answer)), rejects.read_bytes()


def take_coverage(actor: User, answer: Answer) -> None:
    """Read a table of declared coverage: `address_or_prefix, from, to`."""
    with laid_open(answer) as path:
        try:
            table, rejects = read_coverage(path)
        except Unusable as fault:
            answering.note_broken(actor=actor, answer=answer, fault=without_place(str(fault), path))
            return
    declared = [(str(row.block), moment(row.start), moment(row.end), row.source) for row in table.rows]
    answering.note_coverage(
        actor=actor, answer=answer, declared=declared, rejects=[[one.row, one.reason] for one in rejects]
    )


def _line_ids(answer: Answer) -> list[str]:
    return list(answer.request.lines.values_list("line_id", flat=True))
