"""An image built from synthetic firmware, taken apart by tools that know nothing of Harken."""

import ast
import hashlib
import json
import struct

import pytest
from harken_toolchain import boards
from harken_toolchain.errors import UserError
from harken_toolchain.image import (
    build,
    choose,
    espimage,
    extract,
    fit,
    models,
    stock,
    synthetic,
    used,
)
from harken_toolchain.image.build import refuse
from harken_toolchain.paths import repository
from small_models import dense

ESPTOOL_CHIPS = {"esp32": "esp32", "esp32s3": "esp32s3", "esp32c3": "esp32c3"}
WITH_TABLE = [name for name in boards.names() if boards.load(name).has_table]
MODELS = {"first": dense(64, 5), "second": dense(20, 3)}


def made(board, chosen=MODELS):
    board = boards.load(board) if isinstance(board, str) else board
    firmware = stock.parse(synthetic.firmware(board), board)
    return build(board, firmware, chosen, repository())


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """A function that builds a board's image once and gives (image, path of its file)."""
    folder, kept = tmp_path_factory.mktemp("images"), {}

    def get(name):
        if name not in kept:
            image = made(name)
            path = folder / f"{name}.bin"
            path.write_bytes(image.data)
            kept[name] = image, path
        return kept[name]

    return get


def table_of(image):
    """The partition table's rows, read with nothing but its format."""
    at = 0x8000 - image.board.flash.image_offset
    rows, count = {}, 0
    while image.data[at : at + 2] == b"\xaa\x50":
        _, kind, subtype, offset, size, label, _ = struct.unpack(
            "<2sBBLL16sL", image.data[at : at + 32]
        )
        rows[label.rstrip(b"\0").decode()] = (kind, subtype, offset, size)
        at, count = at + 32, count + 1
    assert image.data[at : at + 16] == b"\xeb\xeb" + b"\xff" * 14
    assert image.data[at + 16 : at + 32] == hashlib.md5(image.data[at - 32 * count : at]).digest()
    return rows


def mounted(data, block):
    """A file system's files and block count, read by littlefs-python with the board's settings."""
    from littlefs import LittleFS, UserContext

    context = UserContext(len(data))
    context.buffer = bytearray(data)
    settings = {"read_size": 32, "prog_size": 32, "lookahead_size": 32, "disk_version": 0x20000}
    # No block count: littlefs takes the one written in the superblock.
    fs = LittleFS(context=context, block_size=block, block_count=0, mount=False, **settings)
    fs.mount()
    files = {}
    for folder, _, names in fs.walk("/"):
        for name in names:
            path = f"{folder.rstrip('/')}/{name}"
            with fs.open(path, "rb") as file:
                files[path.lstrip("/")] = file.read()
    return files, fs.block_count


@pytest.mark.parametrize("name", WITH_TABLE)
def test_esptool_accepts_boot_loader_and_application(images, name, tmp_path):
    from esptool.bin_image import LoadFirmwareImage

    image, path = images(name)
    app = tmp_path / "app.bin"
    app.write_bytes(extract(path)["factory"].rstrip(b"\xff"))
    for file in (path, app):
        loaded = LoadFirmwareImage(ESPTOOL_CHIPS[image.board.chip], str(file))
        assert loaded.checksum == loaded.calculate_checksum()
        assert loaded.stored_digest == loaded.calc_digest
    assert loaded.segments[0].data[:4] == struct.pack("<I", 0xABCD5432)


@pytest.mark.parametrize("name", WITH_TABLE)
def test_the_partition_table_is_the_boards(images, name):
    from mp_image_tool_esp32.firmware import Firmware

    image, path = images(name)
    rows = table_of(image)
    assert {n: row[2:] for n, row in rows.items()} == {
        part.name: (part.offset, part.size) for part in image.board.partitions
    }
    assert rows["vfs"][:2] == (1, 0x81) and rows["factory"][:2] == (0, 0)
    firmware = Firmware(str(path))
    assert firmware.header.flash_size == image.board.flash.size_bytes
    assert [part.name for part in firmware.table] == [part.name for part in image.board.partitions]


@pytest.mark.parametrize("name", WITH_TABLE)
def test_both_file_systems_mount_with_their_partitions_block_count(images, name):
    image, path = images(name)
    parts, rows = extract(path), table_of(images(name)[0])
    loader, count = mounted(parts["vfs"], 4096)
    assert count == rows["vfs"][3] // 4096
    assert loader == image.loader
    app, count = mounted(parts["app_a"], 512)
    assert count == rows["app_a"][3] // 512
    assert app == image.release.files


