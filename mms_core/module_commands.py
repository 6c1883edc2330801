"""`mms <module> ...`: what modules contribute with `mms_commands`, imported only when asked for."""

from __future__ import annotations

import click

from mms_core.config import Settings


class WithModules(click.Group):
    """The commands of the core, and behind a module's name those of the module."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command of the core, else a module of this name."""
        return super().get_command(ctx, cmd_name) or commands_of(cmd_name)


def commands_of(module: str) -> click.Group | None:
    """Give a module's commands, which run inside the application; None for no such module."""
    from mms_core.modules import discover

    loaded = discover().loaded.get(module)
    if loaded is None or not loaded.commands:
        return None
    group = click.Group(module, help=f"Commands of the module {module}.", callback=_enter)
    for command in loaded.commands:
        group.add_command(command)
    return group


@click.pass_context
def _enter(ctx: click.Context) -> None:
    """Make the application, bound to the nation; a command that writes binds and commits."""
    from mms_core import db as database
    from mms_core.app import create_app

    ctx.with_resource(create_app(Settings.from_env()).app_context())
    database.bind(database.NATION)
