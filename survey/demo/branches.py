"""The 320 units of the demo bank, all invented: head office, 18 branches, 72 sub-branches, 229 outlets."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

BANK = "示例银行"
HEAD_OFFICE = "HO"

# Names of places that do not exist.
_CITIES = {
    "east": ("EA", ("青枫", "霁湖", "棠渡", "澜亭")),
    "north": ("NO", ("朔庭", "望榆", "砚河")),
    "south": ("SO", ("榕汀", "映桥", "蕉屿")),
    "central": ("CE", ("望川", "稻泽", "梧渚")),
    "northwest": ("NW", ("沙棠", "雁砾")),
    "southwest": ("SW", ("岫屏", "枕岚", "蓝谿")),
}
_DISTRICTS = tuple(f"{first}{last}" for last in "坪渚麓堤汀屏" for first in "栖枕映砚棠霁岫荻蘅筠黛芦")
_STREET_NAMES = """桂影 松声 荷风 竹里 杏雨 梧月 兰皋 菊潭 枫晚 柳汀 槐荫 榆火
橘灯 稻香 麦浪 鹭起 雁回 鹤鸣 燕归 鸥盟 云停 虹落 星垂 露晞"""
_STREETS = tuple(f"{name}{kind}" for kind in "路街巷桥里园坊湾台苑" for name in _STREET_NAMES.split())
_SUB_BRANCHES = 4  # of a branch
_OUTLETS = 3  # of a sub-branch; the first sub-branches have one more, until there are 320 units
UNITS = 320


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit of the bank, as a row of the branch file."""

    code: str
    name: str
    parent_code: str
    region: str
    kind: str


def units() -> tuple[Branch, ...]:
    """All units, each after its parent."""
    branches = list(_branches())
    districts, streets = iter(_DISTRICTS), iter(_STREETS)
    subs = [(branch, sub) for branch in branches for sub in _sub_branches(branch, districts)]
    extra = UNITS - 1 - len(branches) - len(subs) * (1 + _OUTLETS)
    rows = [Branch(HEAD_OFFICE, f"{BANK}总行", "", "", "head_office"), *branches]
    rows += [sub for _, sub in subs]
    for number, (_, sub) in enumerate(subs):
        rows += _outlets(sub, _OUTLETS + (number < extra), streets)
    return tuple(rows)


def has_changed(code: str) -> bool:
    """Whether the unit belongs to a branch that changed its customer care: the first one of each region."""
    return code[2:4] == "01"


def _branches() -> Iterator[Branch]:
    for region, (letters, cities) in _CITIES.items():
        for number, city in enumerate(cities, 1):
            yield Branch(f"{letters}{number:02d}", f"{city}分行", HEAD_OFFICE, region, "branch")


def _sub_branches(branch: Branch, districts: Iterator[str]) -> Iterator[Branch]:
    city = branch.name.removesuffix("分行")
    for number, district in enumerate(itertools.islice(districts, _SUB_BRANCHES), 1):
        name = f"{city}{district}支行"
        yield Branch(f"{branch.code}-{number:02d}", name, branch.code, branch.region, "sub_branch")


def _outlets(sub: Branch, count: int, streets: Iterator[str]) -> Iterator[Branch]:
    for number, street in enumerate(itertools.islice(streets, count), 1):
        name = f"{sub.name.removesuffix('支行')}{street}网点"
        yield Branch(f"{sub.code}-{number:02d}", name, sub.code, sub.region, "outlet")
