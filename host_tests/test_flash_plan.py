"""What flashing writes and keeps, on a chip that is an array of bytes."""

import pytest
from harken_toolchain import boards
from harken_toolchain.errors import UserError
from harken_toolchain.flash import plan as planner
from harken_toolchain.flash import silicon
from harken_toolchain.image import build, filesystem, stock, synthetic
from harken_toolchain.image.build import partition_table
from harken_toolchain.paths import repository
from small_models import dense


class ArrayChip:
    """Flash that behaves as flash: a write needs erased sectors, which esptool sees to."""

    def __init__(self, board, family=None, flash_bytes=None):
        self.family = family or board.chip_family
        self.flash_bytes = flash_bytes or board.flash.size_bytes
        self.flash = bytearray(b"\xff" * board.flash.size_bytes)
        self.resets = 0

    def read(self, address, size):
        return bytes(self.flash[address : address + size])

    def write(self, address, data, advance):
        assert address % 4096 == 0
        self.flash[address : address + len(data)] = data
        advance(len(data), len(data))

    def verify(self, address, data):
        assert self.read(address, len(data)) == data

    def erase(self, address, size):
        self.flash[address : address + size] = b"\xff" * size

    def reset(self):
        self.resets += 1


BOARD = boards.default()
VFS, VAULT = BOARD.partition("vfs"), BOARD.partition("vault")


def image_of(board):
    firmware = stock.parse(synthetic.firmware(board), board)
    return build(board, firmware, {"model": dense(200, 8)}, repository())


@pytest.fixture(scope="module")
def image():
    return image_of(BOARD)


@pytest.fixture
def chip():
    return ArrayChip(BOARD)


def flash(image, chip, **options):
    plan = planner.make(image, chip, **options)
    told = []
    planner.run(plan, chip, lambda write, done, total: told.append((write.part, done, total)))
    assert [part for part, done, total in told] == [write.part for write in plan.writes]
    return plan


def own_files(chip):
    return filesystem.read(chip.read(VFS.offset, VFS.size))


def add_file(chip, name, data, part=VFS):
    files = own_files(chip) if part is VFS else {}
    content, _ = filesystem.make(files | {name: data}, part.size)
    chip.flash[part.offset : part.end] = content


def test_an_empty_board_gets_every_part_of_the_image(image, chip):
    plan = flash(image, chip)
    base = BOARD.flash.image_offset
    for part in BOARD.partitions:
        if part.name in ("factory", "models", "app_a"):
            expected = image.data[part.offset - base : part.end - base]
            assert chip.read(part.offset, len(expected)) == expected
    assert chip.read(0x8000, 4096) == partition_table(BOARD)
    assert own_files(chip) == image.loader
    assert not plan.kept and not plan.lost


def test_a_board_with_harken_keeps_vault_and_own_files(image, chip):
    flash(image, chip)
    add_file(chip, "settings.json", b'{"country": "IE"}')
    add_file(chip, "journal.bin", b"secret" * 999, VAULT)
    vault = chip.read(VAULT.offset, VAULT.size)
    plan = flash(image, chip)
    assert plan.kept == ["settings.json", "the vault"] and not plan.lost
    assert chip.read(VAULT.offset, VAULT.size) == vault
    assert own_files(chip) == image.loader | {"settings.json": b'{"country": "IE"}'}


def test_a_stale_trial_does_not_survive_flashing(image, chip):
    flash(image, chip)
    add_file(chip, "slot_b.json", b"{}")
    add_file(chip, "boot.json", b'{"slot": "a", "trial": "b", "left": 3}')
    flash(image, chip)
    assert own_files(chip) == image.loader


def test_erase_takes_the_vault_and_says_so(image, chip):
    flash(image, chip)
    add_file(chip, "settings.json", b"{}")
    add_file(chip, "journal.bin", b"secret", VAULT)
    plan = flash(image, chip, erase=True)
    assert plan.lost == ["the vault and every file on the board"]
    assert chip.read(VAULT.offset, VAULT.size) == b"\xff" * VAULT.size
    assert own_files(chip) == image.loader


def test_another_layout_with_files_is_announced_before_it_is_erased(image, chip):
    from mp_image_tool_esp32.partition_table import PartitionTable

    table = PartitionTable(4 << 20)
    table.add_part("factory", "factory", 0x1F0000, 0x10000)
    table.add_part("vfs", "fat", 0x200000, 0x200000)
    chip.flash[0x8000:0x9000] = table.to_bytes()
    assert not planner.make(image, chip).lost
    content, _ = filesystem.make({"diary.txt": b"dear diary"}, 0x200000)
    chip.flash[0x200000:0x400000] = content
    plan = planner.make(image, chip)
    assert plan.lost and {part for part, _, _ in plan.erases} == {"nvs", "vault"}


def test_the_wrong_chip_and_a_small_flash_are_refused(image):
    with pytest.raises(UserError, match="has an ESP32-S3, esp32_wroom32 is for the ESP32"):
        planner.make(image, ArrayChip(BOARD, family="ESP32-S3"))
    with pytest.raises(UserError, match="has 2 MB of flash, esp32_wroom32 needs 4 MB"):
        planner.make(image, ArrayChip(BOARD, flash_bytes=2 << 20))


def test_nothing_is_written_outside_the_boards_partitions(image, chip):
    keep = [part for part in BOARD.partitions if part.name in ("nvs", "phy_init", "app_b", "vault")]
    for part in keep:
        chip.flash[part.offset : part.end] = b"\xa5" * part.size
    chip.flash[0x8000:0x9000] = partition_table(BOARD)
    plan = flash(image, chip)
    ends = {part.offset: part.end for part in BOARD.partitions}
    for write in plan.writes:
        assert write.address + len(write.data) <= ends.get(write.address, 0x9000), write.part
    for part in keep:
        assert chip.read(part.offset, part.size) == b"\xa5" * part.size


def test_the_loader_is_written_last(image, chip):
    assert planner.make(image, chip).writes[-1].address == VFS.offset


def test_the_esp8266_is_planned_without_a_table():
    board = boards.load("esp_wroom02")
    image, chip = image_of(board), ArrayChip(board)
    flash(image, chip)
    vfs = board.partition("vfs")
    assert filesystem.read(chip.read(vfs.offset, vfs.size)) == image.loader
    assert planner.make(image, chip).kept == []


def test_a_port_that_is_not_there_is_explained():
    missing = silicon.connected("/dev/ttyHARKEN", 115200)
    with pytest.raises(UserError, match="there is no port /dev/ttyHARKEN"), missing:
        pass
