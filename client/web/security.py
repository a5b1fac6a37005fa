"""The security headers of all responses, and a check of the host that a request names."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import BadHost

from client.web.answers.caching import cache_control, for_everyone

# Everything comes from this origin; inline scripts and styles need this response's nonce.
_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src {styles}; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the check-in page's address contains the session's token
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}

# In app.config: browsers warn of the server's own certificate. A browser that was asked to use https only
# allows nobody to pass that warning.
SELF_SIGNED = "SELF_SIGNED"
# Thirty days, and again with every visit: a site that gives up https is reachable after a month.
_HTTPS_ONLY = "max-age=2592000"


def init_security(app: Flask) -> None:
    """Set the headers of each response, and provide ``csp_nonce()`` to templates."""
    app.before_request(_require_host)
    app.after_request(_secure)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """The nonce for inline scripts and styles in this response."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _require_host() -> None:
    """Refuse a request whose Host is no name, before a view makes an address of it.

    Raises:
        BadHost: it is none.
    """
    try:
        _ = request.host_url
    except UnicodeError as error:  # such as xn--a, which stands for no letters
        raise BadHost from error


def _secure(response: Response) -> Response:
    response.headers.update(_FIXED)
    response.headers["Content-Security-Policy"] = _content_security_policy()
    if request.is_secure and not current_app.config.get(SELF_SIGNED):
        response.headers["Strict-Transport-Security"] = _HTTPS_ONLY
    if request.endpoint == "static":
        for_everyone()
    response.headers["Cache-Control"] = cache_control()
    return response


def _content_security_policy() -> str:
    if "csp_nonce" not in g:
        return _POLICY.format(scripts="'self'", styles="'self'")
    own = f"'self' 'nonce-{csp_nonce()}'"
    return _POLICY.format(scripts=own, styles=own)
