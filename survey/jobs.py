"""Work behind the pages: Huey runs it, in this process on SQLite or in `huisheng worker` on PostgreSQL.

What is to be done is found from the state of the data ("comments not yet read", "events not yet
sealed"). A job only nudges; the periodic sweep guarantees, so a lost message loses no work.
"""

import json
import logging
from collections.abc import Callable, Iterable
from typing import Any

from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.registry import Message as HueyMessage
from huey.serializer import Serializer

from survey.config import Settings, ensure_home

log = logging.getLogger("huisheng.jobs")
Sweep = Callable[[], int]


class JsonSerializer(Serializer):  # type: ignore[misc]  # huey is untyped
    """Messages as JSON: a job queue that can be written to must not become code that runs."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        loaded = json.loads(data)
        return HueyMessage(*loaded) if isinstance(loaded, list) and len(loaded) > 5 else loaded


class EmbeddedConsumer(Consumer):  # type: ignore[misc]  # huey is untyped
    """A consumer inside the web process: signals belong to the server, not to it."""

    def _set_signal_handlers(self) -> None:
        pass


def queue(settings: Settings) -> Huey:
    """The queue of this installation: a file in the home, or tables of its PostgreSQL."""
    if settings.is_embedded:
        ensure_home(settings.home)
        # A rollback journal: the queue is tiny, and a WAL with several writers needs a newer SQLite.
        return SqliteHuey(
            "huisheng",
            filename=str(settings.home / "jobs.sqlite3"),
            journal_mode="truncate",
            results=False,
            serializer=JsonSerializer(),
        )
    dsn = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    return PostgresHuey("huisheng", dsn=dsn, results=False, serializer=JsonSerializer())


def schedule(huey: Huey, sweeps: Iterable[Sweep]) -> None:
    """Run every sweep once a minute, each by itself: one that fails stops no other."""
    for sweep in sweeps:
        huey.periodic_task(crontab(minute="*"), name=f"sweep_{sweep.__name__}")(_guarded(sweep))


def _guarded(sweep: Sweep) -> Callable[[], None]:
    def run() -> None:
        done = sweep()
        if done:
            log.info("sweep finished", extra={"sweep": sweep.__name__, "done": done})

    return run


def start_embedded(huey: Huey) -> Consumer:
    """Start one job thread in this process; stop it with `.stop(graceful=True)`."""
    consumer = EmbeddedConsumer(huey, workers=1, worker_type="thread", scheduler_interval=1)
    consumer.start()
    return consumer
