"""`huisheng text`: a line of text in, a JSON document a line out."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import app


def run(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(app.cli, ["text", *arguments], input=stdin)


def documents(done: Result) -> list[dict[str, object]]:
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout_bytes.decode("utf-8").split("\n")[:-1]]


def test_segment__lines_end_at_newline_only__one_document_each() -> None:
    given = "排队太久\n甲\u2028乙\x0b丙\r\n\n最后一行".encode()
    found = documents(run("segment", stdin=given))
    assert [len(each["tokens"]) > 0 for each in found] == [True, True, False, True]


def test_segment__raw__is_jieba_to_the_letter() -> None:
    (found,) = documents(run("segment", "--raw", stdin="办理ＥＴＣ 业务 50%\r\n".encode()))
    assert "".join(found["tokens"]) == "办理ＥＴＣ 业务 50%\r"


def test_segment__user_dictionary__word_is_found(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("智悦存 5 nz\n", "utf-8")
    (found,) = documents(run("segment", "--dictionary", str(words), stdin="买了智悦存产品".encode()))
    assert "智悦存" in found["tokens"]


def test_segment__broken_dictionary__refused_with_its_line(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_bytes("好词 3\n".encode() + b"\xff\n")
    done = run("segment", "--dictionary", str(words), stdin="文字".encode())
    assert done.exit_code == 1
    assert "第 2 行" in done.stderr


def test_mask__positions__are_code_points_of_the_line(tmp_path: Path) -> None:
    line = "😀联系 13812345678"
    file = tmp_path / "lines.txt"
    file.write_text(line + "\n", "utf-8")
    (found,) = documents(run("mask", str(file)))
    (masked,) = found["masked"]
    assert line[masked["start"] : masked["end"]] == "13812345678"
    assert "13812345678" not in found["text"]


def test_keywords__all_lines__one_table() -> None:
    (table,) = documents(run("keywords", stdin="手续费高\n手续费不透明\n\n".encode()))
    assert table["documents"] == 2
    assert table["keywords"][0]["term"] == "手续费"


@pytest.mark.parametrize("command", ["segment", "mask", "keywords"])
def test_text__line_not_utf8__refused_with_its_number(command: str) -> None:
    done = run(command, stdin="好\n".encode() + "坏".encode("gb18030") + b"\n")
    assert done.exit_code == 1
    assert "第 2 行" in done.stderr


@pytest.mark.parametrize("command", ["segment", "mask"])
def test_text__no_lines__no_documents(command: str) -> None:
    assert documents(run(command)) == []
