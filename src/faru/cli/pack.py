"""`faru pack check`: everything that is wrong with a country's pack, with file, line and mend."""

from typing import Annotated

import typer

from faru.cli.output import REFUSED, print_json, say, stop


def pack_check(
    pack: Annotated[str, typer.Argument(metavar="DIR|NAME", help="A pack's folder, or a shipped pack.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Check a pack: schemas, names that nothing answers to, stages, roles, clocks, rules, carriers.

    Exit 0 where it can be used (warnings are allowed), 1 where it has errors, 2 where there is no pack.

    \b
    Example:
      faru pack check demo
      faru pack check --json ./our-pack
    """
    from faru.packs import PackFault, Severity, check

    try:
        found = check(pack)
    except PackFault as fault:
        raise stop(str(fault)) from None
    errors = sum(one.severity is Severity.ERROR for one in found)
    warnings = len(found) - errors
    if as_json:
        print_json(
            {
                "pack": pack,
                "usable": not errors,
                "errors": errors,
                "warnings": warnings,
                "findings": [
                    {
                        "file": one.file,
                        "line": one.line,
                        "severity": one.severity.value,
                        "sentence": one.sentence,
                    }
                    for one in found
                ],
            }
        )
    else:
        for one in found:
            typer.echo(f"{one.severity.value}: {one}")
        verdict = "cannot be used" if errors else "can be used"
        say(f"The pack {pack} {verdict}: {errors} errors, {warnings} warnings.")
    if errors:
        raise typer.Exit(REFUSED)
