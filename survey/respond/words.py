"""The words around the questions, in Chinese and English; the questions bring their own."""

from collections.abc import Mapping
from typing import Final

from survey.messages import Message

HTML_LANGUAGES: Final = {"zh": "zh-CN"}


class Words:
    """The words of one kind of page."""

    def __init__(self, words: Mapping[str, tuple[str, str]]) -> None:
        self._words = {name: Message(zh, en) for name, (zh, en) in words.items()}

    def in_language(self, language: str) -> dict[str, str]:
        """All of them in one language; a language other than Chinese has the English ones."""
        return {
            name: message.in_language("zh" if language == "zh" else "en")
            for name, message in self._words.items()
        }


def html_language(language: str) -> str:
    """The language as HTML names it, so that a browser picks the right glyphs and voice."""
    return HTML_LANGUAGES.get(language, language)


HOUSE_LANGUAGES: Final = ("zh", "en")
LANGUAGE_NAMES: Final = {"zh": "中文", "en": "English"}

TOOLS: Final = Words(
    {
        "tools": ("语言和字号", "Language and text size"),
        "larger": ("大字版", "Larger text"),
        "normal": ("标准字号", "Normal text size"),
    }
)

PAGE: Final = Words(
    {
        "required": ("（必答）", "(required)"),
        "submit": ("提交", "Submit"),
        "other_ways": (
            "换一种方式填写，已填的内容会保留：",
            "Continue in another way; what you filled in is kept:",
        ),
        "errors": ("有 {n} 处需要改正", "Please check {n} answer(s)"),
        "error_title": ("需要改正：", "Please check: "),
        "notice": ("个人信息处理说明", "How we handle your information"),
        "notice_who": ("谁在收集", "Who collects it"),
        "notice_contact": ("联系方式", "Contact"),
        "notice_purpose": ("用来做什么", "Purpose"),
        "notice_method": ("怎样处理", "How it is handled"),
        "notice_kinds": ("收集哪些", "What is collected"),
        "notice_retention": ("保存多久", "How long it is kept"),
        "notice_rights": ("您的权利", "Your rights"),
        "choose_least": ("请至少选 {n} 项。", "Choose at least {n}."),
        "choose_most": ("最多选 {n} 项。", "Choose at most {n}."),
    }
)

SCRIPT: Final = Words(
    {
        "next": ("下一页", "Next"),
        "back": ("上一页", "Back"),
        "progress": ("第 {n} 页，共 {m} 页", "Page {n} of {m}"),
        "required": ("请回答这一题。", "Please answer this question."),
        "consent": (
            "请先阅读说明，同意后勾选这一项。",
            "Please read the notice and tick this box to agree.",
        ),
        "too_long": (
            "最多可写 {n} 个字，现在有 {m} 个字。请缩短一些。",
            "Please use at most {n} characters; there are {m} now.",
        ),
        "sending": ("正在提交……", "Sending ..."),
    }
)

NOTICES: Final = Words(
    {
        "too_fast": (
            "这一页刚打开就提交了，还没有保存。您的回答都在，请看一遍后再按一次“提交”。",
            "This was sent the moment the page opened, so it is not stored yet. "
            'Your answers are all here: please look through them and press "Submit" again.',
        ),
        "seal_lost": (
            "页面信息不完整，还没有保存。您的回答都在，请再按一次“提交”。",
            "The page came back incomplete and is not stored yet. "
            'Your answers are all here: please press "Submit" again.',
        ),
        "not_stored": (
            "系统暂时保存不了，还没有保存。您的回答都在这一页，请等半分钟后再按一次“提交”。",
            "We cannot store your answers just now. They are all on this page: "
            'please wait half a minute and press "Submit" again.',
        ),
        "new_one": (
            "这是一份新的答卷，内容与刚才填写的相同。请改好后提交。",
            "This is a new response with the same answers. Change what is different and submit it.",
        ),
    }
)

THANKS: Final = Words(
    {
        "title": ("已收到，谢谢您", "Received, thank you"),
        "stored": ("您的回答已经保存。", "Your answers have been stored."),
        "receipt": ("回执码", "Receipt code"),
        "keep": (
            "请记下或截图保存。凭它可以随时查看、撤回或删除这份答卷，不需要登录。",
            "Please note it down or take a screenshot. With it you can see, withdraw or erase this "
            "response at any time, without signing in.",
        ),
        "open": ("查看或撤回这份答卷", "See or withdraw this response"),
        "close": ("现在可以关闭这个页面了。", "You may close this page now."),
    }
)

CONFLICT: Final = Words(
    {
        "title": ("这一页已经提交过", "This page was sent before"),
        "kept_first": (
            "之前提交的答卷仍然有效，回执码是：",
            "The response you sent first stays as it is. Its receipt code is:",
        ),
        "kept_second": (
            "这次的回答与上次不同。我们把它另外保存了，由工作人员核对，不会自动替换，也不会重复计数。",
            "This time the answers are different. We have kept them too, for a person to look at; "
            "nothing was replaced and nothing is counted twice.",
        ),
        "another": (
            "如果您是想另外提交一份（例如换一个人填写），请按下面的按钮，刚才填写的内容都会带过去。",
            "If you want to send another response (for somebody else, say), press the button below: "
            "everything you filled in comes along.",
        ),
        "start": ("另外填写一份", "Start another response"),
    }
)

SHUT: Final = Words(
    {
        "closed": ("本次调查已经结束", "This survey has closed"),
        "closed_on": (
            "填写截止到 {day}，现在不再接收回答。",
            "It took answers until {day} and takes none now.",
        ),
        "not_open": ("本次调查还没有开始", "This survey has not opened yet"),
        "opens_on": ("开始时间是 {day}，请到时再打开这个链接。", "It opens on {day}. Please come back then."),
        "thanks": (
            "感谢您的关注。有意见或建议，可以随时向网点或客服热线提出。",
            "Thank you for your interest. You can always tell a branch or the hotline what you think.",
        ),
    }
)

PROBLEMS: Final = Words(
    {
        "title_400": ("请求不完整", "The request is incomplete"),
        "text_400": (
            "没有收到完整的内容。请返回上一页，再试一次。",
            "What arrived was not complete. Please go back and try again.",
        ),
        "title_404": ("没有找到这份问卷", "There is no such survey"),
        "text_404": (
            "链接可能不完整。请重新扫描二维码，或检查网址是否完整。",
            "The link may be incomplete. Scan the QR code again, or check that the whole address is there.",
        ),
        "title_413": ("内容太长", "This is too long"),
        "text_413": (
            "提交的内容太长，没有保存。请返回上一页，把文字缩短后再提交。",
            "What was sent is too long and was not stored. Please go back, shorten it and submit again.",
        ),
        "title_429": ("请稍候", "Please wait"),
        "text_429": (
            "请求太频繁。请等一分钟再试。",
            "There were too many requests. Please wait a minute and try again.",
        ),
        "title_503": ("暂时不可用", "Not available just now"),
        "text_503": (
            "系统暂时不能保存，您的回答没有提交成功。请等半分钟，返回上一页再提交一次。",
            "We cannot store anything just now, so your answers were not taken. "
            "Please wait half a minute, go back and submit again.",
        ),
    }
)
