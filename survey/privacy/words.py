"""The words of the receipt pages."""

from typing import Final

from survey.respond.words import Words

RECEIPT: Final = Words(
    {
        "title": ("您的答卷", "Your response"),
        "receipt": ("回执码", "Receipt code"),
        "questionnaire": ("问卷", "Survey"),
        "received": ("提交时间", "Received"),
        "status": ("状态", "Status"),
        "complete": ("已收到", "received"),
        "partial": ("未填完", "incomplete"),
        "withdrawn": ("已撤回，不再计入任何统计", "withdrawn; counted in no statistics"),
        "erased": ("已删除", "erased"),
        "answers": ("您的回答", "Your answers"),
        "question": ("题目", "Question"),
        "answer": ("回答", "Answer"),
        "none": ("没有填写任何回答。", "No question was answered."),
        "others": (
            "用同一个页面还提交过 {n} 份不同的回答，等待工作人员核对，没有计入统计。下载的文件里有它们。",
            "{n} other set(s) of answers came from the same page. They wait for a person to look at them, "
            "are counted nowhere, and are in the download.",
        ),
        "reply": ("我们的答复", "Our answer"),
        "may": ("您可以", "What you can do"),
        "download": ("下载这份答卷（JSON 文件）", "Download this response (JSON file)"),
        "withdraw": ("撤回这份答卷", "Withdraw this response"),
        "erase": ("删除这份答卷", "Erase this response"),
        "erased_text": (
            "这份答卷的内容已经删除，无法恢复。只留下一条没有内容的记录，防止同一份答卷再次被收入。",
            "The content of this response has been erased and cannot be brought back. One empty record "
            "remains, so that the same response cannot come in again.",
        ),
        "back": ("返回，不改动", "Go back and change nothing"),
        "withdraw_title": ("确认撤回这份答卷？", "Withdraw this response?"),
        "withdraw_text": (
            "撤回后，这份答卷不再计入任何统计。撤回之前已经得出的统计结果不受影响。"
            "您仍可以凭回执码查看它，也可以再删除它。撤回后不能恢复。",
            "Once withdrawn, this response is counted in no statistics. Results published before stay as "
            "they are. You can still see it with your receipt code, and erase it too. "
            "A withdrawal cannot be undone.",
        ),
        "withdraw_do": ("确认撤回", "Withdraw"),
        "erase_title": ("确认删除这份答卷？", "Erase this response?"),
        "erase_text": (
            "您的回答、意见和同意记录会被删除，无法恢复。删除前可以先下载一份。",
            "Your answers, comments and the record of your consent will be erased for good. "
            "You may download a copy first.",
        ),
        "erase_do": ("确认删除", "Erase"),
    }
)

ENTRY: Final = Words(
    {
        "title": ("查看或撤回答卷", "See or withdraw a response"),
        "label": ("回执码", "Receipt code"),
        "help": (
            "提交答卷后显示的 12 位字母和数字，例如 ABCD-EFGH-2345。",
            "The 12 letters and digits shown after submitting, such as ABCD-EFGH-2345.",
        ),
        "open": ("打开", "Open"),
        "missing": ("请输入回执码。", "Please enter your receipt code."),
    }
)

PROBLEMS: Final = Words(
    {
        "title_400": ("请求不完整", "The request is incomplete"),
        "text_400": ("请返回上一页，再试一次。", "Please go back and try again."),
        "title_404": ("没有找到这个回执码", "There is no such receipt code"),
        "text_404": (
            "请对照记下的回执码再输入一次：共 12 位，没有字母 O、I、L，也没有数字 0 和 1。",
            "Please compare it with what you noted: 12 characters, without the letters O, I, L and the "
            "digits 0 and 1.",
        ),
        "title_429": ("请稍候", "Please wait"),
        "text_429": (
            "请求太频繁。请等一分钟再试。",
            "There were too many requests. Please wait a minute and try again.",
        ),
        "title_503": ("暂时不可用", "Not available just now"),
        "text_503": (
            "系统暂时不能处理，您的答卷没有改动。请稍后再试。",
            "We cannot do this just now; nothing was changed. Please try again soon.",
        ),
    }
)
