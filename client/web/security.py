"""The headers of every answer: what a browser may run, show, keep and pass on."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

# One page, one origin, nothing from anywhere else; scripts and styles only with this answer's nonce.
_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src {styles}; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address of the phone page holds the session's token
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def init_security(app: Flask) -> None:
    """Set the headers on each answer and give templates ``csp_nonce()``."""
    app.after_request(_secure)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """The nonce that inline scripts and styles of this answer carry."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _secure(response: Response) -> Response:
    response.headers.update(_FIXED)
    response.headers["Content-Security-Policy"] = _content_security_policy()
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"  # kept, but asked about each time
    else:
        response.headers["Cache-Control"] = "no-store"  # a shared phone remembers nothing
    return response


def _content_security_policy() -> str:
    if "csp_nonce" not in g:
        return _POLICY.format(scripts="'self'", styles="'self'")
    own = f"'self' 'nonce-{csp_nonce()}'"
    return _POLICY.format(scripts=own, styles=own)
