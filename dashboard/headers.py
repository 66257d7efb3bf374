"""Headers that protect and speed up every answer. A Flask server and settings go in; nothing comes out.

Three kinds of address, three content policies: pages of the Dash application, embeds (server-drawn, so
nothing unsafe is ever allowed, and the only ones that others may frame), and data. Nothing sets a cookie.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from flask import Flask, Response, request
from flask_compress import Compress

from dashboard.origins import SOURCE, AllowList
from dashboard.settings import Settings

DATA_PATHS = ("/v1", "/tegels", "/healthz", "/kaartmotor", "/oembed")
EMBED_PATH = "/embed/"
MOVING = "/embed/kaart"
"""The only embed that may hold scripts, when it is asked to move."""
COMPRESSED = (
    *("text/html", "text/css", "text/javascript", "text/plain", "text/csv", "image/svg+xml"),
    *("application/javascript", "application/json", "application/problem+json", "text/xml"),
    *("application/atom+xml", "application/ld+json"),
)
YEAR = "public, max-age=31536000, immutable"
_MOVING: Mapping[str, tuple[str, ...]] = {
    "script-src": ("'self'",),
    "connect-src": ("'self'",),
    "img-src": ("'self'", "data:", "blob:"),
    "worker-src": ("blob:",),
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SECURE = "max-age=31536000; includeSubDomains"


def register(server: Flask, settings: Settings, script_hashes: Callable[[], Sequence[str]] = tuple) -> None:
    """Put headers and compression on every answer of `server`.

    script_hashes: CSP hashes of the inline scripts a Dash page holds (`app.csp_hashes`), asked once, at the
    first page. ValueError for an embed origin that is no CSP source.
    """
    allowed = AllowList(settings.embed_origins, settings.origins_file)
    embed_policy(settings.embed_origins)
    policies = {"data": data_policy()}
    server.config.update(
        COMPRESS_MIMETYPES=list(COMPRESSED),
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIN_SIZE=600,
    )
    Compress(server)

    def protect(response: Response) -> Response:
        kind = _kind(request.path)
        if kind == "page" and kind not in policies:
            policies[kind] = page_policy(script_hashes())
        policy = policies.get(kind, "")
        if kind == "embed":
            sources = allowed.sources()
            moves = request.path == MOVING and request.args.get("interactief") == "ja"
            policy = embed_policy(_framers(sources), moves)
            if "*" not in sources and "." not in request.path:
                # A frame a browser keeps would also keep who may show it.
                response.headers["Cache-Control"] = "no-cache"
        response.headers.setdefault("Content-Security-Policy", policy)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if kind != "embed":
            response.headers["X-Frame-Options"] = "DENY"
        shared = "same-origin" if kind == "page" else "cross-origin"
        response.headers.setdefault("Cross-Origin-Resource-Policy", shared)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = SECURE
        # werkzeug sets "no-cache" on files it serves; an address with the file's own version may be kept.
        versioned = request.path.startswith("/assets/") and "m" in request.args
        if versioned:
            response.headers["Cache-Control"] = YEAR
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    server.after_request(protect)


def page_policy(script_hashes: Iterable[str]) -> str:
    """Pages of the application: own scripts, inline styles (Plotly and MapLibre need them), map workers."""
    return _policy(
        {
            "default-src": ("'none'",),
            "script-src": ("'self'", *script_hashes),
            "style-src": ("'self'", "'unsafe-inline'"),
            "img-src": ("'self'", "data:", "blob:"),
            "font-src": ("'self'",),
            "connect-src": ("'self'",),
            "worker-src": ("blob:",),
            "manifest-src": ("'self'",),
            "frame-src": ("'self'",),
            "base-uri": ("'none'",),
            "form-action": ("'self'",),
            "frame-ancestors": ("'none'",),
        }
    )


def _framers(sources: tuple[str, ...]) -> tuple[str, ...]:
    """Our own builder always shows a preview."""
    return sources if "*" in sources else ("'self'", *sources)


@lru_cache(maxsize=16)
def embed_policy(origins: tuple[str, ...], moves: bool = False) -> str:
    """Embeds: a stylesheet of our own and nothing else; `origins` may frame them.

    moves: also our own scripts, tiles and figures, and the worker MapLibre makes of its own code; still
    nothing inline.
    """
    wrong = [origin for origin in origins if not SOURCE.fullmatch(origin)]
    if wrong:
        raise ValueError(
            f"REGIOBEELD_EMBED_ORIGINS: found {', '.join(map(repr, wrong))}, expected origins such as "
            "https://www.example.nl, https://*.example.nl or *, with spaces between."
        )
    return _policy(
        {
            "default-src": ("'none'",),
            "style-src": ("'self'",),
            **(_MOVING if moves else {}),
            "base-uri": ("'none'",),
            "form-action": ("'none'",),
            "frame-ancestors": tuple(origins) or ("'none'",),
        }
    )


def data_policy() -> str:
    """Data is read, never run or framed."""
    return _policy({"default-src": ("'none'",), "frame-ancestors": ("'none'",)})


def _policy(directives: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def _kind(path: str) -> str:
    if path.startswith(EMBED_PATH):
        return "embed"
    is_data = any(path == start or path.startswith(f"{start}/") for start in DATA_PATHS)
    return "data" if is_data else "page"
