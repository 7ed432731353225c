"""The table of verbs."""

import sys

import typer

from faru.cli.answer import answer
from faru.cli.attribute import attribute
from faru.cli.backup import backup, restore
from faru.cli.demo import demo
from faru.cli.desk import init, serve, worker
from faru.cli.dossier import dossier_verify
from faru.cli.ingest import ingest
from faru.cli.leads import leads
from faru.cli.ledger import ledger_verify
from faru.cli.move_database import move_database
from faru.cli.output import UNUSABLE, say
from faru.cli.pack import pack_check
from faru.cli.triage import evaluate
from faru.cli.unit import SCOPES
from faru.cli.users import user_add, user_disable, user_enable, user_reset_second_factor

app = typer.Typer(
    name="faru",
    help="From a foreign alert to a prosecutor's file and a safe child. Metadata, hashes and paperwork only.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with values must not end in a log
    rich_markup_mode=None,
)
app.command("demo")(demo)
app.command("init")(init)
app.command("serve")(serve)
app.command("worker")(worker)
app.command("backup")(backup)
app.command("restore")(restore)
app.command("move-database")(move_database)
app.command("ingest")(ingest)
app.command("answer")(answer)
app.command("leads")(leads)
app.command("attribute")(attribute)

ledger = typer.Typer(help="The append-only log of everything that was done.", no_args_is_help=True)
ledger.command("verify")(ledger_verify)
app.add_typer(ledger, name="ledger")

dossier = typer.Typer(help="The sealed file for the prosecutor.", no_args_is_help=True)
dossier.command("verify")(dossier_verify)
app.add_typer(dossier, name="dossier")

pack = typer.Typer(help="One country's law, policy, rules and carriers.", no_args_is_help=True)
pack.command("check")(pack_check)
app.add_typer(pack, name="pack")

triage = typer.Typer(help="The order of the queue, measured.", no_args_is_help=True)
triage.command("evaluate")(evaluate)
app.add_typer(triage, name="triage")

user = typer.Typer(help="Who works here.", no_args_is_help=True)
user.command("add")(user_add)
user.command("disable")(user_disable)
user.command("enable")(user_enable)
user.command("reset-second-factor")(user_reset_second_factor)
app.add_typer(user, name="user")


@app.callback()
def _verbs() -> None:
    """Nothing to set for all verbs."""


def _of_the_machine(fault: Exception) -> str | None:
    """What to say where the disk is full or the database gone; None for every other fault."""
    if "django.db" not in sys.modules:  # no command of a unit
        return None
    from faru.desk import faults

    known = faults.of(fault)
    return None if known is None else known.sentence


def run() -> None:
    """The console script. An interrupted command says so in one line, and so does one that can't print."""
    if sys.stdout is None or sys.stderr is None:  # closed by the caller
        sys.exit(UNUSABLE)
    try:
        with SCOPES:
            app()
    except KeyboardInterrupt:
        say("Stopped.")
        sys.exit(UNUSABLE)
    except Exception as fault:
        said = _of_the_machine(fault)
        if said is not None:
            say(said)
            sys.exit(UNUSABLE)
        if not isinstance(fault, OSError):
            raise
        say(f"The answer could not be written: {fault.strerror or fault}.")
        sys.stdout = None  # nothing may be flushed into it again on the way out
        sys.exit(UNUSABLE)
