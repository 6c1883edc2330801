"""Every test may use the house's own kit, the one that authors of modules use."""

from __future__ import annotations

from typing import Any

import pytest

from mms_core.tenancy import rules
from mms_core.wire import Wire

pytest_plugins = ["mms_core.testing", "first_starts"]


@pytest.fixture
def country_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the municipalities in memory: a page whose questions are counted reads none anew."""
    monkeypatch.setattr(rules, "FRESH", 3600.0)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the statements of each way to the server and back."""
    sent: list[int] = []
    send = Wire.send

    def counted(wire: Wire, statements: Any, **more: Any) -> Any:
        sent.append(len(statements))
        return send(wire, statements, **more)

    monkeypatch.setattr(Wire, "send", counted)
    return sent
