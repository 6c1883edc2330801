"""What may stand in the files of `tenants/`: every field with its rule and its remedy."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from marshmallow import Schema, ValidationError, fields, validate

LANGUAGES = ("ka", "en", "az", "hy", "ru")
KINDS = ("municipality", "city", "merged city")
PLACES = ("city", "town", "daba", "village", "city district")
HEADERS = ("solid", "light")
CORNERS = ("sharp", "soft", "round")
BANDS = ("zigzag", "diamonds", "steps", "waves", "crosses")
# First parts of addresses that belong to the whole country, so that no hall may be called so.
RESERVED = (
    "accessibility",
    "account",
    "api",
    "centre",
    "commitments",
    "cookies",
    "demo",
    "figures",
    "files",
    "health",
    "healthz",
    "help",
    "htmx",
    "language",
    "livez",
    "media",
    "metrics",
    "ministry",
    "mms",
    "mode",
    "my",
    "open-data",
    "page-feedback",
    "personal-data",
    "privacy",
    "readyz",
    "search",
    "sign-in",
    "sign-out",
    "sign-up",
    "static",
    "theme",
    "verify",
)
_GEORGIA = {"lat": (41.0, 43.7), "lon": (39.9, 46.8)}


def _plain_text(text: str) -> None:
    if text != " ".join(text.split()) or "\u00a0" in text:
        raise ValidationError("holds a no-break space or needless spaces.")
    if text != unicodedata.normalize("NFC", text):
        raise ValidationError("is not in Unicode's composed form (NFC).")
    if any("Ა" <= sign <= "Ჿ" for sign in text):
        raise ValidationError("holds Mtavruli capitals.")


def _georgian(text: str) -> None:
    if not all("ა" <= sign <= "ჰ" or not sign.isalpha() for sign in text):
        raise ValidationError("must be written in Georgian letters.")


def _own_languages(languages: list[str]) -> None:
    if languages[:2] != ["ka", "en"] or len(set(languages)) != len(languages):
        raise ValidationError('must begin with "ka", "en" and name no language twice.')


def words(remedy: str, *rules: Callable[[str], object], empty: bool = False) -> fields.String:
    """Make a field of plain words; `remedy` says how to mend it."""
    least = validate.Length(min=0 if empty else 1, max=200)
    return fields.String(
        required=True, validate=[least, _plain_text, *rules], metadata={"remedy": remedy}
    )


def one_of(choices: tuple[str, ...]) -> fields.String:
    """Make a field that holds one of a few words."""
    remedy = "Write one of: " + ", ".join(choices) + "."
    rule = validate.OneOf(choices, error="is {input}, which is not known here.")
    return fields.String(required=True, validate=rule, metadata={"remedy": remedy})


def coordinate(axis: str, *, required: bool = True) -> fields.Float:
    """Make a field of WGS 84 degrees inside Georgia."""
    low, high = _GEORGIA[axis]
    remedy = f"Write degrees between {low} and {high}, as 42.32858."
    rule = validate.Range(low, high, error="lies outside Georgia.")
    return fields.Float(required=required, validate=rule, metadata={"remedy": remedy})


def colour() -> fields.String:
    """Make a field of a colour."""
    rule = validate.Regexp(r"^#[0-9a-f]{6}$", error="is not a colour.")
    return fields.String(
        required=True, validate=rule, metadata={"remedy": "Write six digits, as #0f7c86."}
    )


class NamesSchema(Schema):
    """A name in the two languages that are always complete."""

    ka = words("Write the name in Georgian.", _georgian)
    en = words("Write the name in English.")


class DraftsSchema(Schema):
    """Names in further languages, and whether somebody who speaks them has read them."""

    reviewed = fields.Boolean(required=True, metadata={"remedy": "Write true or false."})
    az = words("Write the name, or an empty text.", empty=True)
    hy = words("Write the name, or an empty text.", empty=True)
    ru = words("Write the name, or an empty text.", empty=True)


class SeatSchema(NamesSchema):
    """Where the city hall is."""

    lat = coordinate("lat")
    lon = coordinate("lon")


class SettlementSchema(SeatSchema):
    """A settlement of the municipality."""

    kind = one_of(PLACES)


class ThemeSchema(Schema):
    """Two colours and three choices; the rest of the look is the same everywhere."""

    primary = colour()
    accent = colour()
    header = one_of(HEADERS)
    corner = one_of(CORNERS)
    band = one_of(BANDS)


class ContactsSchema(Schema):
    """How the hall is reached; unknown contacts are empty texts."""

    website = words(
        "Write an address that begins with https://, or an empty text.",
        validate.Regexp(r"^(https?://[a-z0-9.-]+(/\S*)?)?$", error="is not a web address."),
        empty=True,
    )
    email = words(
        "Write an e-mail address, or an empty text.",
        validate.Regexp(r"^([^@\s]+@[a-z0-9.-]+\.[a-z]+)?$", error="is not an e-mail address."),
        empty=True,
    )
    hotline = words("Write a telephone number or a short code, or an empty text.", empty=True)


class LegalSchema(Schema):
    """Numbers of the hall's legal acts."""

    statute = words("Write the number and date of the statute, or an empty text.", empty=True)
    ordinance = words("Write the number and date of the ordinance, or an empty text.", empty=True)


