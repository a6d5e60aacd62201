"""The styles and scripts of the public pages: bundled, packed once, addressed by their content."""

import gzip
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Response, request

BUNDLES: Final = {
    "respond.css": ("staff/tokens.css", "respond/respond.css"),
    "respond.js": ("respond/respond.js",),
    "kiosk.css": ("staff/tokens.css", "respond/respond.css", "kiosk/kiosk.css"),
    "kiosk.js": ("kiosk/kiosk.js",),
    "outbox.js": ("kiosk/outbox.js",),
    "delivery.js": ("kiosk/delivery.js",),
    "receipts.js": ("kiosk/receipts.js",),
}
TYPES: Final = {".css": "text/css", ".js": "text/javascript"}
FOR_EVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    name: str
    digest: str
    content: bytes
    packed: bytes

    @property
    def url(self) -> str:
        return f"/assets/{self.name}?v={self.digest}"

    def response(self) -> Response:
        """The file, packed where the browser takes it, kept for ever where it was asked for by its hash.

        A script that another imports is asked for without one and is fetched anew.
        """
        packed = "gzip" in request.accept_encodings
        answer = Response(self.packed if packed else self.content, mimetype=TYPES[Path(self.name).suffix])
        current = request.args.get("v") == self.digest
        answer.headers["Cache-Control"] = FOR_EVER if current else "no-cache"
        answer.headers["Vary"] = "Accept-Encoding"
        if packed:
            answer.headers["Content-Encoding"] = "gzip"
        return answer


class Assets:
    """All bundles of the public pages, read when the application starts."""

    def __init__(self, folder: Path) -> None:
        self._assets = {name: _bundle(name, folder, files) for name, files in BUNDLES.items()}

    def find(self, name: str) -> Asset | None:
        return self._assets.get(name)

    def urls(self) -> dict[str, str]:
        return {name: asset.url for name, asset in self._assets.items()}


def _bundle(name: str, folder: Path, files: tuple[str, ...]) -> Asset:
    content = b"\n".join((folder / file).read_bytes() for file in files)
    return Asset(name, sha256(content).hexdigest()[:12], content, gzip.compress(content, 9, mtime=0))
