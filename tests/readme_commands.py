"""Prints the fenced commands under the README's quick-start heading, one a line."""

import re
import sys
from pathlib import Path


def quick_start_commands(readme: str) -> list[str]:
    """The commands of the fenced blocks between "Quick start / 快速开始" and the next heading."""
    section = re.search(r"^## Quick start / 快速开始$(.*?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)
    if section is None:
        return []
    blocks = re.findall(r"^```(?:sh|bash)\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


if __name__ == "__main__":
    print("\n".join(quick_start_commands(Path(sys.argv[1]).read_text("utf-8"))))
