"""Who may read the metrics: the networks that the setting ATTENDANCE_METRICS names."""

from __future__ import annotations

from flask import request

from attendance.values.this_computer import parsed_address
from client.web.proxy import KNOWN_VISITOR, is_direct
from client.web.services import the_register


def is_monitor() -> bool:
    """Whether this request comes from the site's monitoring, and not through an unknown proxy.

    HTTP 1.0 is what proxies speak that add no header; no monitoring does.
    """
    environ = request.environ
    address = parsed_address(request.remote_addr)
    if address is None or not environ.get(KNOWN_VISITOR) or environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return False
    if address.is_loopback and not is_direct(request):
        return False
    return any(address in network for network in the_register().settings.metrics)
