"""What Flask keeps of this request, for the few functions that a page calls a hundred times.

Each look through `g.tenant` or `request.path` asks a proxy, which costs more than what is looked
for; on a page that made an eighth of the time. These give the thing itself, to be looked at several
times within one function. RuntimeError outside of a request or an application, as from the proxies.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from flask import Flask, Request, current_app, g, request
from flask.ctx import AppContext, RequestContext, _AppCtxGlobals
from flask.globals import app_ctx, request_ctx

# Werkzeug's own way from a proxy to what it stands for in the thread that asks.
_itself = attrgetter("_get_current_object")

given: Callable[[], _AppCtxGlobals] = _itself(g)
asked: Callable[[], Request] = _itself(request)
application: Callable[[], Flask] = _itself(current_app)
context: Callable[[], AppContext] = _itself(app_ctx)
matching: Callable[[], RequestContext] = _itself(request_ctx)


def number() -> int:
    """Number the application's context: what a database session lives as long as."""
    return id(context())