class TenantSchema(Schema):
    """A municipality's file, `tenants/<slug>.toml`."""

    number = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, 9999, error="must lie between 1 and 9999."),
        metadata={"remedy": "Write the municipality's own whole number."},
    )
    slug = words(
        "Write small Latin letters, as tskaltubo: the first part of the hall's address.",
        validate.Regexp(r"^[a-z][a-z0-9-]{1,39}$", error="is no part of an address."),
        validate.NoneOf(RESERVED, error="belongs to the whole country's pages."),
    )
    seed_name = words("Write the name as the list of municipalities has it.", _georgian)
    kind = one_of(KINDS)
    case_prefix = words(
        "Write three capital Latin letters that no other municipality has, as TSK.",
        validate.Regexp(r"^[A-Z]{3}$", error="is not three capital Latin letters."),
    )
    region = words("Write a code of tenants/regions.toml, as GE-IM.")
    population = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, 10_000_000, error="is not a number of people."),
        metadata={"remedy": "Write the number of residents by the census."},
    )
    languages = fields.List(
        fields.String(validate=validate.OneOf(LANGUAGES, error="is not known here.")),
        required=True,
        validate=_own_languages,
        metadata={"remedy": 'Write ["ka", "en"], then az, hy or ru where they are spoken.'},
    )
    successor = words("Write the slug of the municipality it became, or an empty text.", empty=True)
    hosts = fields.List(
        fields.String(
            validate=validate.Regexp(r"^([a-z0-9-]+\.)+[a-z]{2,}$", error="is not a host name.")
        ),
        required=True,
        metadata={"remedy": "Write host names in small letters, as idea.tskaltubo.gov.ge."},
    )
    first_modules = fields.List(
        fields.String(validate=validate.Regexp(r"^[a-z][a-z0-9_]*$", error="names no module.")),
        required=True,
        metadata={"remedy": "Write names of modules: lower-case letters and underscores."},
    )
    settlements = fields.List(
        fields.Nested(SettlementSchema),
        required=True,
        metadata={"remedy": "Write a list of settlements; it may be empty."},
    )
    name = fields.Nested(NamesSchema, required=True, metadata={"remedy": "Add a table [name]."})
    short_name = fields.Nested(
        NamesSchema, required=True, metadata={"remedy": "Add a table [short_name]."}
    )
    name_drafts = fields.Nested(
        DraftsSchema, required=True, metadata={"remedy": "Add a table [name_drafts]."}
    )
    seat = fields.Nested(SeatSchema, required=True, metadata={"remedy": "Add a table [seat]."})
    theme = fields.Nested(ThemeSchema, required=True, metadata={"remedy": "Add a table [theme]."})
    contacts = fields.Nested(
        ContactsSchema, required=True, metadata={"remedy": "Add a table [contacts]."}
    )
    legal = fields.Nested(LegalSchema, required=True, metadata={"remedy": "Add a table [legal]."})


class RegionSchema(NamesSchema):
    """A region of the country."""

    code = words("Write the code of ISO 3166-2.", validate.Regexp(r"^GE-[A-Z]{2}$"))
    az = words("Write the name.")
    hy = words("Write the name.")
    ru = words("Write the name.")


class RegionsSchema(Schema):
    """The file `tenants/regions.toml`."""

    reviewed = fields.Boolean(required=True, metadata={"remedy": "Write true or false."})
    regions = fields.List(fields.Nested(RegionSchema), required=True)


class OutsideSchema(NamesSchema):
    """A municipality that the shared system does not serve."""

    slug = words("Write small Latin letters.", validate.Regexp(r"^[a-z][a-z-]+$"))
    region = words("Write a code of tenants/regions.toml, as GE-IM.")


class CentreSchema(NamesSchema):
    """A community centre; no coordinates where no gazetteer knows the place."""

    number = fields.Integer(required=True, strict=True, metadata={"remedy": "Write its number."})
    kind = one_of(PLACES)
    municipality = words("Write a tenant's slug, or one of `others`.")
    lat = coordinate("lat", required=False)
    lon = coordinate("lon", required=False)


class CentresSchema(Schema):
    """The file `tenants/centres.toml`."""

    others = fields.List(fields.Nested(OutsideSchema), required=True)
    centres = fields.List(fields.Nested(CentreSchema), required=True)
