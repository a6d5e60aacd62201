"""Personal data in a line of text, found and covered.

    mobile      Chinese mobile numbers: plain, spaced, dashed, +86, full width, in Chinese numerals
    landline    area code and number; a bare number of 7 or 8 digits only after a word such as 座机
    id_card     18 digits with place, date and check digit; with a wrong check digit, and the old 15 digits,
                only after a word such as 身份证
    bank_card   16 to 19 digits that pass the Luhn check, others of that length only after a word such as 卡号
    email       addresses
    plate       vehicle plates
    wechat      WeChat and QQ names, after a word such as 微信
    person      a surname with a title (person_names.py)

Not covered: names without a title, postal addresses, numbers written over two lines. Positions are code
points of the line as given, end exclusive; what is looked at is its normal form.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from analysis.text import person_names
from analysis.text.normalising import normalise
from analysis.text.number_checks import check_digit, has_id_shape, has_old_id_shape, passes_luhn

Kind = Literal["mobile", "landline", "id_card", "bank_card", "email", "plate", "wechat", "person"]

LABELS: dict[Kind, str] = {
    "mobile": "[手机号]",
    "landline": "[座机号]",
    "id_card": "[证件号]",
    "bank_card": "[银行卡号]",
    "email": "[邮箱]",
    "plate": "[车牌号]",
    "wechat": "[微信号]",
    "person": "[姓名]",
}


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data of a kind at start..end of the line as given; `kept` at its end stays (a title)."""

    kind: Kind
    start: int
    end: int
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Masked:
    """A line with each finding replaced by its label, and the findings in order."""

    text: str
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class _Detector:
    """A pattern whose group beginning with `data` is personal data where `accept` agrees."""

    kind: Kind
    pattern: Callable[[], re.Pattern[str]]
    accept: Callable[[re.Match[str]], bool] = lambda match: True

    def find(self, text: str) -> Iterator[tuple[int, int, Kind, str]]:
        for match in self.pattern().finditer(text):
            if self.accept(match):
                group = next(
                    name for name, value in match.groupdict().items() if value and name[:4] == "data"
                )
                yield *match.span(group), self.kind, match.groupdict().get("title") or ""


def mask(line: str) -> Masked:
    """The line with personal data covered."""
    found = find(line)
    pieces, place = [], 0
    for item in found:
        pieces += [line[place : item.start], LABELS[item.kind], item.kept]
        place = item.end
    return Masked("".join((*pieces, line[place:])), found)


def find(line: str) -> tuple[Found, ...]:
    """The personal data of a line, in order and without overlap: the earlier detector has precedence."""
    normal = normalise(line)
    taken: list[tuple[int, int, Kind, str]] = []
    for text in _readings(normal.text):
        detectors = _DETECTORS if _DIGIT_OR_AT.search(text) else _WITHOUT_DIGITS
        for detector in detectors:
            taken += [hit for hit in detector.find(text) if _is_free(hit[0], hit[1], taken)]
    return tuple(Found(kind, *normal.span(start, end), kept) for start, end, kind, kept in sorted(taken))


def _is_free(start: int, end: int, taken: list[tuple[int, int, Kind, str]]) -> bool:
    return all(end <= other[0] or other[1] <= start for other in taken)


def _readings(text: str) -> Iterator[str]:
    """The text; and where it spells a number in Chinese, the text with digits in place of the numerals."""
    yield text
    if _SPELT_NUMBER.search(text):
        yield _SPELT_NUMBER.sub(lambda run: run.group().translate(_NUMERALS), text)


_SPELT_NUMBER = re.compile(r"[〇零○一二三四五六七八九幺两\d](?:[ -]?[〇零○一二三四五六七八九幺两\d]){6,}")
_NUMERALS = str.maketrans("〇零○一二三四五六七八九幺两", "00012345678912")
_DIGIT_OR_AT = re.compile(r"[0-9@]|微信|[vVwW][xX]|QQ")

