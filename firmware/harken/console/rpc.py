"""JSON-RPC 2.0, one message a line (https://www.jsonrpc.org/specification)."""

import json

from harken.compat import MICROPYTHON, const

PARSE_ERROR = const(-32700)
INVALID_REQUEST = const(-32600)
METHOD_NOT_FOUND = const(-32601)
INVALID_PARAMS = const(-32602)
INTERNAL_ERROR = const(-32603)


class RpcError(Exception):
    """An error that is told to the caller: RpcError(code, message)."""


def answer(line, call):
    """The answer to one request line, as a line; None for a notification.

    `call(method, params)` gives the result or raises `RpcError`.
    """
    number = None
    try:
        number, method, params = _request(line)
        result = call(method, params)
    except RpcError as error:
        return _error(number, error.args[0], error.args[1])
    if number is None:
        return None
    return json.dumps({"jsonrpc": "2.0", "id": number, "result": result})


def too_long(limit):
    """The answer to a request line that is longer than `limit` bytes."""
    message = "the line is longer than %d bytes; send a text in pieces with 'more'" % limit
    return _error(None, PARSE_ERROR, message)


def _request(line):
    try:
        request = json.loads(line)
    except ValueError:
        raise RpcError(PARSE_ERROR, "not one JSON object on the line") from None
    if not isinstance(request, dict) or not isinstance(request.get("method"), str):
        raise RpcError(INVALID_REQUEST, "wanted an object with 'method'")
    params = request.get("params", {})
    if not isinstance(params, dict):
        raise RpcError(INVALID_PARAMS, "wanted 'params' as an object")
    if MICROPYTHON and "\\ud" in line.lower():
        from harken.console.surrogates import joined

        for name, value in params.items():
            if isinstance(value, str):
                params[name] = joined(value)
    return request.get("id"), request["method"], params


def _error(number, code, message):
    error = {"code": code, "message": message}
    return json.dumps({"jsonrpc": "2.0", "id": number, "error": error})
