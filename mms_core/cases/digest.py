"""Gathers what officers are reminded of into one letter for each of them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date
from typing import Any

from flask import current_app

from mms_core.cases.ladder import RUNGS
from mms_core.cases.models import Case
from mms_core.config import Settings
from mms_core.messages.outbox import post_to_staff
from mms_core.people.rules import Colleague, contact_of, staff_of
from mms_core.tenancy import rules as tenancy
from mms_core.units.absence import away_on, stand_in
from mms_core.units.rules import units_of

LISTED = 30  # cases named under one heading; the desk shows them all


class Digest:
    """One morning's reminders of a hall: who is told of which cases."""

    def __init__(self, tenant_id: int, *, today: date) -> None:
        self.tenant_id, self.today = tenant_id, today
        self.count = 0
        self._staff = {one.id: one for one in staff_of(tenant_id)}
        self._units = {str(unit.id): unit for unit in units_of(tenant_id)}
        self._away = away_on(tenant_id, today)
        self._told: dict[uuid.UUID, dict[str, list[Case]]] = defaultdict(lambda: defaultdict(list))

    def add(self, case: Case, rung: str) -> list[str]:
        """Put a case into the letters of those who are to know; gives their names."""
        self.count += 1
        people = self.whom(case, rung)
        for one in people:
            self._told[one.id][rung].append(case)
        return [one.name for one in people]

    def whom(self, case: Case, rung: str) -> list[Colleague]:
        """Give who is told: the officer first; when it is late the head, then the mayor too.

        Where there is nobody for a rung the next one up is told, and operators where no head is;
        for who is away, the deputy.
        """
        officer = self._staff.get(case.assignee_id) if case.assignee_id else None
        heads = self._heads(case)
        first = [officer] if officer else heads
        late = {"head": [*first, *heads], "mayor": [*heads, *self._with("mayor")]}
        found = late.get(rung, first) or self._with("head")
        found = found or self._with("operator") or self._with("mayor")
        return list({one.id: one for one in map(self._present, found)}.values())

    def _present(self, person: Colleague) -> Colleague:
        """Give the person, or who stands in for them today."""
        if person.id not in self._away:
            return person
        return stand_in(self.tenant_id, person, day=self.today)

    def _heads(self, case: Case) -> list[Colleague]:
        unit = self._units.get(case.unit) if case.unit else None
        named = (unit.head_id, unit.deputy_id) if unit else ()
        own = [self._staff[one] for one in named if one in self._staff]
        return own or self._with("head")

    def _with(self, role: str) -> list[Colleague]:
        return [one for one in self._staff.values() if role in one.roles]

    def post(self) -> None:
        """Write the letters into the outbox; who has no e-mail finds the cases on the desk."""
        for person_id, groups in self._told.items():
            contact = contact_of(person_id)
            if contact.email:
                post_to_staff(
                    self.tenant_id,
                    "digest",
                    recipient=contact.email,
                    language=contact.language,
                    context=self._context(contact.name, groups),
                )

    def _context(self, name: str, groups: dict[str, list[Case]]) -> dict[str, Any]:
        settings: Settings = current_app.extensions["mms_settings"]
        tenant = tenancy.by_id(self.tenant_id)
        base = settings.public_url or f"http://{settings.host}:{settings.port}"
        desk = f"{base}/{tenant.slug if tenant else ''}/desk/"
        return {
            "name": name,
            "today": self.today.isoformat(),
            "count": sum(len(cases) for cases in groups.values()),
            "desk": desk,
            "groups": [
                {
                    "rung": rung,
                    "more": max(len(groups[rung]) - LISTED, 0),
                    "cases": [_line(case, desk) for case in groups[rung][:LISTED]],
                }
                for rung in reversed(RUNGS)
                if rung in groups
            ],
        }


def _line(case: Case, desk: str) -> dict[str, str]:
    due = case.due_on.isoformat() if case.due_on else ""
    return {"number": case.number, "title": case.title, "due": due, "link": desk + case.number}
