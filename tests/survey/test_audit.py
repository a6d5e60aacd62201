"""The audit trail tells when an event was changed or removed."""

import pytest
from sqlalchemy import text

from survey import audit
from survey.services import Services


def record(services: Services, number: int) -> None:
    with services.database.write() as session:
        services.auditor.record(session, "somebody", "thing.done", "thing", number)


def sealed(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "SEAL_AFTER_SECONDS", -1)
    for number in range(5):
        record(services, number)
    with services.database.write() as session:
        assert services.auditor.seal(session) >= 5


def tamper(services: Services, statement: str) -> None:
    """Change rows behind the triggers' back, as somebody with the file could."""
    with services.database.write() as session:
        for verb in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_event_no_{verb}"))
        session.execute(text(statement))


def verdict(services: Services) -> audit.AuditVerdict:
    with services.database.read() as session:
        return services.auditor.verify(session)


def test_verify__nothing_touched__whole(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed(services, monkeypatch)
    found = verdict(services)
    assert found.is_whole
    assert found.sealed == found.events


def test_verify__changed_event__named(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed(services, monkeypatch)
    tamper(services, "UPDATE audit_event SET actor = 'nobody' WHERE id = 2")
    assert verdict(services).changed_events == (2,)


def test_verify__removed_event__its_seal_is_broken(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed(services, monkeypatch)
    tamper(services, "DELETE FROM audit_event WHERE id = 3")
    found = verdict(services)
    assert found.changed_events == ()
    assert len(found.broken_seals) == 1


def test_seal__young_events__left_for_the_next_round(services: Services) -> None:
    record(services, 1)
    with services.database.write() as session:
        assert services.auditor.seal(session) == 0
