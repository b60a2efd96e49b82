"""Security headers on every response, of every type and status."""

from __future__ import annotations

from flask import Flask, Response, g, request, session

# No inline script or style anywhere; pictures may be our own or data: (SVG chevrons in the stylesheet).
CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)
PERMISSIONS = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "payment=(), usb=(), interest-cohort=()"
)


def init_headers(app: Flask) -> None:
    """Add the headers after every request, error pages and static files included."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Set each security header; pages of signed-in people and of mailed links are not stored by caches."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    # Addresses of mailed links hold a secret: nothing of a path is told to other sites.
    headers["Referrer-Policy"] = "same-origin" if not _has_secret() else "no-referrer"
    headers["Permissions-Policy"] = PERMISSIONS
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    # The mark stands in mails, which are read on other sites; a public figure is meant to be shown on them.
    shared = request.path == "/static/img/mark-mail.png" or request.endpoint == "impact.figure"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if shared else "same-origin"
    headers["Cross-Origin-Embedder-Policy"] = "require-corp"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains; preload"
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = (
            "no-store" if _has_secret() or g.get("actor") or _of_somebody() else "no-cache"
        )
    if "request_id" in g:
        headers["X-Request-ID"] = g.request_id
    headers.pop("Server", None)
    return response


def _of_somebody() -> bool:
    """An answer that begins or ends a session, or belongs to one."""
    return session.modified or "_user_id" in session


def _has_secret() -> bool:
    return request.view_args is not None and "token" in request.view_args