def test_every_file_has_the_hash_of_what_went_in(images):
    image, path = images("esp32_wroom32")
    parts = extract(path)
    said = json.loads(mounted(parts["vfs"], 4096)[0]["slot_a.json"])
    for kind, part in (("app", "app_a"), ("models", "models")):
        length, digest = said[kind]
        assert hashlib.sha256(parts[part][:length]).hexdigest() == digest
    firmware = repository() / "firmware"
    sources = {p.relative_to(firmware).as_posix() for p in firmware.rglob("*.py")}
    outside = {"boot.py"} | {f"harken/update/{n}.py" for n in ("main", "slots", "loader", "agent")}
    compiled = {path[:-4] + ".py" for path in image.release.files if path.endswith(".mpy")}
    native = {path for path in compiled - sources if (firmware / (path[:-3] + ".mpy")).exists()}
    foreign = used.unused(firmware, used.by(MODELS))
    assert compiled - native == sources - outside - foreign
    for name, source in (("boot.py", "boot.py"), ("main.py", "harken/update/main.py")):
        kept = [ast.unparse(node) for node in ast.parse(image.loader[name]).body]
        whole = ast.parse((firmware / source).read_bytes()).body
        assert kept == [ast.unparse(node) for node in whole[1:]]  # all but the docstring
        assert len(image.loader[name]) <= 128  # takes no block


def test_the_models_partition_holds_the_packed_models(images):
    image, path = images("esp32_wroom32")
    half = extract(path)["models"]
    assert half.startswith(image.release.models)
    packed = models.unpack(half)
    assert packed == image.release.content
    for name, data in MODELS.items():
        assert packed[name].startswith(data)


def test_the_same_inputs_give_the_same_bytes(images):
    image, path = images("esp32_wroom32")
    assert made("esp32_wroom32").data == path.read_bytes()
    assert made("esp32_wroom32", {"first": MODELS["first"]}).data != image.data


def test_the_esp8266_gets_its_slots_as_files(images):
    image, path = images("esp_wroom02")
    with pytest.raises(UserError, match="no partition table"):
        extract(path)
    parts = extract(path, image.board)
    files, count = mounted(parts["vfs"], 4096)
    assert count == image.board.partition("vfs").size // 4096
    assert files["models_a.bin"] == image.release.models
    room = bytearray(b"\xff" * 0x80000)
    room[: len(files["app_a.bin"])] = files["app_a.bin"]
    app, _ = mounted(bytes(room), 512)
    assert "harken/crisis/__init__.mpy" in app
    assert not any("kernels/viper" in path or "/vault/" in path for path in app)


def test_the_table_adds_up_to_the_flash_in_use(images):
    image, _ = images("esp32_wroom32")
    rows = {row.part: row for row in image.rows}
    apps = [row.flash for row in image.rows if row.part.startswith("app ")]
    assert sum(apps) == image.release.used
    assert rows["model first"].flash == len(image.release.content["first"])
    budgeted = sum(row.flash for row in image.rows if row.budgeted)
    assert [check.found for check in image.checks] == [budgeted]


def test_the_released_application_and_models_keep_the_budget():
    board = boards.default()
    image = made(board, choose.models(repository(), board))
    refuse(board, image.checks + fit.checks(board, image.release.content))
    assert image.checks[0].allowed == 640 * 1024


def test_an_image_above_the_budget_is_refused():
    tight = boards.default().budget.model_copy(update={"flash_bytes": 100_000})
    image = made(boards.default().model_copy(update={"budget": tight}))
    with pytest.raises(UserError, match="allowed 100000"):
        refuse(image.board, image.checks)


def test_models_that_do_not_fit_their_half_are_refused():
    with pytest.raises(UserError, match="a half of the partition has 393216"):
        made("esp32_wroom32", {"big": dense(100_000, 4)})
    with pytest.raises(UserError, match="at most 20"):
        models.pack({"a_name_that_is_far_too_long": b""}, 4096)


