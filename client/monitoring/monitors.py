"""Who may read the metrics: the networks that the setting ATTENDANCE_METRICS names."""

from __future__ import annotations

from flask import request

from attendance.values.this_computer import parsed_address
from client.web.proxy import KNOWN_VISITOR, OWN_REQUEST, is_direct, names_this_computer
from client.web.services import the_register


def is_monitor() -> bool:
    """Whether this request comes from the site's monitoring, and not through an unknown proxy.

    The monitoring may run on the computer of a trusted proxy. That names the visitor in each request that it
    forwards, so one that names nobody is the monitoring's own. HTTP 1.0 is what proxies speak that add no
    header; no monitoring does.
    """
    environ = request.environ
    address = parsed_address(request.remote_addr)
    if address is None or environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return False
    is_own = bool(environ.get(OWN_REQUEST))
    if not is_own and not environ.get(KNOWN_VISITOR):
        return False
    if address.is_loopback and not (names_this_computer(request) if is_own else is_direct(request)):
        return False
    return any(address in network for network in the_register().settings.metrics)
