"""The settings of the server: who reaches it how, who may watch and call it, and what it logs."""

from __future__ import annotations

from attendance.settings import setting_values as values
from attendance.settings.setting import Setting

FORBIDDEN = "forbidden"  # plain http beyond this computer
JSON = "json"  # lines of the log

SERVER_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ATTENDANCE_TRUSTED_PROXIES",
        "trusted_proxies",
        "none: no proxy is believed",
        "Comma-separated addresses or networks of the reverse proxies in front of the server.",
        values.networks,
    ),
    Setting(
        "ATTENDANCE_PLAIN_HTTP",
        "plain_http",
        "allowed",
        "Check-ins over plain http, which others in the network can read: allowed or forbidden.",
        values.one_of("allowed", FORBIDDEN),
    ),
    Setting(
        "ATTENDANCE_METRICS",
        "metrics",
        "none: there are no metrics",
        "Comma-separated addresses or networks of the monitoring that may read /metrics.",
        values.networks,
    ),
    Setting(
        "ATTENDANCE_LOG",
        "log",
        "text",
        "The form of the log's lines: text for people, or json for programs.",
        values.one_of("text", JSON),
    ),
    Setting(
        "ATTENDANCE_CORS",
        "cors",
        "none: pages of other sites can't call the API",
        "Comma-separated origins of other sites whose pages may call the API.",
        values.origins,
    ),
    Setting(
        "ATTENDANCE_ANONYMOUS_FACES",
        "anonymous_faces",
        "off",
        "Whether /detect_face finds faces for callers without a token or login: on or off.",
        values.on_or_off,
    ),
)
