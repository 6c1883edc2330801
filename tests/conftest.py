"""Every test may use the house's own kit, the one that authors of modules use."""

from __future__ import annotations

import pytest

from mms_core.tenancy import rules

pytest_plugins = ["mms_core.testing", "first_starts"]


@pytest.fixture
def country_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the municipalities in memory: a page whose questions are counted reads none anew."""
    monkeypatch.setattr(rules, "FRESH", 3600.0)
