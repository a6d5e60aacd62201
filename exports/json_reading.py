"""Our own JSON export read back: an array of objects with `id` and `answers`."""

import json
from pathlib import Path

from exports.codebook import METADATA_COLUMNS
from exports.refusals import refused
from exports.tables import MOST_BYTES

JSON_HEADER = (*METADATA_COLUMNS, "answers")


def json_objects(path: Path) -> list[dict[str, object]]:
    """The objects in the file; ResponsesRefused unless it is an array of objects with answers."""
    if path.stat().st_size > MOST_BYTES:
        raise refused(
            f"{path.name} 太大。请分成几个文件。", f"{path.name} is too big. Split it into several files."
        )
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise refused(f"{path.name} 不是有效的 JSON 文件。", f"{path.name} is no valid JSON.") from error
    if not isinstance(document, list):
        raise refused(
            f"{path.name} 应是对象的数组，每个对象有 id 和 answers。",
            f"{path.name} should be an array of objects with id and answers.",
        )
    for number, each in enumerate(document, 1):
        if not isinstance(each, dict) or not isinstance(each.get("answers"), dict):
            raise refused(
                f"{path.name} 的第 {number} 个对象没有 answers。",
                f"Object {number} of {path.name} has no answers.",
                row=number,
            )
    return document
