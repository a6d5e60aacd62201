"""Where a part of a questionnaire stands, as people name it: `csat/options/5`, not pages[1].questions[0]…"""

from collections.abc import Mapping

from questionnaires.sources import Path, Source

_NAMED_BY = {
    "pages": "name",
    "questions": "name",
    "items": "name",
    "scales": "name",
    "options": "code",
    "measures": "kind",
}


def place(data: object, path: Path) -> str:
    """The place of a path into the data of a file."""
    parts: list[str] = []
    node, collection = data, ""
    for depth, part in enumerate(path):
        node = _child(node, part)
        if isinstance(part, int):
            parts.append(_element(node, part, _collection_of(path, depth, collection)))
        else:
            parts.append(part)
            collection = part
        if depth == 3 and path[0] == "pages" and path[2] == "questions" and _named(node, "name"):
            parts = parts[-1:]  # a question's name is unique; its page need not be said
    return "/".join(parts)


def part_at(data: object, path: Path) -> object:
    """The part of the data at a path; None when there is none."""
    for part in path:
        data = _child(data, part)
    return data


def lines_by_place(source: Source) -> dict[str, int]:
    """The line of each place in a file, for findings made on the model."""
    lines: dict[str, int] = {}
    for path, line in source.lines.items():
        lines.setdefault(place(source.data, path), line)
    return lines


def _collection_of(path: Path, depth: int, collection: str) -> str:
    return "options" if depth == 2 and path[0] == "lists" else collection


def _child(node: object, part: str | int) -> object:
    if isinstance(node, Mapping):
        return node.get(part)
    if isinstance(node, list) and isinstance(part, int) and part < len(node):
        return node[part]
    return None


def _element(node: object, position: int, collection: str) -> str:
    key = _NAMED_BY.get(collection, "")
    return _named(node, key) or str(position + 1)


def _named(node: object, key: str) -> str:
    name = node.get(key) if isinstance(node, Mapping) else None
    return str(name)[:64] if isinstance(name, str | int) and not isinstance(name, bool) else ""
