from collections.abc import Sequence
from datetime import date

import pytest

from survey.demo import answers, branches, waves
from survey.demo.answers import Response

SEED, COUNT = 20261123, 20_000


@pytest.fixture(scope="session")
def demo_responses() -> Sequence[Response]:
    """The responses of the demo bank, as many as it has by default."""
    return tuple(answers.generate(SEED, COUNT, branches.units(), waves.quarterly(date(2026, 11, 20))))
