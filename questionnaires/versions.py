"""Hashes that name a version of a questionnaire and the wording of its notice for ever."""

from questionnaires.canonical import canonical_json, sha256_hex
from questionnaires.definition import Questionnaire


def version_hash(questionnaire: Questionnaire) -> str:
    """SHA-256 of the canonical JSON of the definition; the same content gives the same hash."""
    return questionnaire.digest


def notice_hash(questionnaire: Questionnaire) -> str | None:
    """SHA-256 of the canonical JSON of the consent notice in all languages; None without consent."""
    consent = questionnaire.consent
    if consent is None:
        return None
    return sha256_hex(canonical_json({name: text.root for name, text in consent.notice().items()}))
