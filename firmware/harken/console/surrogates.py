"""Joins surrogate pairs, which MicroPython's json leaves apart (RFC 8259, section 7)."""


def joined(text):
    """`text` with each pair as one character; a half without its other half becomes "?"."""
    data, out, i = text.encode(), bytearray(), 0
    while i < len(data):
        code = _surrogate(data, i)
        if not code:
            out.append(data[i])
            i += 1
            continue
        low = _surrogate(data, i + 3)
        if code < 0xDC00 <= low:
            out.extend(chr(0x10000 + ((code - 0xD800) << 10) + low - 0xDC00).encode())
            i += 6
        else:
            out.extend(b"?")
            i += 3
    return str(out, "utf-8")


def _surrogate(data, i):
    """The surrogate whose three bytes begin at data[i], or 0."""
    if i + 2 >= len(data) or data[i] != 0xED or data[i + 1] < 0xA0:
        return 0
    return 0xD000 | (data[i + 1] & 0x3F) << 6 | data[i + 2] & 0x3F
