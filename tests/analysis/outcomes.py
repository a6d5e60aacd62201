"""What the tests of statistics say about outcomes: computed, refused for a reason, equal to another."""

import numpy as np

from analysis.result import NotComputable, Outcome, Result


def ok(outcome: Outcome) -> Result:
    """The outcome as the Result that it must be."""
    assert isinstance(outcome, Result), outcome
    return outcome


def reason(outcome: Outcome) -> str:
    """The code of the reason why the outcome, which must be a NotComputable, could not be computed."""
    assert isinstance(outcome, NotComputable), outcome
    return outcome.reason


def codes(outcome: Outcome) -> list[str]:
    """The codes of the warnings."""
    return [warning.code for warning in outcome.warnings]


def close(one: Outcome, other: Outcome, names: list[str], rel: float = 1e-9) -> None:
    """Both computed with equal numbers, or both not computable for the same reason."""
    if not isinstance(one, Result) or not isinstance(other, Result):
        assert one == other
        return
    for name in names:
        a, b = np.asarray(one[name], float), np.asarray(other[name], float)
        assert np.allclose(a, b, rtol=rel, atol=1e-9), (name, a, b)
