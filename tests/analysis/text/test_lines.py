import json

from analysis.text import lines


def test_segment_line__raw_and_not__tokens_only() -> None:
    assert lines.segment_line("手机银行", raw=True) == {"tokens": ["手机", "银行"]}
    assert lines.segment_line("手机银行") == {"tokens": ["手机银行"]}


def test_mask_line__phone_behind_emoji__code_points_of_the_line() -> None:
    line = "👍𠮷请回电１３９００００００００谢谢"
    document = lines.mask_line(line)
    assert document == {
        "text": "👍𠮷请回电[手机号]谢谢",
        "masked": [{"kind": "mobile", "start": 5, "end": 16}],
    }


def test_keywords__lines_with_blank_ones__one_json_document() -> None:
    document = lines.keywords(["排队太久", "  ", "排队"])
    assert document["documents"] == 2
    assert json.loads(json.dumps(document, ensure_ascii=False)) == document
