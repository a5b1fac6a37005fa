"""One plain sentence for each way in which a public tunnel fails."""

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
    "and set it in the environment as NGROK_AUTHTOKEN."
)
NOT_DOWNLOADED = (
    "The ngrok agent could not be downloaded; there seems to be no internet here. "
    "Connect this computer, or install ngrok from https://ngrok.com/download, and start again."
)
NOT_RUNNABLE = "The ngrok agent can't be run here ({reason}). Install it: https://ngrok.com/download"
NO_ANSWER = "ngrok did not answer in time. Check the internet connection, then start again with --public."
LOST = "The connection to ngrok is lost. Phones outside this network can't check in until it is back."
BACK = "The connection to ngrok is back: {url}"
STOPPED = (
    "The ngrok agent has stopped, so the public address is gone. Start again with --public for a new one."
)

_ACCOUNT_REFUSED = (
    "ngrok does not accept the token in NGROK_AUTHTOKEN. "
    "Copy it anew from https://dashboard.ngrok.com/get-started/your-authtoken"
)
_PLAN_LIMIT = (
    "Your ngrok plan allows no further agent or address at the same time. "
    "Stop the others at https://dashboard.ngrok.com/agents, then start again."
)
_ALREADY_ONLINE = (
    "Another ngrok agent already serves this address, perhaps from an earlier start. "
    "Stop it at https://dashboard.ngrok.com/agents, or choose another address with --domain."
)
_DOMAIN = (
    "This domain is not reserved for your ngrok account. "
    "Reserve it at https://dashboard.ngrok.com/domains, or leave --domain away."
)
_TOO_OLD = (
    "The installed ngrok agent is too old for ngrok's servers. "
    "Update it with: ngrok update, or install it anew from https://ngrok.com/download"
)
_NOT_REACHED = (
    "ngrok's servers can't be reached. Check the internet connection, and whether a firewall stops it."
)

# Meanings from https://ngrok.com/docs/errors
_SENTENCES = {
    **dict.fromkeys(("ERR_NGROK_105", "ERR_NGROK_106", "ERR_NGROK_107", "ERR_NGROK_4018"), _ACCOUNT_REFUSED),
    **dict.fromkeys(("ERR_NGROK_108", "ERR_NGROK_324", "ERR_NGROK_348"), _PLAN_LIMIT),
    **dict.fromkeys(("ERR_NGROK_334", "ERR_NGROK_6025"), _ALREADY_ONLINE),
    **dict.fromkeys(("ERR_NGROK_319", "ERR_NGROK_320", "ERR_NGROK_7117", "ERR_NGROK_7118"), _DOMAIN),
    **dict.fromkeys(("ERR_NGROK_120", "ERR_NGROK_121"), _TOO_OLD),
}
_CODE = re.compile(r"ERR_NGROK_\d+")
# What the agent says where it got no answer at all, in Go's words.
_UNREACHABLE = re.compile(
    r"dial tcp|lookup |no such host|timeout|connection refused|unreachable|EOF|no records"
)


def sentence_for(error: PyngrokError, last_words: str = "") -> str:
    """What to tell the person who wanted a tunnel. Never ngrok's own text: it repeats the token.

    Args:
        error: what pyngrok made of it.
        last_words: lines of the agent's log that pyngrok did not read.
    """
    if isinstance(error, PyngrokNgrokInstallError):
        return NOT_DOWNLOADED
    said = f"{_said(error)}\n{last_words}"
    code = _CODE.search(said)
    if code is not None:
        known = _SENTENCES.get(code[0])
        return known or f"ngrok refused: see https://ngrok.com/docs/errors/{code[0].lower()}"
    if _UNREACHABLE.search(said):
        return _NOT_REACHED
    return NO_ANSWER


def _said(error: PyngrokError) -> str:
    if isinstance(error, PyngrokNgrokHTTPError):
        return error.body
    if isinstance(error, PyngrokNgrokError):
        return error.ngrok_error or str(error)
    return str(error)
