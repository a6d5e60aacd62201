"""A real server for tests: `huisheng serve` in a process of its own, on a home of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).parent.parent


class Server:
    """One server process; `kill` is SIGKILL, as a power cut would be."""

    def __init__(self, home: Path, port: int | None = None, **environment: str) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home.parent / "server.log"
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("HUISHENG_")
        } | {
            "HUISHENG_HOME": str(home),
            "HUISHENG_PUBLIC_URL": self.url,
            "HUISHENG_RATE_LIMITS": "off",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        self._wait_until_it_answers()
        return self

    def run(self, *arguments: str, stdin: str | None = None) -> str:
        """Run another `huisheng` command on the same home; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "app", *arguments],
            cwd=ROOT,
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def stop(self) -> None:
        self.end(signal.SIGTERM)

    def end(self, how: signal.Signals) -> None:
        """Send the signal and wait until the process is gone."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
            self._process = None

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return
            except (URLError, OSError):
                assert self._process is not None
                assert self._process.poll() is None, self.log.read_text()
                time.sleep(0.05)
        raise AssertionError(f"the server does not answer: {self.log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
