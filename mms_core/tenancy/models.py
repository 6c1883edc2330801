"""Remembers regions, municipalities, their hosts and the community centres.

The files of `tenants/` are the source; `mms tenants sync` writes these tables and nobody else does.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mms_core.db import SCHEMA, National, db


class Region(National, db.Model):  # type: ignore[misc,name-defined]
    """A region of the country (ISO 3166-2)."""

    __tablename__ = "region"
    why_national = "Regions are the country's, and the same for everybody."
    read_by = ("mms_ministry",)

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    names: Mapped[dict[str, str]] = mapped_column(JSONB)


class Municipality(National, db.Model):  # type: ignore[misc,name-defined]
    """A municipality; `id` is its number in the list and the `tenant_id` of all its rows."""

    __tablename__ = "municipality"
    why_national = "A request finds its municipality here, before it is bound to one."
    read_by = ("mms_ministry", "mms_search")

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    case_prefix: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    seed_name: Mapped[str] = mapped_column(Text)
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    short_names: Mapped[dict[str, str]] = mapped_column(JSONB)
    names_reviewed: Mapped[bool]
    region: Mapped[str] = mapped_column(Text, ForeignKey(f"{SCHEMA}.region.code"))
    population: Mapped[int]
    languages: Mapped[list[str]] = mapped_column(JSONB)
    seat: Mapped[dict[str, Any]] = mapped_column(JSONB)
    settlements: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    theme: Mapped[dict[str, str]] = mapped_column(JSONB)
    contacts: Mapped[dict[str, str]] = mapped_column(JSONB)
    legal: Mapped[dict[str, str]] = mapped_column(JSONB)
    first_modules: Mapped[list[str]] = mapped_column(JSONB)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey(f"{SCHEMA}.municipality.id"))


class Settlement(National, db.Model):  # type: ignore[misc,name-defined]
    """A settlement as the hall itself lists it; where there is one, the file's list rests."""

    __tablename__ = "settlement"
    why_national = "Names of places are public, and a page of the country may show any of them."

    municipality_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.municipality.id"), primary_key=True
    )
    ka: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text, default="", server_default="")  # the hall's own
    en: Mapped[str] = mapped_column(Text, default="", server_default="")
    kind: Mapped[str] = mapped_column(Text, default="village", server_default="village")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    before: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    retired: Mapped[bool] = mapped_column(default=False, server_default="false")


class TenantHost(National, db.Model):  # type: ignore[misc,name-defined]
    """A host that a municipality owns; there its pages need no slug in their address."""

    __tablename__ = "tenant_host"
    why_national = "A request finds its municipality here, before it is bound to one."

    host: Mapped[str] = mapped_column(Text, primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.municipality.id"))


class CommunityCentre(National, db.Model):  # type: ignore[misc,name-defined]
    """A community centre, which serves a citizen of any municipality."""

    __tablename__ = "community_centre"
    why_national = "A centre serves the whole country, and some stand outside the tenants."
    read_by = ("mms_ministry",)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    kind: Mapped[str] = mapped_column(Text)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    region: Mapped[str] = mapped_column(Text, ForeignKey(f"{SCHEMA}.region.code"))
    # The municipality where it stands: a tenant, or else its names.
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey(f"{SCHEMA}.municipality.id"))
    outside: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
