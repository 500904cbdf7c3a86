"""What a board file may say. A field that is not here is a mistake in the file."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

#: Flash is erased in sectors of this many bytes.
SECTOR = 4096

Bytes = Annotated[int, Field(ge=0)]
Gpio = Annotated[int, Field(ge=0, le=48)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+(\.\d+)?$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cpu(_Table):
    """Clocks in MHz: the one the application sets and the one the chip boots with."""

    mhz: Annotated[int, Field(ge=20, le=400)]
    boot_mhz: Annotated[int, Field(ge=20, le=400)]
    cores: Literal[1, 2]


class Ram(_Table):
    """Bytes of memory; `heap_bytes` is the free GC heap of stock firmware at a bare REPL."""

    sram_bytes: Bytes
    heap_bytes: Bytes
    heap_source: str
    psram_bytes: Bytes = 0


class Budget(_Table):
    """What the application with its models may take on this board."""

    heap_bytes: Bytes
    largest_block_bytes: Bytes
    flash_bytes: Bytes
    line_ms: Annotated[int, Field(gt=0)]
    arena_bytes: Bytes


class Flash(_Table):
    """The flash chip; `image_offset` is where the first byte of an image file goes."""

    size_bytes: Bytes
    mode: Literal["dio", "dout", "qio", "qout"]
    mhz: Literal[20, 26, 40, 80]
    image_offset: Bytes
    read_bytes_per_s: Annotated[int, Field(gt=0)]
    read_source: str


class Partition(_Table):
    """One row of the partition table; offset and size in bytes."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,14}$")]
    type: Literal["app", "data"]
    subtype: Literal["factory", "nvs", "phy", "fat", "undefined"]
    offset: Bytes
    size: Annotated[int, Field(gt=0)]

    @property
    def end(self) -> int:
        return self.offset + self.size


class MicroPython(_Table):
    """The stock firmware, the range of versions accepted and its .mpy format."""

    board: str
    version: Version
    minimum: Version
    maximum: Version
    mpy: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+$")]
    url: Annotated[str, StringConstraints(pattern=r"^https://")]
    sha256: Sha256 | None = None


class Image(_Table):
    """How the application is put into an image.

    `leave_out`: glob patterns of paths under firmware/ (a folder stands for all it holds).
    `models`: `default` for every model released by default, `smallest` for the
    smallest one that keeps the budget of memory, or their names.
    `languages`: those whose crisis lexicon and answers go in; empty for all.
    `operators`: `all`, or those that the image's `models` use.
    """

    optimise: Annotated[int, Field(ge=0, le=3)]
    leave_out: tuple[str, ...] = ()
    models: Literal["default", "smallest"] | list[str] = "default"
    languages: tuple[str, ...] = ()
    operators: Literal["all", "models"] = "all"


class Board(_Table):
    """One board, as its file in boards/ describes it."""

    name: Name
    title: str
    default: bool = False
    chip: Literal["esp32", "esp32s3", "esp32c3", "esp8266"]
    chip_family: Literal["ESP32", "ESP32-S3", "ESP32-C3", "ESP8266"]
    native_arch: Literal["xtensawin", "xtensa", "rv32imc"]
    kernels: tuple[Literal["lx6", "viper", "portable"], ...]
    features: tuple[Literal["ble", "wifi", "uart", "psram", "partitions", "vault"], ...]
    cpu: Cpu
    ram: Ram
    budget: Budget
    flash: Flash
    partitions: tuple[Partition, ...]
    micropython: MicroPython
    pins: dict[str, Gpio]
    image: Image

    def partition(self, name: str) -> Partition | None:
        """The partition of that name, or None."""
        return next((part for part in self.partitions if part.name == name), None)

    @property
    def has_table(self) -> bool:
        """Whether the chip reads a partition table (the ESP8266 does not)."""
        return self.chip != "esp8266"

    @model_validator(mode="after")
    def _partitions_lie_in_flash(self) -> "Board":
        end, names = 0, set()
        for part in self.partitions:
            if part.offset % SECTOR or part.size % SECTOR:
                raise ValueError(f"partition {part.name} is not on a boundary of {SECTOR} bytes")
            if part.type == "app" and part.offset % 0x10000:
                raise ValueError(f"partition {part.name}: an app starts at a multiple of 0x10000")
            if part.name in names:
                raise ValueError(f"partition {part.name} stands twice")
            if part.offset < end:
                raise ValueError(f"partition {part.name} overlaps the one before it")
            end = part.end
            names.add(part.name)
        if end > self.flash.size_bytes:
            raise ValueError(f"partitions end at {end:#x}, flash at {self.flash.size_bytes:#x}")
        wanted = {"vfs"} | (
            {"models", "app_a", "app_b"} if "partitions" in self.features else set()
        )
        if missing := sorted(wanted - names):
            raise ValueError(f"there is no partition named {missing[0]}")
        return self

    @model_validator(mode="after")
    def _budget_fits(self) -> "Board":
        if self.budget.heap_bytes > self.ram.heap_bytes:
            raise ValueError("budget.heap_bytes is above ram.heap_bytes")
        if "portable" not in self.kernels:
            raise ValueError("kernels must hold portable, the set that runs anywhere")
        if "lx6" in self.kernels and self.chip != "esp32":
            raise ValueError(f"the lx6 kernels do not run on {self.chip}")
        return self
