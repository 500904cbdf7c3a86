"""Plain chat: a line is said to the session, a line with a slash is a command."""

import json

from harken.console.rpc import RpcError


def respond(app, line):
    """The reply to a chat line: a dict with at least `text`.

    `/country IE` calls the method `country` with {"value": "IE"}.
    """
    if not line.startswith("/"):
        return app.call("say", {"text": line})
    name, _, value = line[1:].strip().partition(" ")
    try:
        result = app.call(name, {"value": value.strip()} if value else {})
    except RpcError as error:
        return {"text": error.args[1]}
    if "text" not in result:
        result["text"] = _readable(result)
    return result


def _readable(result):
    """`key: value` lines; lists and tables as JSON."""
    return "\n".join(["%s: %s" % (key, _plain(result[key])) for key in sorted(result)])


def _plain(value):
    return value if isinstance(value, str) else json.dumps(value)
