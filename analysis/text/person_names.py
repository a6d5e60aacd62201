"""People named in a text by a surname with a title: 张经理, 欧阳女士, 王晓明先生, 柜员小何, 姓赵的柜员.

小 with a frequent surname is taken for a person anywhere (小王), with a rare one only after a role.

The surname must not be the end or the beginning of a common word (基金经理, 关于经理, 文明柜员): a list of
such words is shipped beside the lists of surnames, given-name characters, titles and roles. Surnames that
are far more often other words (向, 和, 连) are left out. A name with neither title nor role is not found.
"""

import functools
import re

from analysis.text.word_lists import word_list

_BEFORE, _BEHIND = 3, 4  # characters around a surname in which a listed word is looked for


@functools.cache
def pattern() -> re.Pattern[str]:
    """What a person looks like; group `data` is the mention, group `title` the title at its end."""
    surname, given = _alternatives("surnames"), f"[{''.join(sorted(word_list('given_names')))}]"
    role = "(?:客户|大堂|理财|产品|值班|店|副)?"
    # 王总是 is "always", 李总行 a head office; 部, 级, 制, 姐 and 妹 make another word of the title.
    not_a_title = "(?![部级制姐妹])(?!(?<=总)[是部行额共体数计公量要会有在])"
    title = rf"(?P<title>{role}(?:{_alternatives('titles')})){not_a_title}"
    with_title = rf"(?P<data>(?P<surname>{surname})(?:某某?|{given}{{1,2}})??{title})"
    colleague = rf"(?:{_alternatives('roles')})(?P<data2>[小老](?P<surname2>{surname}))(?!序)"
    described = rf"姓(?P<data3>{surname})(?=[的那这]|{_alternatives('titles')})"
    nickname = rf"(?<![大最从很太更较])(?P<data4>小(?:{_alternatives('nickname_surnames')}))(?![子儿])"
    return re.compile(f"{with_title}|{colleague}|{described}|{nickname}")


def is_person(match: re.Match[str]) -> bool:
    """Whether the surname of a match of `pattern` stands by itself and not in a common word."""
    place = match.start("surname") if match["surname"] else match.start("surname2")
    if place < 0:
        return True  # 姓赵的 and 小王 say themselves that it is a surname
    start = max(0, place - _BEFORE)
    window = match.string[start : place + _BEHIND]
    return not any(found.start() <= place - start < found.end() for found in _common_words().finditer(window))


@functools.cache
def _common_words() -> re.Pattern[str]:
    return re.compile(_alternatives("not_names"))


def _alternatives(name: str) -> str:
    return "|".join(sorted(map(re.escape, word_list(name)), key=lambda entry: (-len(entry), entry)))
