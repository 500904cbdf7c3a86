"""The country of a place: right or declined, never wrong, on the host and on the board."""

import pytest
from harken.crisis.locate import country
from harken_toolchain import micropython
from harken_toolchain.errors import UserError
from harken_toolchain.resources import grid, schema
from hypothesis import given, settings
from hypothesis import strategies as st

# Places well inside a country: (code, latitude, longitude).
INSIDE = [
    ("US", 39.10, -94.58), ("US", 61.22, -149.90), ("CA", 53.55, -113.49), ("MX", 19.43, -99.13),
    ("BR", -15.79, -47.88), ("AR", -34.60, -58.80), ("CL", -33.45, -70.67), ("CO", 4.71, -74.07),
    ("PE", -12.05, -77.04), ("GB", 52.49, -1.89), ("IE", 53.35, -6.26), ("FR", 47.90, 1.90),
    ("ES", 40.42, -3.70), ("PT", 39.60, -8.40), ("IT", 41.90, 12.90), ("DE", 52.52, 13.40),
    ("PL", 52.23, 21.01), ("SE", 59.33, 18.07), ("NO", 59.91, 10.75), ("FI", 60.17, 24.94),
    ("GR", 37.98, 23.73), ("RO", 44.80, 25.50), ("UA", 50.45, 30.52), ("TR", 39.93, 32.86),
    ("RU", 55.76, 37.62), ("RU", 55.03, 82.92), ("EG", 30.04, 31.24), ("MA", 33.57, -7.59),
    ("NG", 9.08, 7.40), ("KE", -1.29, 36.82), ("ZA", -28.74, 24.76), ("SA", 24.71, 46.68),
    ("IR", 35.69, 51.39), ("IN", 19.08, 72.88), ("IN", 13.08, 80.27), ("BD", 24.10, 90.10),
    ("CN", 39.90, 116.40), ("JP", 35.68, 139.69), ("KR", 36.35, 127.38), ("TW", 24.15, 120.67),
    ("TH", 13.76, 100.50), ("VN", 16.07, 108.22), ("PH", 14.60, 120.98), ("ID", -6.21, 106.85),
    ("AU", -33.87, 151.21), ("AU", -31.95, 115.86), ("NZ", -41.29, 174.78), ("IS", 64.15, -21.94),
    ("LK", 7.29, 80.63), ("MG", -18.9, 47.5),
]  # fmt: skip

# Borders, disputed areas and the open sea: nobody may be told.
DECLINED = [
    (45.35, 34.50), (34.08, 74.80), (31.78, 35.22), (47.56, 7.59), (46.20, 6.15), (0.0, -30.0),
    (-60.0, 0.0), (90.0, 0.0), (-90.0, -180.0), (27.15, -13.20), (35.29, -2.94), (50.77, 6.08),
    (32.53, -117.04), (1.35, 103.82),
]  # fmt: skip

KNOWN = {entry.code for entry in schema.read().country}


@pytest.mark.parametrize(("code", "latitude", "longitude"), INSIDE)
def test_a_place_inside_a_country(code, latitude, longitude):
    assert country(latitude, longitude) == (code if code in KNOWN else None)


@pytest.mark.parametrize(("latitude", "longitude"), DECLINED)
def test_a_place_that_must_be_asked_for(latitude, longitude):
    assert country(latitude, longitude) is None


@given(st.floats(), st.floats())
@settings(derandomize=True, max_examples=300)
def test_no_number_makes_it_raise(latitude, longitude):
    assert country(latitude, longitude) in KNOWN | {None}


@pytest.mark.parametrize("place", [(None, 0), ("1", "2"), (91, 0), (0, 181), (0, -180.5)])
def test_what_is_no_place(place):
    assert country(*place) is None


@pytest.mark.parametrize("data", [b"", b"HKG1", b"HKG1\x05\x02\x68\x01USGB" + b"\xff" * 900])
def test_a_damaged_table(tmp_path, data):
    path = tmp_path / "countries.grid"
    path.write_bytes(data)
    assert country(40, -95, str(path)) is None
    assert country(40, -95, str(tmp_path / "missing")) is None


def test_text_and_table_say_the_same():
    drawn = grid.read()
    assert grid.from_text(grid.to_text(drawn)) == drawn
    for row in range(0, len(drawn.rows), 23):
        for cell in range(0, len(drawn.rows[row]), 17):
            latitude = (row + 0.5) * drawn.step - 90
            longitude = (cell + 0.5) * drawn.step - 180
            assert (country(latitude, longitude) or "") == drawn.rows[row][cell]


def test_a_square_island_is_drawn_with_its_margin_and_borders_are_not_told(tmp_path):
    def feature(code, west, east):
        ring = [[west, 0], [east, 0], [east, 10], [west, 10], [west, 0]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        return {"properties": {"ADM0_A3": code, "ISO_A2": code}, "geometry": shape}

    path = tmp_path / "two.json"
    features = [feature("US", 0, 10), feature("GB", 10, 20)]
    path.write_text(str({"features": features}).replace("'", '"'))
    wanted = grid.settings()
    drawn = grid.draw(path, {"US", "GB"}, wanted)
    middle = drawn.rows[round(95 / wanted.step)]
    at = round(180 / wanted.step)
    assert (middle[at + 10], middle[at + 30]) == ("US", "GB")
    assert middle[round(189.9 / wanted.step)] == ""  # beside the border
    assert middle[at + 60] == ""  # the sea


def test_a_missing_grid_is_a_clear_error(tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "folder", lambda: tmp_path)
    with pytest.raises(UserError, match="countries.grid.txt"):
        grid.read()


@pytest.mark.micropython
def test_locate_under_micropython(runtime):
    script = (
        "from harken.crisis.locate import country\n"
        "print(country(53.35, -6.26), country(45.35, 34.5), country('x', 1), country(1e9, 0))"
    )
    assert micropython.run_script(script).split() == ["IE", "None", "None", "None"]
