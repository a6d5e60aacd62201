"""Addresses of static files that change with their content, so that browsers may keep them for ever."""

import functools
import gzip
import re
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from flask import Response, current_app, request, url_for

FOR_EVER: Final = "public, max-age=31536000, immutable"
VERSION: Final = "v"
DIGEST_LETTERS: Final = 12
# A part of plotly writes its own style element unless one with this name is there (our CSP forbids it).
_OWN_STYLE: Final = re.compile(rb'document\.getElementById\("([0-9a-f]{64})"\)')


class PlotlyMissing(RuntimeError):
    """The plotly wheel is not installed, or has no plotly.min.js."""


@dataclass(frozen=True, slots=True)
class Plotly:
    """The plotly.min.js of the installed wheel. `style_ids`: styles it would add itself."""

    digest: str
    content: bytes
    style_ids: tuple[str, ...]


@functools.cache
def plotly() -> Plotly:
    """Read the script once. The Python package is found, never imported: that costs a second."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise PlotlyMissing("plotly is not installed")
    path = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    if not path.is_file():
        raise PlotlyMissing(f"{path} is missing")
    content = path.read_bytes()
    ids = dict.fromkeys(found.decode() for found in _OWN_STYLE.findall(content))
    return Plotly(sha256(content).hexdigest()[:DIGEST_LETTERS], content, tuple(ids))


@functools.cache
def packed_plotly() -> bytes:
    """The script as gzip: packed when it is first fetched, a third of a second once a process."""
    return gzip.compress(plotly().content, 6, mtime=0)


def asset_url(filename: str) -> str:
    """The address of a file in static/ with the hash of its content."""
    path = Path(current_app.static_folder or "") / filename
    return url_for("static", filename=filename, **{VERSION: _digest(path, path.stat().st_mtime_ns)})


@functools.lru_cache(maxsize=512)
def _digest(path: Path, _changed: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:DIGEST_LETTERS]


def keep_hashed_files(response: Response) -> Response:
    """Let browsers keep static files that were asked for with a hash."""
    if request.endpoint == "static" and VERSION in request.args and response.status_code in (200, 304):
        response.headers["Cache-Control"] = FOR_EVER
    return response
