"""Serves one channel: reads lines, answers each as JSON-RPC or as chat."""

from harken.compat import with_room
from harken.console import chat, rpc
from harken.console.lines import PIECE, LineReader

_PROMPT = "> "


def serve(app, stream, write, terminal=False):
    """Answers lines from `stream` until its input ends.

    Args:
        app: the application.
        stream: a raw byte stream with `readinto`.
        write: takes the bytes to send.
        terminal: the other side is a person at a terminal without local echo.
    """
    echo = write if terminal else None
    reader = with_room(app.make_room, LineReader, stream, echo, app.make_room)
    _send(write, app.greeting())
    while True:
        if terminal:
            write(_PROMPT.encode())
        pieces = reader.pieces()
        first = next(pieces, None)
        if first is None:
            return
        answer = with_room(app.make_room, _answer, app, first, pieces)
        if answer:
            _send(write, answer)


def _answer(app, first, pieces):
    """The answer to the line that begins with `first` and goes on in `pieces`."""
    if not first.startswith("{"):
        for piece in pieces:
            app.listen(piece)
        return chat.respond(app, first)["text"]
    whole = True
    for _ in pieces:
        whole = False
    if whole:
        return rpc.answer(first, app.call)
    return rpc.too_long(PIECE)


def _send(write, text):
    write(text.encode())
    write(b"\n")
