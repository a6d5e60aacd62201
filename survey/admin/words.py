"""What the actions of the audit trail are called on the auditor's page."""

from typing import Final

from flask_babel import lazy_gettext as _

ACTION_WORDS: Final = {
    "branches.imported": _("导入网点"),
    "case.opened": _("开立工单"),
    "case.answered": _("答复工单"),
    "case.closed": _("办结工单"),
    "code.added": _("添加编码"),
    "code.deleted": _("删除编码"),
    "code.described": _("修改编码"),
    "code.moved": _("移动编码"),
    "collector.added": _("添加投放"),
    "collectors.added": _("批量添加投放"),
    "device.enrolled": _("注册设备"),
    "device.revoked": _("停用设备"),
    "document.added": _("添加访谈文档"),
    "enrolment_code.made": _("生成注册码"),
    "project.added": _("添加访谈项目"),
    "response.received": _("收到答卷"),
    "response.conflict": _("答卷冲突"),
    "response.withdrawn": _("撤回答卷"),
    "response.erased": _("删除答卷"),
    "responses.exported": _("导出答卷"),
    "responses.imported": _("导入答卷"),
    "segment.coded": _("编码文段"),
    "segment.uncoded": _("取消编码"),
    "session.begun": _("登录"),
    "session.ended": _("退出"),
    "user.added": _("添加人员"),
    "user.changed": _("修改人员"),
    "user.activated": _("启用账号"),
    "user.deactivated": _("停用账号"),
    "user.password_reset": _("重置密码"),
    "version.published": _("发布问卷"),
    "wave.opened": _("开启批次"),
}


def action_word(action: str) -> str:
    """What an action is called; one without a name is shown by its code."""
    return str(ACTION_WORDS.get(action, action))
