import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text import keywords
from analysis.text.keywords import keyword_table, terms
from analysis.text.word_lists import word_list


def rows(table: keywords.KeywordTable) -> dict[str, keywords.Keyword]:
    return {row.term: row for row in table.keywords}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("不太满意", ["不太满意"]),
        ("不是很满意，等了太久", ["不是满意", "等", "太久"]),
        ("无法登录手机银行", ["无法登录", "手机银行"]),
        ("不能提前还款", ["不能提前还款"]),
        ("别再打电话了", ["别打电话"]),
        ("没有及时回复", ["没有及时", "回复"]),
        ("沒有及時回復", ["没有及时", "回复"]),
        ("ＡＰＰ闪退！！", ["app", "闪退"]),
        ("不，柜员很耐心", ["柜员", "耐心"]),
        ("没有", []),
        ("[姓名]经理很耐心，请打[手机号]", ["经理", "耐心"]),
        ("2023-05-06 14:00 👍 。", []),
        ("", []),
    ],
)
def test_terms__sentence__content_words_with_their_negation(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_stop_list__negations__kept() -> None:
    stop = word_list("stop_words")
    assert not stop & {"不", "没", "没有", "无法", "不能", "太", "别", "未"}


def test_keyword_table__three_texts__counts_and_weights_by_hand() -> None:
    table = keyword_table(["排队太久，排队", "排队", "网点停车位少，网点"], respondents=["a", "a", "b"])
    queue = rows(table)["排队"]
    assert (queue.count, queue.documents, queue.respondents, queue.share) == (3, 2, 1, 0.5)
    assert (table.documents, table.respondents, table.terms, table.empty) == (3, 2, 7, 0)
    assert queue.tf_idf == pytest.approx(3 / 7 * (math.log(4 / 3) + 1))
    assert table.keywords[0] is queue


def test_keyword_table__order_and_limits__kept() -> None:
    texts = ["排队", "排队", "闪退闪退闪退", "手续费"]
    assert [row.term for row in keyword_table(texts, top=1).keywords] == ["闪退"]
    assert [row.term for row in keyword_table(texts, minimum_documents=2).keywords] == ["排队"]
    weights = [row.tf_idf for row in keyword_table(texts, order="tf_idf").keywords]
    assert weights == sorted(weights, reverse=True)


def test_keyword_table__nothing_said__empty_without_division() -> None:
    assert keyword_table([]).keywords == ()
    table = keyword_table(["。。。", ""])
    assert (table.documents, table.empty, table.keywords) == (2, 2, ())


@pytest.mark.parametrize("respondents", [[1], [1, 2, 3]])
def test_keyword_table__respondents_of_another_length__refused(respondents: list[int]) -> None:
    with pytest.raises(ValueError, match="respondents"):
        keyword_table(["排队", "闪退"], respondents)


@given(st.permutations(["排队太久", "手机银行闪退", "不满意", "排队", "柜员耐心"]))
def test_keyword_table__order_of_texts__does_not_matter(texts: list[str]) -> None:
    assert keyword_table(texts) == keyword_table(sorted(texts))
