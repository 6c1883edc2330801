"""Programmes as a table: what is exported is what can be imported, each bad line told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO

from mms_core.errors import Invalid
from mms_core.forms import read
from mms_core.i18n import gettext as _
from mms_core.i18n import ngettext
from mms_core.people.rules import normal_personal_number
from mms_core.sheets import Row, read_rows
from plugins.citizen_feedback import programmes, proofs
from plugins.citizen_feedback.models import Programme
from plugins.citizen_feedback.schemas import ProgrammeSchema

MOST_TOLD = 200  # bad lines of which the report speaks one by one
NUMBER, DAY = "personal_number", "used_on"

# A table's headings in both languages, whatever the page's: a file made by one hall is read by all.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("კოდი", "code"),
    "year": ("საბიუჯეტო წელი", "budget year", "year"),
    "kind": ("სახე", "kind"),
    "title": ("დასახელება", "name", "title"),
    "title_en": ("დასახელება ინგლისურად", "name in english"),
    "summary": ("აღწერა", "description"),
    "entitled": ("ვინ სარგებლობს", "who is entitled"),
    "how_to_apply": ("როგორ მივმართოთ", "how to apply"),
    "unit": ("პასუხისმგებელი ერთეული", "unit in charge", "unit"),
    "budget": ("ბიუჯეტი, ₾", "budget, gel", "ბიუჯეტი", "budget"),
    "starts_on": ("დასაწყისი", "first day"),
    "ends_on": ("დასასრული", "last day"),
}
HEADINGS = tuple(names[0] for names in COLUMNS.values())
USES = {NUMBER: ("პირადი ნომერი", "personal number", "პ/ნ", "პირადი №")}
USE_DAYS = {DAY: ("სარგებლობის თარიღი", "day of use", "თარიღი", "date")}


@dataclass(kw_only=True)
class Taken:
    """What became of an import: lines taken in, changed, mended, and the bad ones by line."""

    good: int = 0
    changed: int = 0
    mended: int = 0  # numbers whose lost leading zeros were put back
    bad: int = 0
    told: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, line: int, words: object) -> None:
        """Remember why a line was left out."""
        self.bad += 1
        if len(self.told) < MOST_TOLD:
            self.told.append((line, str(words)))


def table_rows(rows: Iterable[Programme]) -> Iterator[list[Any]]:
    """Give programmes as rows of the table."""
    for row in rows:
        yield [_plain(getattr(row, name)) for name in COLUMNS]


def _plain(value: Any) -> Any:
    return float(value) if hasattr(value, "as_tuple") else value


def take_programmes(tenant_id: int, file: BinaryIO, kinds: Mapping[str, str]) -> Taken:
    """Take programmes in from a table: a known code changes its programme, no code adds one."""
    taken = Taken()
    by_words = {words.lower(): key for key, words in kinds.items()}
    for row in read_rows(file, columns=COLUMNS):
        typed = dict(row.values)
        typed["kind"] = by_words.get(typed["kind"].lower(), typed["kind"])
        typed |= {name: _iso(typed[name]) for name in ("starts_on", "ends_on")}
        form = read(ProgrammeSchema, typed, kinds=kinds)
        if not form.valid:
            taken.refuse(row.line, " ".join(_named(form, *problem) for problem in form.errors))
        elif typed["code"]:
            _change(tenant_id, row, form.data, taken)
        else:
            programmes.add(tenant_id, form.data)
            taken.good += 1
    return taken


def _named(form: Any, name: str, words: str) -> str:
    return f"{form.fields[name].label}: {words}" if name in form.fields else words


def _change(tenant_id: int, row: Row, data: Mapping[str, Any], taken: Taken) -> None:
    code = row.values["code"]
    try:
        programme = programmes.by_code(tenant_id, code, drafts=True)
    except Exception as problem:
        if not hasattr(problem, "message"):
            raise
        taken.refuse(row.line, _("There is no programme with the code %(code)s.", code=code))
        return
    if programme.year != data["year"]:
        taken.refuse(row.line, _("The programme %(code)s is of another budget year.", code=code))
        return
    programmes.edit(programme, data)
    taken.changed += 1


def check_uses(file: BinaryIO) -> None:
    """Raise Invalid (field `file`) when a file is no table of beneficiaries."""
    first = next(read_rows(file, columns=USES | USE_DAYS, optional=USE_DAYS), None)
    if first is None:
        words = _("The file has no line below its headings.")
        raise Invalid(words, fields={"file": [words]})
    file.seek(0)


def take_uses(programme: Programme, file: BinaryIO) -> Iterator[Taken]:
    """Take in a list of beneficiaries, a line at a time; yields how far it is, the last at the end.

    Columns: the personal number and, if there is one, the day of use; without it the first day of
    the programme counts, so that each person has one use. Numbers are hashed as they are read.
    """
    taken = Taken()
    for _done in proofs.add_uses(programme, _uses(programme, file, taken)):
        yield taken
    yield taken


def _uses(programme: Programme, file: BinaryIO, taken: Taken) -> Iterator[tuple[str, date]]:
    columns = USES | USE_DAYS
    for row in read_rows(file, columns=columns, optional=USE_DAYS):
        try:
            number, mended = _number(row.values[NUMBER])
            day = _day(programme, row.values[DAY])
        except Invalid as problem:
            taken.refuse(row.line, problem.message)
            continue
        taken.good += 1
        taken.mended += mended
        yield number, day


def _number(typed: str) -> tuple[str, bool]:
    """Read a personal number; a spreadsheet may have cut its leading zeros off."""
    plain = typed.strip().lstrip("'")
    if "e+" in plain.lower():
        raise Invalid(_("The spreadsheet has rounded the number; format the column as text."))
    if plain.isascii() and plain.isdigit() and 8 <= len(plain) < 11:
        return plain.zfill(11), True
    return normal_personal_number(plain), False


def _iso(typed: str) -> str:
    """Write a day as 2026-03-25 however the table has it; what is no day is left as it is."""
    for pattern in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(typed, pattern).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return typed


def _day(programme: Programme, typed: str) -> date:
    if not typed:
        return programme.starts_on
    try:
        day = date.fromisoformat(_iso(typed))
    except ValueError:
        raise Invalid(_("The day cannot be read; write it as in 2026-03-25.")) from None
    if programme.starts_on <= day <= programme.ends_on:
        return day
    raise Invalid(_("The day of use lies outside the period of the programme."))


def report_of(taken: Taken) -> str:
    """Say in a sentence what an import has done."""
    parts = [
        str(ngettext("%(num)s line was taken in.", "%(num)s lines were taken in.", taken.good))
    ]
    if taken.changed:
        parts.append(str(ngettext("%(num)s was changed.", "%(num)s were changed.", taken.changed)))
    if taken.mended:
        said = ngettext(
            "In %(num)s number lost leading zeros were put back.",
            "In %(num)s numbers lost leading zeros were put back.",
            taken.mended,
        )
        parts.append(str(said))
    if taken.bad:
        said = ngettext("%(num)s line was left out:", "%(num)s lines were left out:", taken.bad)
        parts.append(str(said))
    return " ".join(parts)
