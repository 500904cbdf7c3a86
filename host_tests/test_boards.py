"""Board files: the ones that ship are right, and wrong ones are told what is wrong."""

import pytest
from harken_toolchain import boards
from harken_toolchain.errors import UserError

GOOD = (boards.folder() / "esp32_wroom32.toml").read_text(encoding="utf-8")


@pytest.fixture
def wrong(tmp_path):
    """Reads a copy of a good board file with one thing replaced; gives the error's text."""

    def read(old, new):
        assert old in GOOD
        path = tmp_path / "esp32_wroom32.toml"
        path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(UserError) as caught:
            boards.read(path)
        return str(caught.value)

    return read


@pytest.mark.parametrize("name", boards.names())
def test_every_board_that_ships_is_valid(name):
    board = boards.load(name)
    assert board.name == name
    assert board.partition("vfs").size % boards.SECTOR == 0
    assert board.budget.largest_block_bytes <= 16 * 1024


def test_the_five_boards_are_there_and_one_is_the_default():
    expected = {"esp32_wroom32", "esp32_cam", "esp32_s3", "esp32_c3", "esp_wroom02"}
    assert expected <= set(boards.names())
    assert boards.default().name == "esp32_wroom32"


def test_the_default_board_has_the_budgets_of_the_design():
    budget = boards.default().budget
    assert (budget.heap_bytes, budget.largest_block_bytes) == (64 * 1024, 16 * 1024)
    assert (budget.flash_bytes, budget.line_ms) == (640 * 1024, 30)


def test_an_unknown_board_is_answered_with_the_list():
    with pytest.raises(UserError) as caught:
        boards.load("esp64")
    assert "esp64" in str(caught.value) and "esp32_wroom32" in caught.value.hint


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mhz = 240", 'mhz = "fast"', "cpu.mhz"),
        ("cores = 2", "cores = 2\nturbo = true", "cpu.turbo"),
        ('chip = "esp32"', 'chip = "esp99"', "chip"),
        ("offset = 0x2C0000", "offset = 0x2B0000", "partition app_a overlaps"),
        ("offset = 0x2C0000", "offset = 0x2C0100", "partition app_a is not on a boundary"),
        ("size = 0x30000", "size = 0x40000", "partitions end at 0x410000, flash at 0x400000"),
        ('name = "vfs"', 'name = "files"', "no partition named vfs"),
        ("heap_bytes = 65_536", "heap_bytes = 650_000", "budget.heap_bytes is above"),
        ('kernels = ["lx6", "viper", "portable"]', 'kernels = ["lx6"]', "portable"),
        ('name = "esp32_wroom32"', 'name = "other"', "name is 'other'"),
        ("cores = 2", "cores = = 2", "not valid TOML"),
        ('url = "https:', 'url = "ftp:', "micropython.url"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(wrong, old, new, said):
    assert said in wrong(old, new)
