"""The words of the kiosk, in Chinese and English at once: a kiosk changes its language between customers."""

from typing import Final

from survey.respond.words import Words

SHELL: Final = Words(
    {
        "title": ("自助评价终端", "Feedback kiosk"),
        "noscript": ("自助终端需要浏览器允许脚本运行。", "The kiosk needs a browser that runs scripts."),
        "code": ("注册码", "Enrolment code"),
        "code_help": (
            "由管理员生成，10 分钟内有效，只能用一次。",
            "Made by an administrator; good for 10 minutes and for one device.",
        ),
        "enrol": ("注册这台设备", "Enrol this device"),
        "code_missing": ("请输入注册码。", "Please enter the enrolment code."),
        "code_wrong": (
            "注册码不对，或已用过、已过期。请管理员重新生成一个。",
            "The code is wrong, used or expired. Ask an administrator for a new one.",
        ),
        "no_network": (
            "连不上服务器。请检查网络后再试。",
            "The server cannot be reached. Check the network and try again.",
        ),
        "not_secure": (
            "这个地址不是加密连接，设备不能保存回答。请用 https 地址打开。",
            "This address is not encrypted, so the device cannot store answers. Open it by https.",
        ),
        "no_store": (
            "这台设备的存储不能用，不能作自助终端。请退出浏览器的无痕模式，或检查磁盘空间。",
            "The storage of this device does not work, so it cannot be a kiosk. "
            "Leave private browsing or check the free space.",
        ),
        "revoked": (
            "这台设备已被停用。请用新的注册码重新注册。",
            "This device was revoked. Enrol it again with a new code.",
        ),
        "welcome": ("请您评价我们的服务", "Tell us about our service"),
        "start": ("开始填写", "Start in English"),
        "larger": ("大字版", "Larger text"),
        "closed": ("现在没有进行中的调查。", "There is no survey open now."),
        "loading": ("正在准备问卷……", "Preparing the survey ..."),
        "cancel": ("退出，不提交", "Leave without sending"),
        "idle_title": ("您还在填写吗？", "Are you still there?"),
        "idle_text": (
            "{n} 秒后会清除已填的内容，回到开始页面。",
            "In {n} seconds everything will be cleared.",
        ),
        "idle_stay": ("继续填写", "Go on"),
        "not_stored": (
            "这台设备没能保存您的回答，所以没有提交成功。请再按一次“提交”，或找工作人员。",
            'This device could not store your answers, so they were not taken. Press "Submit" again, '
            "or ask a member of staff.",
        ),
        "thanks": ("已收到，谢谢您", "Received, thank you"),
        "receipt": ("回执码", "Receipt code"),
        "keep": (
            "请记下或拍照保存。在手机上打开 {url} 输入它，可以查看、撤回或删除这份答卷。",
            "Please note it down or take a picture. Enter it at {url} on your phone to see, withdraw or "
            "erase this response.",
        ),
        "done": ("完成", "Done"),
        "waiting": ("待发送 {n} 份", "{n} waiting to be sent"),
        "stuck": ("{n} 份需要工作人员处理", "{n} need a member of staff"),
    }
)
