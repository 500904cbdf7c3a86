"""A built image, mounted as the flash of the simulated board, starts and talks."""

import pytest
from harken_toolchain import boards
from harken_toolchain.errors import UserError
from harken_toolchain.image import build, choose, extract, simulated, stock, synthetic
from harken_toolchain.paths import repository
from harken_toolchain.sim import flash
from harken_toolchain.sim.device import SimulatedBoard

BOARD = boards.default()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """An image of the checkout with the released emotion model."""
    models = choose.models(repository(), BOARD, ["emotion"])
    firmware = stock.parse(synthetic.firmware(BOARD), BOARD)
    path = tmp_path_factory.mktemp("image") / "image.bin"
    path.write_bytes(build(BOARD, firmware, models, repository()).data)
    return path


def test_the_simulated_flash_differs_from_the_image_in_machine_code_only(path):
    real, translated = extract(path), simulated(path)
    changed = {name for name in real if real[name] != translated[name]}
    assert changed <= {"app_a", "vfs"}
    assert real["models"] == translated["models"]


@pytest.mark.micropython
def test_an_image_boots_to_the_prompt_and_puts_danger_first(path, tmp_path, runtime):
    flash.unpack(path, tmp_path)
    with SimulatedBoard(runtime, tmp_path, None) as board:
        assert "no therapist" in board.call("hello")["text"]
        danger = board.say("i want to kill myself")
    assert danger["risk"] == "high" and danger["text"]


def test_an_image_that_is_none_of_harken_is_refused(tmp_path):
    other = tmp_path / "other.bin"
    other.write_bytes(synthetic.firmware(BOARD))
    with pytest.raises(UserError, match="no partition table"):
        simulated(other)
