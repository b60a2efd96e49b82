"""Static files: one stylesheet out of the parts, compressed copies, versioned addresses, the network's colours."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request

from config.network_file import NetworkConfig


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    body: bytes
    compressed: bytes | None
    kind: str
    version: str


def init_static(app: Flask) -> None:
    """Read static/ once, build css/site.css from the parts listed in css/bundle.txt, serve all from memory."""
    folder = Path(app.static_folder or "static")
    assets = {str(path.relative_to(folder)): make_asset(path) for path in folder.rglob("*") if path.is_file()}
    network = app.config["NETWORK"]
    assets["css/site.css"] = make_bundle(folder / "css", theme_css(network))
    app.config["ASSET_VERSIONS"] = {name: asset.version for name, asset in assets.items()}
    app.extensions["assets"] = assets

    def serve(filename: str) -> Response:
        asset = assets.get(filename)
        if asset is None:
            abort(404)
        return asset_response(asset)

    serve.guard = "public"  # type: ignore[attr-defined]
    app.view_functions["static"] = serve


def asset_response(asset: Asset) -> Response:
    """The file, compressed where the browser takes it, kept for a year under its versioned address."""
    packed = asset.compressed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(asset.compressed if packed else asset.body, content_type=asset.kind)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["ETag"] = f'"{asset.version}{"z" if packed else ""}"'
    current = request.args.get("v") == asset.version
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if current else "no-cache"
    response.make_conditional(request)
    return response


def make_asset(path: Path) -> Asset:
    """An asset out of a file."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return asset_of(path.read_bytes(), kind)


def asset_of(body: bytes, kind: str) -> Asset:
    """An asset out of its bytes; text is compressed once here."""
    textual = kind.startswith("text/") or kind.endswith(("javascript", "json", "svg+xml"))
    return Asset(
        body=body,
        compressed=gzip.compress(body, 9, mtime=0) if textual and len(body) > 400 else None,
        kind=f"{kind}; charset=utf-8" if textual else kind,
        version=hashlib.sha256(body).hexdigest()[:10],
    )


def make_bundle(folder: Path, theme: str) -> Asset:
    """The parts named in bundle.txt, in that order, then the network's own colours."""
    names = [
        line.strip()
        for line in (folder / "bundle.txt").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    parts = [(folder / name).read_text(encoding="utf-8") for name in names]
    return asset_of("\n".join([*parts, theme]).encode(), "text/css")


def theme_css(network: NetworkConfig) -> str:
    """The four tokens that a network overrides, as one rule."""
    rules = "".join(f"--{name}:{value};" for name, value in dataclasses.asdict(network.colours).items())

    return f":root{{{rules}}}"
