"""A database that is not ours, too new or out of reach: a clear word, and nothing is changed."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from first_starts import copy
from running_site import Site

from mms_core import embedded
from mms_core.config import Settings
from mms_core.database_check import DatabaseUnfitError, check_database


@pytest.fixture
def own(data: Path, cluster_made: Path) -> str:
    copy(cluster_made, data / "postgres")
    return embedded.start(data / "postgres", durable=False)


def change(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def check(url: str) -> str:
    return check_database(Settings(database_url=url, secret_key="for this test"))


def test_an_empty_database_of_ones_own_is_fit(own: str) -> None:
    assert check(own).split(".")[0] == "18"


def test_somebody_elses_database_is_refused_and_left_alone(
    own: str, run: Callable[..., Site]
) -> None:
    change(own, "create table invoice as select 1 as number")
    site = run(DATABASE_URL=own)
    assert site.process.wait(timeout=180) == 1
    assert "belongs to something else: it holds public.invoice" in site.said()
    assert "Traceback" not in site.said()
    change(own, "select number from invoice")
    with pytest.raises(psycopg.Error):
        change(own, "select from mms.municipality")


def test_a_database_of_a_newer_version_is_refused(own: str) -> None:
    change(
        own,
        "create schema mms",
        "create table mms.alembic_version as select '9999' as version_num",
    )
    with pytest.raises(DatabaseUnfitError, match="9999, which this version does not know"):
        check(own)


def test_a_user_without_rights_is_told_which(own: str) -> None:
    change(own, "create role weak login password 'weak'")
    weak = own.replace(own.partition("@")[0], "postgresql://weak:weak")
    with pytest.raises(DatabaseUnfitError, match="alter role <user> createrole"):
        check(weak)


def test_another_encoding_is_refused(own: str) -> None:
    change(own, "create database old encoding 'LATIN1' locale 'C' template template0")
    with pytest.raises(DatabaseUnfitError, match="not in UTF-8"):
        check(own.removesuffix("/mms") + "/old")


def test_a_server_out_of_reach_is_named_without_its_password(free: int) -> None:
    with pytest.raises(DatabaseUnfitError, match="cannot be reached") as caught:
        check(f"postgresql://somebody:hush@127.0.0.1:{free}/mms")
    assert "hush" not in str(caught.value)
    assert "DATABASE_URL" in str(caught.value)
