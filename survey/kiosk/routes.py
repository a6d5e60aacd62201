"""The kiosk: a shell that never leaves `/k/`, and the questionnaire of its device."""

from flask import Blueprint, abort, jsonify
from flask.typing import ResponseReturnValue

from survey.console.definitions import published
from survey.db import now
from survey.kiosk.access import bearer
from survey.kiosk.words import SHELL
from survey.language import page_language
from survey.respond import problems
from survey.respond.desk import desk, house_look
from survey.respond.forms import Sheet
from survey.respond.pages import look_of
from survey.respond.submitting import is_open
from survey.respond.words import HOUSE_LANGUAGES, LANGUAGE_NAMES, PAGE, SCRIPT
from survey.security import public, with_device
from survey.services import services

blueprint = Blueprint("kiosk", __name__, url_prefix="/k")
problems.install(blueprint)


@blueprint.get("/")
@public
def shell() -> ResponseReturnValue:
    """The page that stays: one field until the device is enrolled, then screen after screen."""
    words = {language: SHELL.in_language(language) for language in HOUSE_LANGUAGES}
    settings = {
        "words": words,
        "house": page_language(),
        "names": LANGUAGE_NAMES,
        "receipts": f"{services().settings.public_url}/r/",
    }
    return desk().pages.render("kiosk/shell.html", SHELL, house_look(), settings=settings)


@blueprint.get("/questionnaire")
@with_device
def questionnaire() -> ResponseReturnValue:
    """The form that this device shows, in the language asked for; 410 while its wave is not open."""
    here = services()
    with here.database.read() as session:
        collector = bearer(session).collector
        form = published(collector.wave.version)
    if not is_open(collector, now()):
        abort(410)
    look = look_of(form.definition.languages, here.settings.language)
    page = desk().pages.render(
        "kiosk/form.html",
        PAGE,
        look,
        form=form,
        sheet=Sheet(),
        collector=collector,
        script=SCRIPT.in_language(look.language),
    )
    title = form.definition.title.get(look.language)
    languages = list(form.definition.languages)
    return jsonify(html=page, title=title, language=look.language, languages=languages)
