"""The two floors: the least that Flask and PostgreSQL can do for such pages, raw and by the ORM.

raw: Flask and psycopg's pool, a hand-written page of 20 rows, a bare insert and commit.
ORM: the same pages by Flask-SQLAlchemy, the post with session and CSRF.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Any

from flask import Flask, redirect, request
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect, generate_csrf
from psycopg_pool import ConnectionPool
from sqlalchemy import DateTime, Text, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

TABLES = (
    "drop schema if exists floor cascade",
    "create schema floor",
    """create table floor.item (hall int, id uuid default gen_random_uuid(),
       title text, body text, at timestamptz default now(), primary key (hall, id))""",
    """insert into floor.item (hall, title, body, at) select 46, title, body, opened_at
       from mms.cases where tenant_id = 46 limit 50000""",
    "create index item_at on floor.item (hall, at desc, id)",
)
LIST = "select id, title, at from floor.item where hall = %s order by at desc, id limit 20"
ONE = "select title, body, at from floor.item where hall = %s and id = %s"
NEW = "insert into floor.item (hall, title, body) values (%s, %s, %s)"
PAGE = """<!doctype html><html lang="ka"><head><title>{title}</title></head><body><h1>{title}</h1>
{body}</body></html>"""


def list_page(hall: int, rows: Iterable[tuple[uuid.UUID, str, datetime]]) -> str:
    """Write a page of rows by hand; Flask compiles a template given as text at each request."""
    lines = "".join(
        f'<li><a href="/item/{hall}/{i}">{escape(title)}</a> {at:%d.%m.%Y}</li>'
        for i, title, at in rows
    )
    return PAGE.format(title="სია", body=f"<ul>{lines}</ul>")


def item_page(title: str, body: str) -> str:
    """Write a page of one row."""
    return PAGE.format(title=escape(title), body=f"<p>{escape(body)}</p>")


def raw() -> Flask:
    """Make the raw floor's application."""
    app = Flask("raw")
    pool = ConnectionPool(os.environ["BENCH_DATABASE_URL"], min_size=4, max_size=8, open=True)

    @app.get("/list/<int:hall>")
    def items(hall: int) -> str:
        with pool.connection() as connection:
            rows = connection.execute(LIST, (hall,)).fetchall()
        return list_page(hall, rows)

    @app.get("/item/<int:hall>/<uuid:item>")
    def item(hall: int, item: uuid.UUID) -> str:
        with pool.connection() as connection:
            row = connection.execute(ONE, (hall, item)).fetchone()
        return item_page(row[0], row[1]) if row else ""

    @app.post("/new/<int:hall>")
    def new(hall: int) -> Any:
        with pool.connection() as connection:
            connection.execute(NEW, (hall, request.form["title"], request.form["body"]))
        return redirect(f"/list/{hall}", 303)

    return app


class Base(DeclarativeBase):
    """Base of the floor's one table."""


db = SQLAlchemy(model_class=Base)


class Item(db.Model):  # type: ignore[misc,name-defined]
    """A row of the floor."""

    __tablename__ = "item"
    __table_args__ = {"schema": "floor"}  # noqa: RUF012 - as SQLAlchemy asks

    hall: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


def orm() -> Flask:
    """Make the ORM floor's application."""
    app = Flask("orm")
    url = make_url(os.environ["BENCH_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    app.config.update(SECRET_KEY="floor", SQLALCHEMY_DATABASE_URI=url)  # noqa: S106 - a benchmark
    db.init_app(app)
    CSRFProtect(app)

    @app.get("/token")
    def token() -> str:
        return f'<input name="csrf_token" value="{generate_csrf()}">'

    @app.get("/list/<int:hall>")
    def items(hall: int) -> str:
        query = select(Item).where(Item.hall == hall).order_by(Item.at.desc(), Item.id).limit(20)
        return list_page(hall, ((row.id, row.title, row.at) for row in db.session.scalars(query)))

    @app.get("/item/<int:hall>/<uuid:item>")
    def item(hall: int, item: uuid.UUID) -> str:
        row = db.get_or_404(Item, (hall, item))
        return item_page(row.title, row.body)

    @app.post("/new/<int:hall>")
    def new(hall: int) -> Any:
        row = Item(hall=hall, title=request.form["title"], body=request.form["body"])
        db.session.add(row)
        db.session.commit()
        return redirect(f"/list/{hall}", 303)

    return app
