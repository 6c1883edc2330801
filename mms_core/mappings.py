"""Keeps models that cannot be mapped from harm: SQLAlchemy would refuse all others with them."""

from __future__ import annotations

import sys
from typing import Any

from sqlalchemy.orm import Mapper, configure_mappers

from mms_core.db import Base


def mapped() -> frozenset[Mapper[Any]]:
    """Give the mappers of this moment."""
    return Base.registry.mappers


def settle(before: frozenset[Mapper[Any]]) -> None:
    """Put what was mapped since `before` to the proof; on failure forget it and raise."""
    try:
        configure_mappers()
    except Exception:
        known = Base.registry
        for mapper in mapped() - before:
            manager = mapper.class_manager
            known._dispose_manager_and_mapper(manager)  # noqa: SLF001 - SQLAlchemy forgets all or none
            known._managers.pop(manager, None)  # noqa: SLF001
            known.metadata.remove(mapper.local_table)  # type: ignore[arg-type]
            _forget_package(mapper.class_.__module__.rpartition(".")[0])
        configure_mappers()
        raise


def _forget_package(package: str) -> None:
    """Let the next look import the package anew, and find the same fault."""
    for name in [n for n in sys.modules if n == package or n.startswith(f"{package}.")]:
        del sys.modules[name]
