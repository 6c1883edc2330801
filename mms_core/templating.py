"""Jinja as this house uses it: rows are dictionaries, and what was compiled once is kept."""

from __future__ import annotations

import sys
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from pathlib import Path
from types import FunctionType
from typing import Any, TypeGuard

import jinja2
import markupsafe
from flask import Flask
from flask.templating import Environment
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.idtracking import Symbols
from jinja2.nodes import Call, Const, EvalContext, Expr, For, Name, Node, Output
from jinja2.runtime import Context, Macro
from markupsafe import Markup

METHODS = frozenset(dir(dict))
WANTS = "jinja_pass_arg"  # by which Jinja marks what wants a part of the context
OF_MACROS = vars(Macro.__call__)[WANTS]  # they want to know whether text is escaped
FEW = 3  # pieces that are not worth gathering are fewer
WRITTEN = 3  # of `Written`: another number has all templates compiled anew


class Calls(Context):
    """Calls functions and macros, of which a page calls seventy, at once.

    Jinja asks each, and its `__call__`, whether it wants a part of the context. Nothing else
    differs, but that a StopIteration is an error here, as it is in every generator.
    """

    def call(self, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call something with what it is given and the part of the context that it wants."""
        kind = type(obj)
        if kind is FunctionType:
            wants = obj.__dict__.get(WANTS)
        elif kind is Macro:
            wants = OF_MACROS
        else:
            return super().call(obj, *args, **kwargs)
        if wants is not None and wants is not OF_MACROS:
            return super().call(obj, *args, **kwargs)
        if kwargs:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
        return obj(*args, **kwargs) if wants is None else obj(self.eval_ctx, *args, **kwargs)


class Written(CodeGenerator):
    """Writes templates that hand up few pieces, and markup as it is.

    Jinja has markup escaped, which copies it twice, and each piece goes through all templates that
    extend or include its own.
    """

    def visit(self, node: Node, *given: Any, **more: Any) -> Any:
        """Write a node; a message without values is said at once.

        A loop, or text with what is filled into it, goes as one piece.
        """
        frame = given[0] if given else None
        if frame is not None and _is_message(node, frame) and _says(self.environment):
            self.write(f"environment.said(context.eval_ctx, {node.args[0].as_const()!r})")
            return None
        if frame is None or frame.buffer is not None or not _is_gathered(node, frame):
            return super().visit(node, *given, **more)
        name, gathering = self.temporary_identifier(), frame.copy()
        gathering.buffer = name
        self.writeline(f"{name} = []")
        super().visit(node, gathering)
        self.writeline(f"yield concat({name})")
        return None

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("(_it if (_of := type(_it := ")

    def _output_child_post(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_post(node, frame, finalize)
        else:
            self.write(")) is Markup else environment.escaped(_it) if _of is str else escape(_it))")


def _says(environment: jinja2.Environment) -> bool:
    return isinstance(environment, Templates) and environment.said is not None


def _is_message(node: Node, frame: Frame) -> TypeGuard[Call]:
    """Tell whether a node is `_("...")`, of which a page has dozens, and `_` not its own name."""
    if not isinstance(node, Call) or not isinstance(node.node, Name) or node.node.name != "_":
        return False
    alone = len(node.args) == 1 and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
    return alone and isinstance(node.args[0], Const) and not _is_own("_", frame.symbols)


def _is_own(name: str, symbols: Symbols) -> bool:
    """Tell whether a template gives a name a meaning of its own at this place."""
    return name in symbols.stores or (symbols.parent is not None and _is_own(name, symbols.parent))


def _is_gathered(node: Node, frame: Frame) -> bool:
    if isinstance(node, Output):
        return len(node.nodes) >= FEW and not frame.require_output_check
    return isinstance(node, For)


class Templates(Environment):
    """Reads `row.title` of a dictionary directly; Jinja looks for an attribute first and fails."""

    context_class = Calls
    code_generator_class = Written
    said: Callable[[EvalContext, str], Markup | str] | None = None  # what `_` is in templates
    # As `escape` does, of text that is joined at once and needs no mark that it is escaped.
    escaped = staticmethod(vars(markupsafe)["_escape_inner"])

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give a template what all have.

        Jinja chains what it has of its own before that, which is nothing and costs each page.
        """
        return super().make_globals(d) if d else self.globals

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Give an attribute or, of a dictionary, what it has under that name."""
        if type(obj) is dict and attribute in obj and attribute not in METHODS:
            return obj[attribute]
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)


class Compiled(FileSystemBytecodeCache):
    """Keeps compiled templates in a folder; one that cannot be written is compiled next time."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write a compiled template, as far as there is room on the disk."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def compiled_in(folder: Path) -> Path:
    """Name the place of compiled templates in a folder of data."""
    return folder / f"templates-{jinja2.__version__}-{sys.implementation.cache_tag}-{WRITTEN}"


def set_up(app: Flask, folder: Path) -> None:
    """Use these templates, and keep compiled ones in `folder` for the next start.

    A template is compiled anew when its text changes. Where nothing can be written, nothing is
    kept.
    """
    app.jinja_environment = Templates
    place = compiled_in(folder)
    with suppress(OSError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        app.jinja_options = {**app.jinja_options, "bytecode_cache": Compiled(str(place))}
