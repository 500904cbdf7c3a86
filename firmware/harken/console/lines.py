"""Lines from a byte stream, in pieces of bounded size.

A line may be of any length: what does not fit into the buffer comes as further pieces,
each beginning with the end of the one before, so that whoever looks for danger sees
every word whole.
"""

import gc

from harken.compat import const, with_room

#: The longest piece, in bytes.
PIECE = const(1024)
#: How much of a piece is seen again at the start of the next, in bytes.
OVERLAP = const(200)

_BACKSPACE = (8, 127)


class LineReader:
    """Reads pieces of lines from `stream`, a raw byte stream with `readinto`.

    With `echo`, a function that takes bytes, it shows what is typed and understands the
    backspace key, as a terminal without local echo needs. Where a piece finds no room on the
    heap, it is made once more after `make_room()`.
    """

    def __init__(self, stream, echo=None, make_room=gc.collect):
        self._stream = stream
        self._echo = echo
        self._make_room = make_room
        self._byte = bytearray(1)
        self._buffer = bytearray(PIECE)
        self._after_return = False

    def pieces(self):
        """Yields the pieces of the next line as str; nothing at the end of the input.

        An empty line is one empty piece. Bytes that are no UTF-8 become question marks.
        """
        buffer = self._buffer
        size = 0
        while True:
            byte = self._next()
            if byte is None:
                if size:
                    yield self._text(size)
                return
            if byte == 10:
                yield self._text(size)
                return
            if self._echo and byte in _BACKSPACE:
                size = self._erase(size)
                continue
            if size == PIECE:
                yield self._text(size)
                size = _keep_end(buffer)
            buffer[size] = byte
            size += 1

    def _text(self, size):
        return with_room(self._make_room, _text, self._buffer, size)

    def _next(self):
        """The next byte with CR and CR LF told as LF, or None at the end of the input."""
        while True:
            if not self._stream.readinto(self._byte):
                return None
            byte = self._byte[0]
            follows_return = self._after_return
            self._after_return = byte == 13
            if byte == 10 and follows_return:
                continue
            if self._echo:
                self._show(byte)
            return 10 if byte == 13 else byte

    def _show(self, byte):
        if byte in (10, 13):
            self._echo(b"\r\n")
        elif byte >= 32 and byte != 127:
            self._echo(self._byte)

    def _erase(self, size):
        """Takes the last character, of one to four bytes, off the buffer."""
        if not size:
            return 0
        self._echo(b"\b \b")
        size -= 1
        while size and self._buffer[size] & 0xC0 == 0x80:
            size -= 1
        return size


def _keep_end(buffer):
    """Moves the end of a full buffer, from a character's start, to its front."""
    start = PIECE - OVERLAP
    while buffer[start] & 0xC0 == 0x80 and start < PIECE - 1:
        start += 1
    size = PIECE - start
    buffer[:size] = buffer[start:PIECE]
    return size


def _text(buffer, size):
    """The text in buffer[:size]; a character cut at the end is left out."""
    end = size
    if size == PIECE:
        while end > size - 4 and buffer[end - 1] & 0xC0 == 0x80:
            end -= 1
        if buffer[end - 1] >= 0xC0:
            end -= 1
        else:
            end = size
    view = memoryview(buffer)
    try:
        return str(view[:end], "utf-8")
    except (UnicodeError, ValueError):
        return "".join([chr(b) if b < 128 else "?" for b in view[:end]])
