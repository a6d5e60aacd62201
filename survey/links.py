"""Addresses that leave the house: built from the public URL of the settings, never from a request's Host."""

from sqlalchemy.orm import Session

from survey.audit import Writer
from survey.console.models import Collector
from survey.kiosk.enrolling import new_enrolment_code
from survey.services import Services


def survey_url(public_url: str, token: str) -> str:
    """The address of a respondent page."""
    return f"{public_url}/s/{token}"


def address_of(session: Session, collector: Collector, services: Services, writer: Writer) -> dict[str, str]:
    """How the collector is reached; a kiosk gets a one-time enrolment code in place of a token."""
    public_url = services.settings.public_url
    if collector.channel == "kiosk":
        code = new_enrolment_code(session, collector, writer)
        return {"enrolment_code": code, "url": f"{public_url}/k/"}
    return {"token": collector.token, "url": survey_url(public_url, collector.token)}
