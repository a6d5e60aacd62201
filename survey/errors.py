"""Error answers: a page in the house style for people, a small document for programs."""

from flask import Flask, current_app, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from survey.language import page_language, say
from survey.messages import Message, Refused
from survey.security import API_PREFIX

WORDS = {
    400: Message(
        "这个请求不完整或已过期。请返回上一页，刷新后再试。",
        "This request is incomplete or out of date. Go back, refresh and try again.",
    ),
    403: Message(
        "您的角色不能打开这个页面。需要时请联系管理员。",
        "Your role may not open this page. Ask an administrator if you need it.",
    ),
    404: Message(
        "没有找到这个页面。请检查网址，或从首页进入。",
        "There is no such page. Check the address or start from the home page.",
    ),
    405: Message("这个网址不接受这种请求。", "This address does not take this kind of request."),
    413: Message(
        "内容太大，没有接收。请缩短后再提交。",
        "This is too large and was not taken. Shorten it and send again.",
    ),
    429: Message("请求太频繁。请稍候一分钟再试。", "Too many requests. Wait a minute and try again."),
    500: Message(
        "系统出错，已经记录。请稍后再试。", "Something went wrong and was recorded. Please try again later."
    ),
    503: Message(
        "系统暂时不能保存。请稍后再试。", "The system cannot store anything right now. Try again soon."
    ),
}


def install(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _http_error)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Exception, _unexpected)


def _http_error(error: HTTPException) -> tuple[object, int]:
    code = error.code or 500
    return _answer(WORDS.get(code, WORDS[500 if code >= 500 else 400]), code)


def _refused(error: Refused) -> tuple[object, int]:
    return _answer(error.message, 400)


def _unexpected(error: Exception) -> tuple[object, int]:
    current_app.logger.exception("unexpected error")
    return _answer(WORDS[500], 500)


def _answer(message: Message, code: int) -> tuple[object, int]:
    if request.path.startswith(API_PREFIX):
        return jsonify(error={"code": code, "message": {"zh": message.zh, "en": message.en}}), code
    page = render_template("error.html", code=code, message=say(message), language=page_language())
    return page, code
