"""The messages for failures of the public tunnel."""

from __future__ import annotations

import re

from pyngrok.exception import (
    PyngrokError,
    PyngrokNgrokError,
    PyngrokNgrokHTTPError,
    PyngrokNgrokInstallError,
)

NEEDS_ACCOUNT = (
    "--public needs an ngrok token. Copy yours from https://dashboard.ngrok.com/get-started/your-authtoken "
    "to the environment variable NGROK_AUTHTOKEN."
)
NOT_DOWNLOADED = (
    "The ngrok agent could not be downloaded. Check the internet connection and start again, "
    "or install ngrok from https://ngrok.com/download"
)
NOT_RUNNABLE = "The ngrok agent can't be run ({reason}). Install it from https://ngrok.com/download"
BAD_CONFIGURATION = "The ngrok agent's settings in {path} are damaged. Delete the file, and start again."
NO_ANSWER = "ngrok did not answer in time. Check the internet connection, then start again with --public."
LOST = "The connection to ngrok was lost. Phones outside this network can't check in until it is restored."
BACK = "The connection to ngrok was restored: {url}"
STOPPED = (
    "The ngrok agent has stopped, so the public address no longer works. "
    "Start again with --public to get a new one."
)

_ACCOUNT_REFUSED = (
    "ngrok rejected the token in NGROK_AUTHTOKEN. "
    "Copy it again from https://dashboard.ngrok.com/get-started/your-authtoken"
)
_PLAN_LIMIT = (
    "Your ngrok plan doesn't allow another agent or address at the same time. "
    "Stop the others at https://dashboard.ngrok.com/agents, then start again."
)
_ALREADY_ONLINE = (
    "Another ngrok agent already uses this address, possibly from an earlier start. "
    "Stop it at https://dashboard.ngrok.com/agents, or choose another address with --domain."
)
_DOMAIN = (
    "This domain is not reserved for your ngrok account. "
    "Reserve it at https://dashboard.ngrok.com/domains, or omit --domain."
)
_TOO_OLD = (
    "The installed ngrok agent is too old for ngrok's servers. "
    "Update it with `ngrok update`, or reinstall it from https://ngrok.com/download"
)
_NOT_REACHED = "ngrok's servers can't be reached. Check the internet connection and the firewall."

# Meanings from https://ngrok.com/docs/errors
_SENTENCES = {
    **dict.fromkeys(("ERR_NGROK_105", "ERR_NGROK_106", "ERR_NGROK_107", "ERR_NGROK_4018"), _ACCOUNT_REFUSED),
    **dict.fromkeys(("ERR_NGROK_108", "ERR_NGROK_324", "ERR_NGROK_348"), _PLAN_LIMIT),
    **dict.fromkeys(("ERR_NGROK_334", "ERR_NGROK_6025"), _ALREADY_ONLINE),
    **dict.fromkeys(("ERR_NGROK_319", "ERR_NGROK_320", "ERR_NGROK_7117", "ERR_NGROK_7118"), _DOMAIN),
    **dict.fromkeys(("ERR_NGROK_120", "ERR_NGROK_121"), _TOO_OLD),
}
_CODE = re.compile(r"ERR_NGROK_\d+")
# The agent's messages if it got no response, as Go's network library words them.
_UNREACHABLE = re.compile(
    r"dial tcp|lookup |no such host|timeout|connection refused|unreachable|EOF|no records"
)


def sentence_for(error: PyngrokError, log: str = "") -> str:
    """The message for an error. Never ngrok's own text, which repeats the token.

    Args:
        error: the error that pyngrok raised.
        log: lines of the agent's log that pyngrok did not read.
    """
    if isinstance(error, PyngrokNgrokInstallError):
        return NOT_DOWNLOADED
    text = f"{_text_of(error)}\n{log}"
    code = _CODE.search(text)
    if code is not None:
        known = _SENTENCES.get(code[0])
        return known or f"ngrok reported an error: see https://ngrok.com/docs/errors/{code[0].lower()}"
    if _UNREACHABLE.search(text):
        return _NOT_REACHED
    return NO_ANSWER


def _text_of(error: PyngrokError) -> str:
    if isinstance(error, PyngrokNgrokHTTPError):
        return error.body
    if isinstance(error, PyngrokNgrokError):
        return error.ngrok_error or str(error)
    return str(error)
