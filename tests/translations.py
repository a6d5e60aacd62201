"""The English of the staff pages: collects every `_('中文')`, keeps translations, compiles the catalogue.

`python -m tests.translations` rewrites survey/translations; the msgids are the Chinese texts themselves, so
Chinese pages need no catalogue and can never be incomplete.
"""

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "survey" / "translations" / "en" / "LC_MESSAGES"
SOURCES = ("survey", "interviews", "templates")
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
A_DAY = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def used() -> dict[str, list[str]]:
    """Every text for translation in the sources, with the files it stands in."""
    found: dict[str, list[str]] = {}
    for folder in SOURCES:
        for file, _, message, _, _ in extract_from_dir(
            ROOT / folder, METHODS, keywords=KEYWORDS, strip_comment_tags=True
        ):
            text = message[0] if isinstance(message, tuple) else message
            found.setdefault(text, []).append(f"{folder}/{file}")
    return found


def catalogue() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


def compiled(messages: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, messages)
    return out.getvalue()


def renewed(known: Catalog) -> Catalog:
    """A catalogue of the texts in use, in order, with the translations that are known."""
    fresh = Catalog(locale="en", project="huisheng", fuzzy=False)
    fresh.creation_date = fresh.revision_date = A_DAY  # the same texts give the same bytes
    for text in sorted(used()):
        translation = known.get(text)
        fresh.add(text, translation.string if translation else "")
    return fresh


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    known = catalogue() if (FOLDER / "messages.po").exists() else Catalog(locale="en")
    messages = renewed(known)
    with (FOLDER / "messages.po").open("wb") as file:
        write_po(file, messages, width=110, omit_header=False, sort_output=True)
    (FOLDER / "messages.mo").write_bytes(compiled(messages))
    missing = [message.id for message in messages if message.id and not message.string]
    print(f"{len(messages)} texts, {len(missing)} without English")
    for text in missing:
        print(f"  {text}")


if __name__ == "__main__":
    main()
