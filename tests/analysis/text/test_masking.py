"""Numbers here are of ranges that are not assigned, or made up to pass or fail a check."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text import normalising
from analysis.text.masking import LABELS, find, mask
from analysis.text.number_checks import check_digit, passes_luhn

ID_BODY = "99010119491231002"
RIGHT_ID = "11010519491231002X"
WRONG_ID = "110105194912310021"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("mobile", "13900000000"),
        ("mobile", "139 0000 0000"),
        ("mobile", "139-0000-0000"),
        ("mobile", "1 3 9 0 0 0 0 0 0 0 0"),
        ("mobile", "+86 13900000000"),
        ("mobile", "+86-139-0000-0000"),
        ("mobile", "0086 139 0000 0000"),
        ("mobile", "１３９００００００００"),
        ("mobile", "１３９　００００　００００"),
        ("mobile", "一三九零零零零零零零零"),
        ("mobile", "幺三九〇〇〇〇〇〇〇〇"),
        ("landline", "010-65550000"),
        ("landline", "0755-8555 0000"),
        ("landline", "(0755)85550000"),
        ("landline", "（0755）8555 0000转123"),
        ("landline", "０７５５－８５５５００００"),
        ("id_card", RIGHT_ID),
        ("id_card", "110105 19491231 002X"),
        ("id_card", "11010519491231002x"),
        ("id_card", "1101 0519 4912 3100 2X"),
        ("bank_card", "6222021234567890128"),
        ("bank_card", "6222 0212 3456 7890 128"),
        ("bank_card", "6222-0212-3456-7890-128"),
        ("email", "a.b+c@example.com"),
        ("email", "ａｂｃ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("plate", "云A12345"),
        ("plate", "沪AD12345"),
        ("plate", "粤B·1234学"),
        ("plate", "浙A6W88X"),
        ("person", "张经理"),
        ("person", "欧阳女士"),
        ("person", "王晓明先生"),
        ("person", "張經理"),
        ("person", "赵某某老师"),
        ("person", "何客户经理"),
    ],
)
@pytest.mark.parametrize(("before", "behind"), [("", ""), ("请找", "，谢谢"), ("👍𠮷", "！")])
def test_find__personal_data__kind_and_exact_place(kind: str, data: str, before: str, behind: str) -> None:
    line = before + data + behind
    found = find(line)
    assert [(item.kind, line[item.start : item.end]) for item in found] == [(kind, data)]


@pytest.mark.parametrize(
    ("line", "kind", "data"),
    [
        (f"身份证号是{WRONG_ID}", "id_card", WRONG_ID),
        ("身份证110105491231002", "id_card", "110105491231002"),
        ("卡号6222020200112234", "bank_card", "6222020200112234"),
        ("座机 8555000", "landline", "8555000"),
        ("微信号：abc_12345", "wechat", "abc_12345"),
        ("加我vx hello2020", "wechat", "hello2020"),
        ("QQ号 123456789", "wechat", "123456789"),
        ("柜员小江很耐心", "person", "小江"),
        ("昨天是小王办的", "person", "小王"),
        ("姓赵的柜员", "person", "赵"),
        ("请何经理来", "person", "何经理"),
        ("王总说的", "person", "王总"),
    ],
)
def test_find__data_known_by_the_words_around__found(line: str, kind: str, data: str) -> None:
    assert [(item.kind, line[item.start : item.end]) for item in find(line)] == [(kind, data)]


@pytest.mark.parametrize(
    "line",
    [
        "订单号20230506123456789",
        "交易号20240115134500012345",
        "金额13900000000000元",
        "转了5000000元，利率4.8%不是4.5%",
        "2023-05-06 14:05:06",
        "2024年1月15日13:45",
        "3.14159265358979",
        f"号码{WRONG_ID}",
        "工号012345，尾号1234",
        "热线95000",
        "新APP5000",
        "大堂经理、客户经理、总经理、基金经理、对方经理都不在",
        "关于经理的态度，我向经理反映，任何经理",
        "王总是说，高级柜员，文明柜员，保安队长，流程专员，明白先生",
        "小程序打不开，大堂小程序，客服小时工，小王子，带小孙子，小江边",
        "一二三四五六七八，三年前",
        "微信转账不行，微信支付",
    ],
)
def test_find__numbers_and_words_that_only_look_alike__nothing(line: str) -> None:
    assert find(line) == ()


def test_mask__title__stays_readable() -> None:
    assert mask("张经理和李娜女士都好，电话13900000000").text == "[姓名]经理和[姓名]女士都好，电话[手机号]"


def test_mask__wrong_check_digits__no_card_either() -> None:
    hits = 0
    for serial in range(1000):
        body = f"110105194912{serial % 28 + 1:02d}{serial:03d}"
        wrong = next(digit for digit in "0123456789" if digit != check_digit(body))
        hits += bool(find(f"编号{body}{wrong}。"))
    assert hits == 0


def test_passes_luhn__known_numbers__as_the_standard_says() -> None:
    assert passes_luhn("4539578763621486")  # a test number of public Luhn examples
    assert not passes_luhn("4539578763621487")


@given(
    st.text(max_size=40),
    st.sampled_from(["13900000000", "a@example.com", "张经理", RIGHT_ID]),
    st.text(max_size=40),
)
def test_find__any_text_around__places_inside_the_line_and_in_order(
    before: str, data: str, behind: str
) -> None:
    line = before + data + behind
    found = find(line)
    assert all(0 <= item.start < item.end <= len(line) for item in found)
    assert all(left.end <= right.start for left, right in itertools.pairwise(found))


@given(st.text(alphabet="０１２ａ①㎡ﬁ½é\u200b，。张\U0001f44d 1a-", max_size=30))
def test_normalise__any_text__spans_lead_back(text: str) -> None:
    normal = normalising.normalise(text)
    places = [normal.span(place, place + 1) for place in range(len(normal.text))]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(
        normalising.normalise(text[start:end]).text.find(normal.text[place]) >= 0
        for place, (start, end) in enumerate(places)
    )


def test_mask__labels__hold_nothing_that_is_found_again() -> None:
    assert all(find(label) == () for label in LABELS.values())
