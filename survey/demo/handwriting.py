"""How people really type: slips, traditional characters, emoji, missing punctuation, a telephone number."""

import functools
import random
from typing import Any

# Slips of a pinyin keyboard, and spellings that are often mistaken.
_SLIPS = (
    ("登录", "登陆"),
    ("账", "帐"),
    ("反映", "反应"),
    ("再", "在"),
    ("已经", "以经"),
    ("麻烦", "麻凡"),
    ("耐心", "奈心"),
    ("态度", "太度"),
    ("的很", "得很"),
    ("柜员", "柜圆"),
    ("等了", "等乐"),
    ("办理", "半理"),
    ("希望", "希忘"),
    ("什么", "神马"),
    ("贷款", "代款"),
    ("利率", "利律"),
    ("手机", "手几"),
    ("排队", "排对"),
    ("提醒", "提星"),
    ("解决", "解绝"),
)
_HAPPY, _ANGRY, _PLAIN = "👍😊🌹❤💯🎉", "😡😤👎😠🙄💢", "🙏😂🤔🙂😅"
_ENDS = ("！！", "！！！", "。。。", "……", "~", "!!")
_ASKS = ("请回电{number}", "我的电话{number}", "联系我：{number}", "麻烦打{number}", "手机{number}，等消息")
_ENGLISH_ASKS = ("My phone is {number}.", "Call me on {number}.")


def typed(chance: random.Random, text: str, mood: int, locale: str) -> str:
    """The text as it was typed; mood below 0 is angry, above 0 content."""
    if locale == "en":
        return _signed(chance, text, mood, 0.04, _ENGLISH_ASKS, " ")
    if chance.random() < 0.09:
        text = _slipped(chance, text)
    if chance.random() < 0.06:
        text = text.replace("，", " ").replace("。", " ").strip()
    if chance.random() < 0.09:
        text = text.rstrip("。！") + chance.choice(_ENDS)
    text = _signed(chance, text, mood, 0.07, _ASKS, "，")
    if chance.random() < 0.03:
        text = _traditional().convert(text)
    return text


def _signed(
    chance: random.Random, text: str, mood: int, emoji: float, asks: tuple[str, ...], joint: str
) -> str:
    if mood < 0 and len(text) > 12 and chance.random() < 0.03:
        text += joint + chance.choice(asks).format(number=_telephone(chance))
    if chance.random() < emoji:
        faces = _ANGRY if mood < 0 else _HAPPY if mood > 0 else _PLAIN
        text += chance.choice(faces) * chance.choice((1, 1, 1, 2, 3))
    return text


def _slipped(chance: random.Random, text: str) -> str:
    possible = [slip for slip in _SLIPS if slip[0] in text]
    return text.replace(*chance.choice(possible), 1) if possible else text


def _telephone(chance: random.Random) -> str:
    # Prefix 154 is assigned to no operator, so that nobody has the number.
    number = f"1540000{chance.randrange(10000):04d}"
    return chance.choice((number, number, f"{number[:3]} {number[3:7]} {number[7:]}", f"+86 {number}"))


@functools.cache
def _traditional() -> Any:
    import opencc  # lazy: a dictionary that only the building of a demo bank needs

    return opencc.OpenCC("s2t")
