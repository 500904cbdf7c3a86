"""The console: lines in pieces, JSON-RPC, chat commands."""

import io
import json

import pytest
from harken.console import chat, lines, rpc
from harken.console.lines import OVERLAP, PIECE, LineReader
from harken.console.rpc import RpcError
from harken.console.serve import serve
from harken_toolchain import micropython
from hypothesis import given
from hypothesis import strategies as st


def lines_of(content: bytes) -> list[list[str]]:
    """Every line of `content`, each as its pieces."""
    reader = LineReader(io.BytesIO(content))
    found = []
    while pieces := list(reader.pieces()):
        found.append(pieces)
    return found


def test_line_ends():
    assert lines_of(b"a\nb\r\nc\rd") == [["a"], ["b"], ["c"], ["d"]]


def test_empty_lines_stay():
    assert lines_of(b"\n\nx\n") == [[""], [""], ["x"]]


def test_bytes_that_are_no_text():
    assert lines_of(b"a\xffb\n") == [["a?b"]]


@given(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=300))
def test_any_text_comes_back(text: str):
    assert lines_of(text.encode() + b"\n") == [[text]]


@given(st.integers(0, 3), st.sampled_from("aé€😀"))
def test_long_line_comes_in_overlapping_pieces(shift: int, letter: str):
    text = "x" * shift + letter * 5000
    (pieces,) = lines_of(text.encode() + b"\n")
    assert all(len(piece.encode()) <= PIECE for piece in pieces)
    joined = pieces[0]
    for piece in pieces[1:]:
        assert any(joined.endswith(piece[:size]) for size in range(OVERLAP // 4 - 4, OVERLAP + 1))
        assert "?" not in piece
    assert pieces[-1].endswith(letter * 50)


def test_a_piece_that_finds_no_room_is_read_again(monkeypatch: pytest.MonkeyPatch):
    made: list[str] = []

    def short_of_room(buffer: bytearray, size: int) -> str:
        if not made:
            raise MemoryError
        return bytes(buffer[:size]).decode()

    monkeypatch.setattr(lines, "_text", short_of_room)
    reader = LineReader(io.BytesIO(b"one\ntwo\n"), make_room=lambda: made.append("room"))
    assert list(reader.pieces()) == ["one"]
    assert list(reader.pieces()) == ["two"]
    assert made == ["room"]


def test_terminal_echo_and_backspace():
    shown = bytearray()
    reader = LineReader(io.BytesIO(b"ab\xc3\xa9\x7f\x08c\r"), shown.extend)
    assert list(reader.pieces()) == ["ac"]
    assert bytes(shown) == b"ab\xc3\xa9\b \b\b \bc\r\n"


class FakeApp:
    """Answers every method with its name and parameters."""

    def __init__(self) -> None:
        self.session = self
        self.heard: list[str] = []

    def make_room(self) -> None:
        self.heard.append("room")

    def greeting(self) -> str:
        return "hello"

    def listen(self, text: str) -> None:
        self.heard.append(text)

    def call(self, method: str, params: dict) -> dict:
        if method == "nix":
            raise RpcError(rpc.METHOD_NOT_FOUND, "no method 'nix'")
        return {"method": method, **params}


def asked(line: str) -> dict:
    return json.loads(rpc.answer(line, FakeApp().call) or "null")


def test_rpc_result():
    answer = asked('{"jsonrpc": "2.0", "id": 7, "method": "say", "params": {"text": "x"}}')
    assert answer == {"jsonrpc": "2.0", "id": 7, "result": {"method": "say", "text": "x"}}


SURROGATES = r"""
from harken.console import rpc
line = '{"id": 1, "method": "say", "params": {"text": "a\\ud83d\\ude00b\\ud83d \\uDE00"}}'
rpc.answer(line, lambda method, params: print(params["text"]))
"""


@pytest.mark.micropython
def test_escaped_emoji_arrive_whole(runtime: list[str]):
    assert micropython.run_script(SURROGATES) == "a\U0001f600b? ?\n"


def test_rpc_notification_has_no_answer():
    assert rpc.answer('{"method": "say"}', FakeApp().call) is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", rpc.PARSE_ERROR),
        ("[]", rpc.INVALID_REQUEST),
        ('{"id": 1}', rpc.INVALID_REQUEST),
        ('{"id": 1, "method": "say", "params": 3}', rpc.INVALID_PARAMS),
        ('{"id": 1, "method": "nix"}', rpc.METHOD_NOT_FOUND),
    ],
)
def test_rpc_errors(line: str, code: int):
    assert asked(line)["error"]["code"] == code


def test_chat_command_calls_the_method():
    assert chat.respond(FakeApp(), "/country IE")["text"] == "method: country\nvalue: IE"


def test_chat_unknown_command_is_told():
    assert chat.respond(FakeApp(), "/nix") == {"text": "no method 'nix'"}


def served(content: bytes) -> tuple[FakeApp, list[str]]:
    app, sent = FakeApp(), bytearray()
    serve(app, io.BytesIO(content), sent.extend)
    return app, sent.decode().splitlines()


def test_serve_greets_and_answers_both_ways():
    _, sent = served(b'{"id": 1, "method": "hello"}\n/hello\n')
    assert sent == [
        "hello",
        '{"jsonrpc": "2.0", "id": 1, "result": {"method": "hello"}}',
        "method: hello",
    ]


def test_serve_lets_the_guard_hear_all_of_a_long_line():
    app, _ = served(b"/hello" + b"x" * 2 * PIECE + b" the end\n")
    assert app.heard[-1].endswith("the end")


def test_serve_tells_that_a_request_is_too_long():
    _, sent = served(b'{"method": "' + b"x" * PIECE + b'"}\n')
    assert json.loads(sent[1])["error"]["code"] == rpc.PARSE_ERROR
