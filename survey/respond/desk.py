"""What the public rooms share in one application: the seals of its forms, its pages and their files."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import Flask, current_app
from flask.sansio.blueprints import BlueprintSetupState

from survey.config import key
from survey.respond.assets import Assets
from survey.respond.forms import Seals
from survey.respond.pages import Look, Pages, look_of
from survey.respond.words import HOUSE_LANGUAGES
from survey.services import EXTENSION, services

DESK = "respondent_desk"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where respondents are received."""

    seals: Seals
    assets: Assets
    pages: Pages


def set_up(state: BlueprintSetupState) -> None:
    """Make the desk of an application when its respondent pages are registered."""
    app = cast(Flask, state.app)
    assets = Assets(Path(app.static_folder or ""))
    seals = Seals(key(app.extensions[EXTENSION].settings.home, "forms"))
    app.extensions[DESK] = Desk(seals, assets, Pages(app.jinja_env, assets))


def desk() -> Desk:
    """The desk of the application that answers this request."""
    return cast(Desk, current_app.extensions[DESK])


def house_look() -> Look:
    """The look of a page that belongs to no questionnaire."""
    return look_of(HOUSE_LANGUAGES, services().settings.language)
