"""The language of a page: what the address asks for, else what was chosen before, else the house's own."""

from typing import cast

from flask import Flask, has_request_context, request, session
from flask_babel import Babel, get_locale

from survey.messages import Language, Message
from survey.security import has_session
from survey.services import services

CHOSEN = "lang"
CHINESE = "zh_Hans_CN"  # the whole name: Flask-Security keeps its own Chinese texts under it
LANGUAGES = ("zh", "en")


def install(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = f"{app.root_path}/survey/translations"
    Babel(
        app,
        default_locale=CHINESE,
        default_timezone=app.extensions["huisheng"].settings.timezone,
        locale_selector=_select_locale,
    )
    app.before_request(_remember_choice)
    app.jinja_env.globals.update(page_language=page_language, say=say)


def _select_locale() -> str:
    return CHINESE if page_language() == "zh" else "en"


def page_language() -> Language:
    """`zh` or `en`, for the page that is being made."""
    if has_request_context():
        asked = request.args.get("lang") or (session.get(CHOSEN) if has_session() else None)
        if asked in LANGUAGES:
            return cast(Language, asked)
    return services().settings.language


def _remember_choice() -> None:
    """Staff keep the language they chose; respondents have no session, their address carries it."""
    asked = request.args.get("lang")
    if asked in LANGUAGES and has_session():
        session[CHOSEN] = asked


def say(message: Message) -> str:
    """A message in the language of the page."""
    return message.in_language(page_language())


def html_lang() -> str:
    return "zh-CN" if str(get_locale()).startswith("zh") else "en"