_GAP = r"[ .·—–-]{0,2}"
_NO_DIGIT_BEFORE = r"(?<![\dA-Za-z])(?<!\d[.-])"
_MOBILE = re.compile(
    rf"{_NO_DIGIT_BEFORE}(?P<data>(?:\(?(?:\+|00)?86\)?{_GAP})?1[3-9]\d(?:{_GAP}\d{{4}}){{2}}"
    rf"|(?:(?:\+|00)?86{_GAP})?1[ -]?[3-9](?:[ -]?\d){{9}})(?![\dA-Za-z]|[.-]\d)"
)
_AREA = r"0(?:10|2[0-57-9]|[3-9]\d{2})"
_LANDLINE = re.compile(
    rf"{_NO_DIGIT_BEFORE}(?P<data>(?:[(（]{_AREA}[)）]|(?:\+86{_GAP})?{_AREA}){_GAP}[2-8]\d{{2,3}}{_GAP}\d{{4}}(?:[转-]\d{{1,6}})?)"
    r"(?!\d)"
    rf"|(?:座机|固话|固定电话|办公电话|家里电话|宅电)[^\d\n]{{0,6}}(?P<data2>[2-8]\d{{2,3}}{_GAP}\d{{4}})(?!\d)"
)
_ID_CARD = re.compile(r"(?<![\dA-Za-z])(?P<data>\d(?:[ -]?\d){16}[ -]?[\dXx]|\d{15})(?![\dA-Za-z])")
_BANK_CARD = re.compile(rf"(?<![\dA-Za-z])(?<!\d\.)(?P<data>\d{{4}}(?:{_GAP}\d){{12,15}})(?![\dA-Za-z]|\.\d)")
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])"
    r"(?P<data>[A-Za-z0-9][A-Za-z0-9._%+-]{0,63} ?@ ?(?:[A-Za-z0-9-]{1,63} ?\. ?){1,4}[A-Za-z]{2,12})"
    r"(?![A-Za-z0-9])"
)
_PLATE = re.compile(
    r"(?P<data>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][A-HJ-NP-Z][ ·•.-]{0,2}"
    r"(?:[A-HJK][A-HJ-NP-Z0-9]\d{4}|\d{5}[A-HJK]"  # new energy
    r"|(?=[A-Z0-9]{0,4}\d[A-Z0-9]{0,4})(?=(?:\d*[A-Z]?){2}\d*(?![A-Z0-9]))[A-HJ-NP-Z0-9]{5}"
    r"|[A-HJ-NP-Z0-9]{4}[挂学警港澳领]))(?![A-Za-z0-9])"
)
_WECHAT = re.compile(
    r"(?:微信号?|薇信|威信|[wW]ei[xX]in|[wWvV][xX]|V信|wechat|WeChat|QQ号?|qq号?|扣扣)"
    r"[ :：是为号加我的()（）]{0,5}(?P<data>[A-Za-z][A-Za-z0-9_-]{5,19}|[1-9]\d{4,10})(?![A-Za-z0-9_-])"
)
_CARD_WORD = re.compile(r"(?:卡号|银行卡|储蓄卡|借记卡|信用卡|账号|帐号|账户)[^\d\n]{0,8}$")
_CARD_BEGINS = "34569"  # payment networks, ISO/IEC 7812; UnionPay begins 62
_ID_WORD = re.compile(r"(?:身份证|证件号|身份号)[^\d\n]{0,8}$")


def _stands_after(word: re.Pattern[str], match: re.Match[str]) -> bool:
    start = match.start("data")
    return bool(word.search(match.string[max(0, start - 16) : start]))


def _number(match: re.Match[str]) -> str:
    return re.sub(r"[^0-9Xx]", "", match["data"]).upper()


def _is_id_card(match: re.Match[str]) -> bool:
    number = _number(match)
    if has_id_shape(number) and check_digit(number) == number[-1]:
        return True
    return (len(number) == 18 or has_old_id_shape(number)) and _stands_after(_ID_WORD, match)


def _is_bank_card(match: re.Match[str]) -> bool:
    number = _number(match)
    if _stands_after(_CARD_WORD, match):
        return True
    # One wrong ID number in ten passes the Luhn check: what has the shape of an ID is no card unless a word
    # says so.
    return (
        number[0] in _CARD_BEGINS
        and len(set(number)) > 2
        and passes_luhn(number)
        and not has_id_shape(number)
    )


_DETECTORS = (
    _Detector("email", lambda: _EMAIL),
    _Detector("id_card", lambda: _ID_CARD, _is_id_card),
    _Detector("bank_card", lambda: _BANK_CARD, _is_bank_card),
    _Detector("mobile", lambda: _MOBILE),
    _Detector("landline", lambda: _LANDLINE),
    _Detector("plate", lambda: _PLATE),
    _Detector("wechat", lambda: _WECHAT),
    _Detector("person", person_names.pattern, person_names.is_person),
)
_WITHOUT_DIGITS = _DETECTORS[-1:]
