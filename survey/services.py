"""What every room of one running application shares, built once from its settings."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from survey.audit import Auditor
from survey.config import Settings, ensure_home, key
from survey.db import Database
from survey.respond.submitting import Receipts, Submitter

EXTENSION = "huisheng"


@dataclass(frozen=True, slots=True)
class Services:
    """The settings, the database, and the writers that need a key of this installation."""

    settings: Settings
    database: Database
    auditor: Auditor
    receipts: Receipts
    submitter: Submitter


def build(settings: Settings) -> Services:
    """Build the services; makes the home and its keys when they are not there."""
    ensure_home(settings.home)
    database = Database(settings)
    auditor = Auditor(key(settings.home, "audit"))
    receipts = Receipts(key(settings.home, "receipts"))
    return Services(settings, database, auditor, receipts, Submitter(database, auditor, receipts))


def install(app: Flask, services: Services) -> None:
    app.extensions[EXTENSION] = services


def services() -> Services:
    """The services of the application that answers this request or runs this command."""
    return cast(Services, current_app.extensions[EXTENSION])
