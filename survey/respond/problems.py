"""Friendly ends: a link that leads nowhere, a survey that is not open, a request that cannot be taken."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from survey.console.models import Wave
from survey.db import now
from survey.respond.desk import desk, house_look
from survey.respond.pages import SECONDS_TO_WAIT, Look
from survey.respond.words import PROBLEMS, SHUT, Words
from survey.services import services

GENERAL = 400


def install(blueprint: Blueprint, words: Words = PROBLEMS) -> None:
    """Answer what goes wrong on a blueprint's pages in the words of the public pages."""

    def problem(error: HTTPException) -> ResponseReturnValue:
        return problem_page(words, error.code or GENERAL)

    def store_fails(_error: SQLAlchemyError) -> ResponseReturnValue:
        return problem_page(words, 503)

    blueprint.register_error_handler(HTTPException, problem)
    blueprint.register_error_handler(SQLAlchemyError, store_fails)


def problem_page(words: Words, code: int) -> Response:
    """Say what is wrong and what to do."""
    look = house_look()
    said = words.in_language(look.language)
    shown = code if f"title_{code}" in said else GENERAL
    page = desk().pages.render(
        "respond/message.html",
        words,
        look,
        kind="not-found" if shown == 404 else "problem",
        title=said[f"title_{shown}"],
        lines=[said[f"text_{shown}"]],
    )
    headers = {"Retry-After": SECONDS_TO_WAIT} if code in (429, 503) else None
    return Response(page, code, headers)


def shut_page(wave: Wave, look: Look) -> Response:
    """Say when the survey was open, or will be."""
    said = SHUT.in_language(look.language)
    is_early = wave.opens_at is not None and now() < wave.opens_at
    moment = wave.opens_at if is_early else wave.closes_at
    day = f"{moment.astimezone(services().settings.zone):%Y-%m-%d %H:%M}" if moment else ""
    title, line, status = ("not_open", "opens_on", 200) if is_early else ("closed", "closed_on", 410)
    page = desk().pages.render(
        "respond/message.html",
        SHUT,
        look,
        kind=title.replace("_", "-"),
        title=said[title],
        lines=[said[line].replace("{day}", day), said["thanks"]],
    )
    return Response(page, status)
