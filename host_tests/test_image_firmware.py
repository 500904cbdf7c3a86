"""`harken firmware get` and `harken image` as commands: what they check, write and refuse."""

import hashlib
import json

import pytest
from harken_toolchain import boards, cli
from harken_toolchain.errors import UserError
from harken_toolchain.image import download, synthetic
from small_models import dense
from typer.testing import CliRunner

BOARD = boards.default()


def run(*arguments):
    """(exit code, what was printed); a `UserError` is raised as it is."""
    result = CliRunner().invoke(cli.build(), list(arguments))
    if isinstance(result.exception, UserError):
        raise result.exception
    return result.exit_code, result.output


@pytest.fixture
def firmware(tmp_path):
    path = tmp_path / "firmware.bin"
    path.write_bytes(synthetic.firmware(BOARD))
    return path


@pytest.fixture
def sha256(firmware):
    return hashlib.sha256(firmware.read_bytes()).hexdigest()


def test_firmware_without_a_published_checksum_must_be_accepted(own_cache, firmware, sha256):
    with pytest.raises(UserError, match=f"its own is {sha256}") as caught:
        run("firmware", "get", "--from", str(firmware))
    assert "--unverified" in caught.value.hint
    assert not download.cached(BOARD).exists()
    code, said = run("firmware", "get", "--from", str(firmware), "--unverified")
    assert code == 0 and "not compared" in said and sha256 in said
    assert download.cached(BOARD).read_bytes() == firmware.read_bytes()


def test_firmware_with_the_right_checksum_is_kept(own_cache, firmware, sha256):
    code, said = run("firmware", "get", "--from", str(firmware), "--sha256", sha256.upper())
    assert code == 0 and "SHA-256 as wanted" in " ".join(said.split())
    with pytest.raises(UserError, match="wanted 00"):
        run("firmware", "get", "--from", str(firmware), "--sha256", "00" * 32)


def test_firmware_is_downloaded_and_checked(own_cache, firmware, monkeypatch):
    url = firmware.as_uri()
    stock = BOARD.micropython.model_copy(update={"url": url})
    monkeypatch.setattr(
        boards, "load", lambda name: BOARD.model_copy(update={"micropython": stock})
    )
    code, _ = run("firmware", "get", "--unverified")
    assert code == 0
    assert (own_cache / "firmware" / "firmware.bin").read_bytes() == firmware.read_bytes()
    firmware.unlink()
    with pytest.raises(UserError, match="cannot be downloaded"):
        run("firmware", "get", "--unverified")


def test_firmware_for_another_chip_is_not_kept(own_cache, tmp_path):
    path = tmp_path / "s3.bin"
    path.write_bytes(synthetic.firmware(boards.load("esp32_s3")))
    with pytest.raises(UserError):
        run("firmware", "get", "--from", str(path), "--unverified")
    assert not download.cached(BOARD).exists()


def test_an_image_is_built_from_the_firmware_in_the_cache(own_cache, firmware, tmp_path):
    out = tmp_path / "image.bin"
    with pytest.raises(UserError, match="there is no file") as caught:
        run("image", "-o", str(out))
    assert "harken firmware get" in caught.value.hint
    run("firmware", "get", "--from", str(firmware), "--unverified")
    model = tmp_path / "gesture.tflite"
    model.write_bytes(dense())
    code, said = run("image", "-o", str(out), "--model", str(model), "--json")
    report = json.loads(said)
    assert code == 0 and report["models"] == ["gesture"]
    assert report["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert {"arena of gesture", "flash of application and models"} <= {
        check["what"] for check in report["checks"]
    }


def test_an_image_that_breaks_a_budget_is_not_written(tmp_path):
    model = tmp_path / "wide.tflite"
    model.write_bytes(dense(20_000, 3))
    out = tmp_path / "image.bin"
    with pytest.raises(UserError, match="arena of wide"):
        run("image", "--micropython", "synthetic", "--model", str(model), "-o", str(out))
    assert not out.exists()


def test_a_plan_is_shown_without_a_board(tmp_path):
    code, said = run("flash", "--micropython", "synthetic", "--dry-run")
    assert code == 0 and "write application" in said and "first installation" in said