def damaged(data, at, value):
    return data[:at] + bytes([data[at] ^ value]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda b: b"\x7fELF" + synthetic.firmware(b), "starts with 0xE9"),
        (lambda b: synthetic.firmware(b)[:-40], "the image ends at byte"),
        (lambda b: damaged(synthetic.firmware(b), 40, 1), "boot loader at 0x0 is damaged"),
        (lambda b: damaged(synthetic.firmware(b), 0xF000 + 50, 1), "application at 0xf000 is dam"),
        (lambda b: synthetic.firmware(b, "1.22.2"), "needs 1.23 to 1.29"),
        (lambda b: synthetic.firmware(b, "1.30.0"), "is MicroPython 1.30.0"),
        (lambda b: synthetic.firmware(boards.load("esp32_s3")), "damaged|esp32s3"),
        (lambda b: b"", "found nothing"),
    ],
)
def test_wrong_firmware_is_refused_with_its_reason(change, said):
    board = boards.default()
    with pytest.raises(UserError, match=said):
        stock.parse(change(board), board)


def test_firmware_for_another_chip_is_refused_by_name():
    s3, c3 = boards.load("esp32_s3"), boards.load("esp32_c3")
    with pytest.raises(UserError, match="is for esp32s3, esp32_c3 has esp32c3"):
        stock.parse(synthetic.firmware(s3), c3)


@pytest.mark.parametrize("version", ["1.23.0", "1.25.0", "1.26.1", "1.29.0"])
def test_the_versions_in_range_are_accepted(version):
    board = boards.default()
    parsed = stock.parse(synthetic.firmware(board, version), board)
    assert parsed.version_text == version


def test_native_code_of_another_architecture_is_refused():
    from harken_toolchain.image.application import check_format

    c3 = boards.load("esp32_c3")
    with pytest.raises(UserError, match="holds xtensawin code, esp32_c3 is rv32imc"):
        check_format(bytes([0x4D, 6, 10 << 2 | 3, 31]), "fast.mpy", c3)
    with pytest.raises(UserError, match=r"is \.mpy 6\.2, esp32_c3 loads 6\.3"):
        check_format(bytes([0x4D, 6, 11 << 2 | 2, 31]), "fast.mpy", c3)
    check_format(bytes([0x4D, 6, 11 << 2 | 3, 31]), "fast.mpy", c3)
    check_format(bytes([0x4D, 6, 0, 31]), "plain.mpy", c3)


def test_a_stock_header_of_another_flash_size_is_set_to_the_boards():
    board = boards.load("esp32_s3")
    small = board.flash.model_copy(update={"size_bytes": 4 << 20})
    firmware = synthetic.firmware(board.model_copy(update={"flash": small}))
    image = build(board, stock.parse(firmware, board), {}, repository())
    assert image.data[3] >> 4 == 3  # 8 MB
    espimage.check(image.data)


def test_only_models_released_by_default_are_in_an_image(tmp_path):
    for name, release in (("one", "default"), ("two", "opt-in"), ("three", None)):
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.tflite").write_bytes(MODELS["first"])
        (folder / "model.toml").write_text(f'release = "{release}"' if release else "")
    board = boards.default()
    every = board.image.model_copy(update={"models": "default"})
    assert list(choose.models(tmp_path, board.model_copy(update={"image": every}))) == ["one"]
    two = board.image.model_copy(update={"models": ["two"]})
    assert list(choose.models(tmp_path, board.model_copy(update={"image": two}))) == ["two"]
    assert list(choose.models(tmp_path, board, ["two", "three"])) == ["two", "three"]
    with pytest.raises(UserError, match="no released model 'four'"):
        choose.models(tmp_path, board, ["four"])


def test_a_file_that_is_no_model_is_refused(tmp_path):
    (tmp_path / "note.tflite").write_text("not a model at all")
    with pytest.raises(UserError, match=r"is no \.tflite"):
        choose.models(tmp_path, boards.default(), [str(tmp_path / "note.tflite")])


def test_a_small_board_gets_the_smallest_model_that_fits_its_memory(tmp_path):
    for name, model in (("wide", dense(6000, 3)), ("deep", dense(900, 9)), ("small", dense(40, 3))):
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.tflite").write_bytes(model)
        (folder / "model.toml").write_text('release = "default"')
    board = boards.load("esp_wroom02")
    assert list(choose.models(tmp_path, board)) == ["small"]
    (tmp_path / "models/small/small.tflite").unlink()
    assert list(choose.models(tmp_path, board)) == ["deep"]
    (tmp_path / "models/deep/deep.tflite").unlink()
    assert choose.models(tmp_path, board) == {}
