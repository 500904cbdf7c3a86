"""The assembler's language, its errors, and how loop bodies are placed."""

import pytest
from harken_toolchain.errors import UserError
from harken_toolchain.lx6 import qemu
from harken_toolchain.lx6.assembler import assemble, assemble_file

needs_qemu = pytest.mark.skipif(not qemu.available(), reason="qemu-xtensa is not installed")


def _body_start(program):
    """(offset, size) of the instruction behind the first loop instruction."""
    at = next(i for i, row in enumerate(program.listing) if row[2].startswith("loop"))
    offset, data, _ = program.listing[at + 1]
    return offset, len(data)


@pytest.mark.parametrize("narrow", range(5))
def test_loop_body_starts_in_one_fetch_word(narrow):
    text = "entry a1, 32\n" + "mov.n a2, a3\n" * narrow
    text += "loop a2, end\nl32i a3, a4, 0\nadd a3, a3, a3\nend: retw.n"
    program = assemble(text)
    offset, size = _body_start(program)
    assert offset % 4 + size <= 4
    assert not any(line.startswith("nop") for *_, line in program.listing) or narrow == 0


def test_labels_before_a_widened_or_padded_loop_stay_right():
    program = assemble("j there\nthere: loop a2, end\nadd a3, a3, a3\nend: beqz a2, there\nretw.n")
    first = program.labels["there"]
    assert program.listing[0][1] == assemble(f"j x\n.align {first}\nx: retw.n").listing[0][1]


def test_macros_constants_and_names():
    program = assemble(
        """
        .equ SIZE, 4 * (2 + 1) - 4    ; 8
        .reg from, a5
        .macro twice to, n
          beqz \\to, skip\\@
          l32i \\to, from, SIZE + \\n
        skip\\@:
        .endm
        twice a2, 4
        twice a3, 8
        """
    )
    plain = assemble("beqz a2, x\nl32i a2, a5, 12\nx: beqz a3, y\nl32i a3, a5, 16\ny:")
    assert program.code == plain.code


def test_include(tmp_path):
    (tmp_path / "part.inc").write_text("add a2, a2, a3\n")
    (tmp_path / "whole.s").write_text('.include "part.inc"\nretw.n\n')
    assert assemble_file(tmp_path / "whole.s").code == assemble("add a2, a2, a3\nretw.n").code


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("retw.n\nfoo a1", "source:2: unknown instruction or directive 'foo'"),
        ("add a1, a2", "add takes 3 operands, not 2"),
        ("add a1, a2, 5", "'5' is not a register"),
        ("add a1, a2, m1", "add wants an a register, not 'm1'"),
        ("ldinc a1, a2", "ldinc wants an m register, not 'a1'"),
        ("l32i a1, a2, 6", "l32i a1, a2, 6: 6 is not in 0..1020 by 4"),
        ("movi a1, SIZE", "'SIZE' is not a number or a known constant"),
        ("movi a1, 2 ** 3", "'2 ** 3' is not a number"),
        ("beqz a1, nowhere", "no label 'nowhere'"),
        ("x: retw.n\nx: retw.n", "label 'x' is defined twice"),
        ("beqi a1, 9, x\nx: retw.n", "9 is not one of -1, 1, 2"),
        ("loop a1, x\nretw.n\nx: retw.n", "'retw.n' cannot end a loop body"),
        ("x: loop a1, x\nretw.n", "is not in 0..255"),
        (".macro a b\nadd a1, a1, a1", ".macro a has no .endm"),
        (".macro m b\n.endm\nm a1, a2", "macro m takes 1 arguments, not 2"),
        (".macro m\nm\n.endm\nm", "nested too deeply"),
        ('.include "x"', ".include needs a source that is a file"),
        ("beq a1, a2, far\n" + "nop\n" * 60 + "far: retw.n", "is not in -128..127"),
    ],
)
def test_mistakes_are_named_with_their_line(text, says):
    with pytest.raises(UserError) as caught:
        assemble(text)
    assert says in str(caught.value)
    assert "source:" in str(caught.value)


@needs_qemu
def test_mulsh_is_carried_out_where_the_emulator_lacks_it():
    code = assemble(
        "entry a1, 32\nl32i a5, a5, 0\nl32i a5, a5, 12\nl32i a6, a5, 0\nl32i a7, a5, 4\n"
        "mulsh a8, a6, a7\ns32i a8, a5, 8\nmovi a2, 1\nretw.n"
    ).code
    extremes = (-(2**31), -(2**31) + 1, -65536, -1, 0, 1, 65535, 65536, 2**30, 2**31 - 1)
    with qemu.Machine() as machine:
        for one in extremes:
            for two in extremes:
                words = bytearray(12)
                words[:4] = one.to_bytes(4, "little", signed=True)
                words[4:8] = two.to_bytes(4, "little", signed=True)
                machine.call(code, words)
                assert int.from_bytes(words[8:], "little", signed=True) == one * two >> 32


@needs_qemu
def test_instruction_that_capstone_misreads_is_executed():
    code = assemble("entry a1, 32\nmovi.n a2, 47\nretw.n").code
    with qemu.Machine() as machine:
        assert machine.call(code) == 47


@needs_qemu
def test_instructions_are_counted_one_by_one():
    code = assemble(
        "entry a1, 32\nmovi a2, 10\nloop a2, end\nadd a3, a3, a3\nadd a3, a3, a3\nend: retw.n"
    ).code
    assert qemu.count(code) == 3 + 2 * 10 + 1


@needs_qemu
def test_crash_of_the_code_is_reported():
    code = assemble("entry a1, 32\nmovi a3, 0\nl32i a3, a3, 0\nretw.n").code
    with qemu.Machine() as machine, pytest.raises(RuntimeError, match="ended with"):
        machine.call(code)
