"""Walks a site with broken modules and prints what a person sees; run by its test."""

from __future__ import annotations

import json
import sys
from typing import Any

import idea_kit

from mms_core import db as database
from mms_core.app import create_app
from mms_core.cases.models import Case
from mms_core.config import Settings
from mms_core.db import NATION, db
from mms_core.jobs import use_app
from mms_core.migrate import migrate
from mms_core.modules import discover
from mms_core.people import rules as people
from mms_core.switching.rules import Decision, switch
from mms_core.tenancy.rules import sync_default

SOUND, HALL = ("sound", "torn_listener", "torn_navigation"), "tskaltubo"


def main() -> None:
    settings, registry = Settings.from_env(), discover()
    migrate(settings, registry, say=lambda _line: None)
    app = create_app(settings)
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    use_app(app)
    with app.app_context():
        sync_default()
    modules = app.extensions["mms_modules"]
    with idea_kit.hall(app, HALL) as tenant:
        for name in (*SOUND, idea_kit.MODULE):
            if name in modules.loaded:
                switch(
                    modules, tenant.id, module=name, decision=Decision(state="on", decided_by="T")
                )
    client = app.test_client()
    seen: dict[str, Any] = {"quarantined": modules.quarantined}
    for address in ("/", f"/{HALL}/", f"/{HALL}/sound/", *sys.argv[1:]):
        seen[address] = client.get(address).status_code
    seen["idea"] = idea_kit.give(client, HALL).status_code
    with idea_kit.hall(app, HALL):
        seen["cases"] = [case.title for case in db.session.query(Case)]
        seen["half"] = db.session.execute(
            db.text("select count(*) from torn_listener.report")
        ).scalar()
        seen["told"] = db.session.execute(db.text("select count(*) from sound.report")).scalar()
    seen["ministry"] = ministry(app)
    print(json.dumps(seen))


def ministry(app: Any) -> str:
    """Read the ministry's page of the modules."""
    with app.app_context():
        database.bind(NATION)
        account = people.create_account("min@posta.example", password=idea_kit.PASSWORD, level=1)
        people.grant(account.id, "ministry")
        database.commit()
    client = app.test_client()
    client.post("/sign-in", data={"email": "min@posta.example", "password": idea_kit.PASSWORD})
    return str(client.get("/ministry/").get_data(as_text=True))


if __name__ == "__main__":
    main()
