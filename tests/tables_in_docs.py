"""Writes the list of tables into ARCHITECTURE.md from the models; `python -m tests.tables_in_docs`."""

import re
from pathlib import Path

import app  # noqa: F401 (brings every room's models)
from survey.db import Base

DOCUMENT = Path(__file__).parent.parent / "ARCHITECTURE.md"
SECTION = re.compile(r"(<!-- tables:.*?-->\n).*?(<!-- end of tables -->)", re.DOTALL)


def with_tables(text: str) -> str:
    """The document with its section of tables as the models are now."""
    rows = ["| table | what | columns |", "|---|---|---|"]
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.local_table.name):
        what = (mapper.class_.__doc__ or "").strip().splitlines()[0]
        columns = ", ".join(column.name for column in mapper.local_table.columns)
        rows.append(f"| `{mapper.local_table.name}` | {what} | {columns} |")
    return SECTION.sub(lambda found: found[1] + "\n".join(rows) + "\n" + found[2], text)


if __name__ == "__main__":
    DOCUMENT.write_text(with_tables(DOCUMENT.read_text("utf-8")), encoding="utf-8")
