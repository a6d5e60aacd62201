"""The server and the worker: waitress in front of the application, jobs inside it on SQLite."""

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

from flask import Flask
from huey.consumer import Consumer
from waitress.server import create_server

from survey import jobs, logs
from survey.messages import Refused
from survey.services import EXTENSION, Services

THREADS: Final = 8
CONNECTIONS: Final = 1000  # waitress keeps slow connections out of its threads; 200 of them stop nobody
PORTS_TRIED: Final = 20
log = logging.getLogger("huisheng.serving")


def serve(app: Flask, host: str, port: int, sweeps: list[jobs.Sweep], ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; `ready` is called when the port really listens."""
    services: Services = app.extensions[EXTENSION]
    listening = _listen(host, port)
    logs.to_stderr()
    server = create_server(
        app,
        sockets=[listening],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        ident=None,
        # A proxy on this machine says who asks and how; without it all people would share one rate limit.
        trusted_proxy="127.0.0.1",
        trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"},
        clear_untrusted_proxy_headers=True,
    )
    with _jobs_inside(services, sweeps), _stopping_on_signals():
        ready()
        with suppress(KeyboardInterrupt, OSError):
            server.run()
        server.close()


def work(services: Services, sweeps: list[jobs.Sweep]) -> None:
    """Run jobs until stopped; for installations on PostgreSQL."""
    logs.to_stderr()
    huey = jobs.queue(services.settings)
    jobs.schedule(huey, sweeps)
    Consumer(huey, workers=1, worker_type="thread").run()


def free_port(host: str, first: int) -> int:
    """The first port from there on that nobody listens on; the first itself when all near it are taken."""
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) != 0:
                return port
    return first


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise Refused(
            f"{host}:{port}：端口不能使用（{error.strerror}）。请用 --port 换一个。",
            f"{host}:{port}: the port cannot be used ({error.strerror}). Choose another with --port.",
        ) from error
    return listening


@contextmanager
def _jobs_inside(services: Services, sweeps: list[jobs.Sweep]) -> Iterator[None]:
    if not services.settings.is_embedded:
        yield
        return
    huey = jobs.queue(services.settings)
    jobs.schedule(huey, sweeps)
    consumer = jobs.start_embedded(huey)
    try:
        yield
    finally:
        consumer.stop(graceful=True)


@contextmanager
def _stopping_on_signals() -> Iterator[None]:
    """SIGTERM stops as Ctrl-C does; so does SIGINT where a shell's `&` had told us to ignore it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
