"""Files that wait for their owner: the bad rows of an import, until they are fetched, a day at most.

They hold answers, so they lie in the home with mode 0600 and only who made one can fetch it.
"""

import os
import secrets
import time
from pathlib import Path
from typing import Final

from survey.responses.importing import Imported, write_errors

FOLDER: Final = "import-errors"
LASTS_SECONDS: Final = 24 * 3600


def keep_errors(home: Path, owner_id: int, imported: Imported) -> str:
    """Write the bad rows into the home; the name under which the owner can fetch them."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    _remove_old(folder)
    name = secrets.token_urlsafe(12)
    path = _path(home, owner_id, name)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    write_errors(path, imported)
    return name


def kept_errors(home: Path, owner_id: int, name: str) -> bytes | None:
    """The file of that name if it is this owner's and still there."""
    if not name.replace("-", "").replace("_", "").isalnum():
        return None
    path = _path(home, owner_id, name)
    return path.read_bytes() if path.is_file() else None


def _path(home: Path, owner_id: int, name: str) -> Path:
    return home / FOLDER / f"{owner_id}.{name}.csv"


def _remove_old(folder: Path) -> None:
    for file in folder.iterdir():
        if file.stat().st_mtime < time.time() - LASTS_SECONDS:
            file.unlink(missing_ok=True)
