"""The files of the municipalities are whole, and a mistake in one says where and how to mend it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mms_core import letters
from mms_core.tenancy import files
from mms_core.tenancy.toml_lines import line_of

Spoil = Callable[[str, str, str], list[str]]


@pytest.fixture
def spoil(tmp_path: Path) -> Spoil:
    """Copy the files, replace a text in one of them, and give what the check says."""
    folder = tmp_path / "tenants"
    shutil.copytree(files.FOLDER, folder)

    def replace(name: str, old: str, new: str) -> list[str]:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return [str(problem) for problem in files.check(folder)]

    return replace


def test_the_files_hold() -> None:
    assert files.check() == []


def test_the_country_is_whole() -> None:
    country = files.load_country()
    assert [tenant.number for tenant in country.tenants] == list(range(1, 52))
    assert len(country.centres) == 60
    assert len(country.regions) == 12
    slugs = {tenant.slug for tenant in country.tenants}
    assert sum(centre.municipality not in slugs for centre in country.centres) == 12
    assert sum(centre.place.lat is None for centre in country.centres) == 1


def test_the_list_keeps_its_order_and_spelling() -> None:
    tenants = files.load()
    assert tenants[0].seed_name == "ადიგენის მუნიციპალიტეტი"
    assert tenants[11].seed_name == "ქალაქი გორის მუნიციპალიტეტი"
    assert tenants[50].slug == "martvili"


def test_two_merged_cities_point_to_what_they_became() -> None:
    merged = {tenant.slug: tenant.successor for tenant in files.load() if tenant.successor}
    assert merged == {"ambrolauri-city": "ambrolauri", "gori-city": "gori"}


def test_languages_follow_compact_settlement() -> None:
    by_slug = {tenant.slug: tenant.languages for tenant in files.load()}
    assert by_slug["marneuli"] == ("ka", "en", "az", "hy", "ru")
    assert by_slug["ninotsminda"] == ("ka", "en", "hy", "ru")
    assert by_slug["tskaltubo"] == ("ka", "en")


def test_slugs_are_the_short_names_as_domains_spell_them() -> None:
    for tenant in files.load():
        assert letters.slug(tenant.short_names["ka"]) == tenant.slug.removesuffix("-city")


def test_names_nobody_has_read_are_marked() -> None:
    assert not any(tenant.names_reviewed for tenant in files.load())


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "tskaltubo.toml",
            'case_prefix = "TSK"',
            'case_prefix = "TS"',
            (
                "tskaltubo.toml:7: case_prefix is not three capital Latin letters. "
                "Write three capital Latin letters that no other municipality has, as TSK."
            ),
        ),
        (
            "tskaltubo.toml",
            'primary = "#0f7c86"',
            'primary = "teal"',
            "tskaltubo.toml:40: theme.primary is not a colour. Write six digits, as #0f7c86.",
        ),
        (
            "tskaltubo.toml",
            "[contacts]",
            "[contact]",
            "tskaltubo.toml:46: contact is not known. Did you mean contacts?",
        ),
        (
            "tskaltubo.toml",
            'hotline = ""',
            'hotlin = ""',
            (
                "tskaltubo.toml:46: contacts.hotline is missing. "
                "Write a telephone number or a short code, or an empty text."
            ),
        ),
        (
            "tskaltubo.toml",
            "lat = 42.16873",
            "lat = 24.16873",
            (
                "tskaltubo.toml:16: settlements.1.lat lies outside Georgia. "
                "Write degrees between 41.0 and 43.7, as 42.32858."
            ),
        ),
        (
            "tskaltubo.toml",
            'ka = "წყალტუბოს მუნ',
            'ka = "წყალტუბოს\u00a0მუნ',
            (
                "tskaltubo.toml:20: name.ka holds a no-break space or needless spaces. "
                "Write the name in Georgian."
            ),
        ),
        (
            "tskaltubo.toml",
            'slug = "tskaltubo"',
            'slug = "ministry"',
            (
                "tskaltubo.toml:4: slug belongs to the whole country's pages. "
                "Write small Latin letters, as tskaltubo: the first part of the hall's address."
            ),
        ),
        (
            "tskaltubo.toml",
            'region = "GE-IM"',
            'region = "GE-XX"',
            "tskaltubo.toml:8: There is no region GE-XX. Write a code of regions.toml, as GE-IM.",
        ),
        (
            "zugdidi.toml",
            'case_prefix = "ZUG"',
            'case_prefix = "TSK"',
            (
                "zugdidi.toml:7: case_prefix TSK stands in tskaltubo.toml as well. "
                "Give each municipality its own."
            ),
        ),
        (
            "gori-city.toml",
            'successor = "gori"',
            'successor = "goris"',
            (
                "gori-city.toml:11: The successor goris has no file. "
                "Write the slug of another municipality."
            ),
        ),
        (
            "zugdidi.toml",
            "hosts = []",
            'hosts = ["idea.tskaltubo.gov.ge"]',
            (
                "zugdidi.toml:12: Host idea.tskaltubo.gov.ge belongs to tskaltubo.toml as well. "
                "A host belongs to one hall."
            ),
        ),
        (
            "centres.toml",
            'municipality = "gardabani"',
            'municipality = "gardaban"',
            (
                "centres.toml:19: Centre 2 stands in gardaban, which is not known. "
                "Write a tenant's slug, or add the municipality to `others`."
            ),
        ),
    ],
)
def test_a_mistake_names_file_line_and_remedy(
    spoil: Spoil, file: str, old: str, new: str, said: str
) -> None:
    assert said in spoil(file, old, new)


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffff00", "#ff00ff", "#777777"])
def test_no_colour_makes_a_page_unreadable(spoil: Spoil, colour: str) -> None:
    assert spoil("tskaltubo.toml", 'primary = "#0f7c86"', f'primary = "{colour}"') == []


def test_a_file_that_is_no_toml_says_where_it_ends(spoil: Spoil) -> None:
    (said,) = spoil("tskaltubo.toml", 'slug = "tskaltubo"', "slug = tskaltubo")
    assert said == "tskaltubo.toml:4: Invalid value. Texts stand in quotes, one key on a line."


def test_a_missing_shared_file_is_named(tmp_path: Path) -> None:
    said = [str(problem) for problem in files.check(tmp_path)]
    assert said == [
        "regions.toml:1: The file is missing. Restore it.",
        "centres.toml:1: The file is missing. Restore it.",
    ]


def test_load_refuses_what_check_reports(tmp_path: Path) -> None:
    with pytest.raises(files.FilesError, match=r"regions\.toml:1: The file is missing"):
        files.load(tmp_path)


def test_a_key_of_a_table_is_not_mistaken_for_one_before_it() -> None:
    text = 'ka = "1"\n[name]\nka = "2"\n[seat]\nka = "3"\n'
    assert line_of(text, ("ka",)) == 1
    assert line_of(text, ("name", "ka")) == 3
    assert line_of(text, ("seat", "ka")) == 5
    assert line_of(text, ("seat", "en")) == 4
