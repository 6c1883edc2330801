"""Commands for authors of modules."""

from __future__ import annotations

from pathlib import Path

import click


def register(cli: click.Group) -> None:
    """Add the commands to `mms`."""
    cli.add_command(new_module)
    cli.add_command(check_module)


@click.command("new-module")
@click.argument("name")
@click.option("--title", required=True, help="What it is called in English.")
@click.option("--title-ka", required=True, help="What it is called in Georgian.")
@click.option("--path", default="", help="The part of the address; the name by default.")
@click.option("--into", default=".", type=click.Path(path_type=Path), help="Folder to write into.")
def new_module(name: str, title: str, title_ka: str, path: str, into: Path) -> None:
    """Make a new module outside the tree, ready to install with pip."""
    from mms_core.authoring.new import new_module as make

    try:
        folder = make(name, into, title=title, title_ka=title_ka, path=path)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{folder} is written. Next: pip install -e {folder}, mms migrate,")
    click.echo(f"mms check-module {name}.")


@click.command("check-module")
@click.argument("name")
def check_module(name: str) -> None:
    """Check an installed module against the contract; ends with 1 when something is wrong."""
    from mms_core.authoring.check import check_module as check

    problems = check(name)
    for problem in problems:
        click.echo(f"- {problem}", err=True)
    click.echo(f"{name}: {len(problems)} problems." if problems else f"{name} keeps the contract.")
    raise SystemExit(1 if problems else 0)
