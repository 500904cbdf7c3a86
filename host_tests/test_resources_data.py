"""The helplines: schema, sources, `harken data check-resources`, and the tables on the board."""

import json
from datetime import date, timedelta

import pytest
from harken_toolchain import cli
from harken_toolchain.errors import UserError
from harken_toolchain.resources import answers, check, schema, tables
from typer.testing import CliRunner

RESOURCES = schema.read()
TODAY = date(2026, 11, 20)

WANTED_NUMBERS = {
    "US": "988", "CA": "988", "GB": "116 123", "IE": "116 123", "AU": "13 11 14", "NZ": "1737",
    "DE": "0800 111 0 111", "FR": "3114", "ES": "024", "BR": "188", "IN": "14416", "JP":
    "0120-279-338", "KR": "109", "CH": "143", "AT": "142", "NL": "113", "SE": "90101",
    "IL": "1201", "ZA": "0800 567 567", "SG": "1767",
}  # fmt: skip


def _text(**changes):
    """A file of one country as TOML text."""
    line = {
        "name": '"A line"', "phone": '"116 123"', "hours": '"24/7"', "languages": '["en"]',
        "url": '"https://example.org"', "confirmed": "true", "sources": '["a", "b"]',
        "checked": "2026-11-20",
    } | changes  # fmt: skip
    source = 'family = "{0}"\ntitle = "t"\nurl = "u"\nstored = "s"\ndate = 2026-01-01\n'
    return (
        '[international]\ndirectory = "d"\nsecond = "e"\nemergency = "112"\nnote = "n"\n'
        'sources = ["a"]\nchecked = 2026-11-20\n'
        + "".join(f'[[source]]\nid = "{name}"\n{source.format(name)}' for name in "ab")
        + '[[country]]\ncode = "IE"\nname = "Ireland"\nlanguages = ["en"]\nemergency = "112"\n'
        + 'sources = ["a"]\nchecked = 2026-11-20\n[[country.line]]\n'
        + "".join(f"{key} = {value}\n" for key, value in line.items() if value)
    )


@pytest.fixture
def file(tmp_path):
    def write(**changes):
        path = tmp_path / "resources.toml"
        path.write_text(_text(**changes), encoding="utf-8")
        return path

    return write


def test_sixty_countries_have_a_confirmed_line():
    covered = [c.code for c in RESOURCES.country if any(line.confirmed for line in c.line)]
    assert len(covered) >= 60


def test_every_country_has_an_emergency_number_and_a_source():
    for country in RESOURCES.country:
        assert country.emergency.isdigit(), country.code
        assert country.sources, country.code
        assert all(line.sources and line.url for line in country.line), country.code


@pytest.mark.parametrize("code", sorted(WANTED_NUMBERS))
def test_well_known_numbers(code):
    country = next(c for c in RESOURCES.country if c.code == code)
    confirmed = [line.phone for line in country.line if line.confirmed]
    assert WANTED_NUMBERS[code] in confirmed


def test_a_line_without_agreeing_sources_is_not_confirmed(file):
    with pytest.raises(UserError, match="wanted 2 families"):
        schema.read(file(sources='["a"]'))


def test_a_line_confirmed_by_old_lists_alone_is_refused(file):
    with pytest.raises(UserError, match="within 365 days"):
        schema.read(file(checked="2027-06-01"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"phone": ""}, "neither phone nor text"),
        ({"phone": '"call us"'}, "phone"),
        ({"hours": '"always"'}, "hours"),
        ({"sources": '["c"]'}, "'c' is not listed"),
        ({"langauges": '["en"]'}, "langauges"),
    ],
)
def test_mistakes_are_named(file, changes, said):
    with pytest.raises(UserError, match=said):
        schema.read(file(**changes))


def test_a_year_old_entry_fails_the_check(file, monkeypatch):
    path = file()
    at_limit = check.report(schema.read(path), TODAY + timedelta(days=365))
    beyond = check.report(schema.read(path), TODAY + timedelta(days=366))
    assert at_limit["old"] == 0
    assert beyond["old"] == 2
    assert {row["problem"] for row in beyond["findings"]} == {"old"}


def test_command_prints_json_and_exits_by_age(file):
    run = CliRunner().invoke
    arguments = ["data", "check-resources", "--json"]
    fresh = run(cli.build(), [*arguments, "--file", str(file())])
    assert (fresh.exit_code, json.loads(fresh.stdout)["countries"]) == (0, 1)
    dated = file(checked="2020-01-01", confirmed="false")
    assert run(cli.build(), [*arguments, "--file", str(dated)]).exit_code == 1


def test_the_released_file_is_not_older_than_a_year():
    assert check.report(RESOURCES, TODAY)["old"] == 0


def test_tables_in_the_firmware_are_those_of_the_data():
    assert tables.stale() == [], "run 'harken data crisis-tables'"


def test_tables_are_reproducible():
    assert tables.build() == tables.build()


def test_a_text_that_does_not_fit_is_refused():
    with pytest.raises(UserError, match="does not fit"):
        tables.pack({"toolong": "x"})


def test_every_answer_file_says_who_reviewed_it():
    for language in answers.languages():
        review = answers.read(schema.folder() / f"responses.{language}.toml").review
        assert review.reviewed_by
        assert review.rubrics
