"""What can be asked of the device: each function here is a JSON-RPC method and a chat command.

`{"method": "country", "params": {"value": "IE"}}` and `/country IE` do the same. A method
takes the application and the parameters and gives a dict that JSON can hold. Adding a method
is adding a function and its row, with its help, in `METHODS`.
"""

from harken.compat import heap_free, heap_used
from harken.console import chat
from harken.console.rpc import INVALID_PARAMS, RpcError


def say(app, params):
    text = _text(params, "text")
    if params.get("more"):  # the line goes on in the next call
        app.listen(text)
        return {"more": True}
    return app.turn(text)


def line(app, params):
    return chat.respond(app, _text(params, "text"))


def hello(app, params):
    return {"text": app.greeting(), "version": app.version, "parts": app.parts()}


def status(app, params):
    return {
        "heap_used": heap_used(),
        "heap_free": heap_free(),
        "risk": app.session.risk(),
        "log": app.log,
    }


def country(app, params):
    value = params.get("value")
    if value:
        app.set_country(_code(value).upper())
    return {"country": app.settings.country}


def language(app, params):
    value = params.get("value")
    if value:
        app.set_language("" if value == "auto" else _code(value).lower())
    return {"language": app.settings.language}


def safe(app, params):
    return app.check_in()


def plan(app, params):
    step, _, text = params.get("value", "").partition(" ")
    own = app.plan()
    if step:
        own.write(_step(step), text)
    return {"text": own.show() or "No step of your plan is written yet: /plan 1 TEXT"}


def help(app, params):
    return {"text": "\n".join(["/%s: %s" % (name, METHODS[name][1]) for name in sorted(METHODS)])}


def _text(params, name):
    value = params.get(name)
    if not isinstance(value, str):
        raise RpcError(INVALID_PARAMS, "wanted '%s' as a string" % name)
    return value


def _step(text):
    if text not in ("1", "2", "3", "4", "5", "6"):
        raise RpcError(INVALID_PARAMS, "wanted a step from 1 to 6, found '%s'" % text[:20])
    return int(text)


def _code(value):
    if not isinstance(value, str) or len(value) != 2 or not value.isalpha():
        raise RpcError(INVALID_PARAMS, "wanted two letters, found '%s'" % str(value)[:20])
    return value


# MicroPython keeps no docstrings, so the help of a method stands here.
METHODS = {
    "say": (say, "say something (a line without a slash does the same)"),
    "line": (line, "for programs: what a person would type, with or without a slash"),
    "hello": (hello, "what this device is and what it is not"),
    "status": (status, "memory, risk level, and what went wrong since the start"),
    "country": (country, "your country for helplines, as two letters: /country IE"),
    "language": (language, "the language of crisis answers: /language es, or /language auto"),
    "safe": (safe, "tell that you are safe now, after a moment of danger"),
    "plan": (plan, "your own safety plan; /plan 3 TEXT writes its third step"),
    "help": (help, "this list"),
}
