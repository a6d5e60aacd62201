"""Compares a result with the values that R gives: each must be met within its tolerance."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

# test -> field -> (absolute, relative): |actual - expected| <= absolute + relative * |expected|.
# The reasons stand in the oracle's README: R stops early in places, rounds, or works in single precision.
TOLERANCES: dict[str, dict[str, tuple[float, float]]] = {
    "*": {
        "*": (1e-10, 1e-8),
        "p": (1e-10, 1e-6),
        "p_adjusted": (1e-10, 1e-6),
        "p_gg": (1e-10, 1e-6),
        "effect_ci": (2e-5, 2e-5),
    },
    "tukey": {"p_adjusted": (1e-6, 1e-4), "ci": (1e-6, 1e-5)},
    "games_howell": {"p_adjusted": (1e-6, 1e-4), "ci": (1e-6, 1e-5)},
    "icc": {"ci": (1e-4, 0)},
    "mcdonald_omega": {"omega_total": (1e-5, 0), "omega_hierarchical": (1e-2, 0)},
    "mcdonald_omega of several factors": {"omega_total": (5e-3, 0)},
    "composite_reliability": {"*": (1e-5, 0)},
    "shapiro": {"statistic": (1e-6, 0), "p": (1e-6, 1e-2)},
    "fisher_exact": {"*": (1e-6, 1e-5), "p": (1e-7, 1e-5)},
    "efa": {"*": (2e-3, 0), "phi": (5e-3, 0), "ss_loadings": (1e-2, 0), "n": (0, 0)},
    "parallel_analysis": {"simulated": (3e-2, 0), "eigenvalues": (1e-8, 0)},
    "cfa": {"*": (1e-3, 0), "chi2": (1e-2, 1e-4), "p": (1e-4, 1e-2)},
    "pls_index": {"*": (1e-4, 0), "index": (1e-3, 0)},
    "rake": {"*": (1e-5, 1e-5)},
    "kmeans": {"*": (1e-6, 1e-6)},
    "lca": {"*": (3e-3, 0), "log_likelihood": (1e-3, 0), "aic": (2e-3, 0), "bic": (2e-3, 0)},
    "logit": {"*": (1e-6, 1e-5)},
    "ordinal_logit": {"*": (1e-5, 1e-4)},
    "cohen_kappa": {"p": (1e-9, 1e-6)},
    "mann_kendall": {"sen_slope": (1e-9, 1e-9)},
}
# Below these fields the names are those of the data; the tolerance stays that of the field.
MAPS = frozenset(
    [
        "loadings",
        "weights",
        "communalities",
        "uniquenesses",
        "expected",
        "adjusted_residuals",
        "shares",
        "gaps",
        "means",
        "p_adjusted",
        "index",
        "r2",
        "vif",
        "cr",
        "ave",
        "reliability",
        "centers",
    ]
)
IDENTITIES = (("name",), ("a", "b"), ("from", "to"), ("if", "then"))
SYMMETRIC = frozenset({"cfa", "correlation"})


def differences(expected: Mapping[str, object], actual: Mapping[str, object]) -> list[str]:
    """What in `actual` (one result) does not meet `expected`, a line each; more fields are welcome."""
    if expected["test"] == "efa" and "loadings" in expected:
        actual = with_factors_as(expected, actual)
    return list(_walk("", expected, actual, str(expected["test"]), None, "omega_hierarchical" in expected))


def with_factors_as(expected: Mapping[str, object], actual: Mapping[str, object]) -> Mapping[str, object]:
    """An EFA result with its factors in the order and with the signs that fit the expected loadings best."""
    wanted, found = (dict(result["loadings"]) for result in (expected, actual))  # type: ignore[call-overload]
    a, b = (np.array([loadings[item] for item in wanted]) for loadings in (wanted, found))
    if a.shape != b.shape:
        return actual
    congruence = a.T @ b / np.sqrt(np.outer((a**2).sum(axis=0), (b**2).sum(axis=0)))
    order = linear_sum_assignment(-np.abs(congruence))[1]
    sign = np.sign(congruence[np.arange(len(order)), order])
    out = dict(actual, loadings=dict(zip(wanted, (b[:, order] * sign).tolist(), strict=True)))
    for name in ("ss_loadings", "variance"):
        out[name] = np.array(actual[name])[order].tolist()
    if "phi" in actual:
        out["phi"] = (np.array(actual["phi"])[np.ix_(order, order)] * np.outer(sign, sign)).tolist()
    return out


def _walk(
    where: str, expected: object, actual: object, test: str, field: str | None, several: bool
) -> Iterator[str]:
    if isinstance(expected, Mapping) and "one_of" not in expected:
        yield from _walk_map(where, expected, actual, test, field, several)
    elif isinstance(expected, list):
        yield from _walk_list(where, expected, actual, test, field, several)
    elif not _agrees(expected, actual, _tolerance(test, field, several)):
        yield f"{where}: expected {expected!r}, got {actual!r}"


def _walk_map(
    where: str, expected: Mapping[str, object], actual: object, test: str, field: str | None, several: bool
) -> Iterator[str]:
    for name, wanted in expected.items():
        if not isinstance(actual, Mapping) or name not in actual:
            yield f"{where}.{name}: missing"
        else:
            inner = field if field in MAPS else name
            yield from _walk(f"{where}.{name}", wanted, actual[name], test, inner, several)


def _walk_list(
    where: str, expected: Sequence[object], actual: object, test: str, field: str | None, several: bool
) -> Iterator[str]:
    if not isinstance(actual, list) or len(actual) != len(expected):
        yield f"{where}: expected {len(expected)} entries, got {actual!r}"
        return
    identity = _identity(expected)
    if identity is None:
        for position, (wanted, found) in enumerate(zip(expected, actual, strict=True)):
            yield from _walk(f"{where}[{position}]", wanted, found, test, field, several)
        return
    rows = {_key(row, identity, test): row for row in actual}
    for wanted in expected:
        key = _key(wanted, identity, test)
        if key not in rows:
            yield f"{where}[{key}]: missing row"
        else:
            values = {name: value for name, value in dict(wanted).items() if name not in identity}
            yield from _walk(f"{where}[{key}]", values, rows[key], test, field, several)


def _identity(rows: Sequence[object]) -> tuple[str, ...] | None:
    if not rows or not isinstance(rows[0], Mapping):
        return None
    return next((names for names in IDENTITIES if all(name in rows[0] for name in names)), None)


def _key(row: object, identity: tuple[str, ...], test: str) -> tuple[str, ...]:
    parts = [dict(row)[name] for name in identity]
    texts = ["/".join(sorted(part)) if isinstance(part, list) else str(part) for part in parts]
    return tuple(sorted(texts)) if test in SYMMETRIC and identity == ("a", "b") else tuple(texts)


def _agrees(expected: object, actual: object, tolerance: tuple[float, float]) -> bool:
    if isinstance(expected, Mapping):
        return actual in expected["one_of"]
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, int | float):
        if not isinstance(actual, int | float) or not math.isfinite(actual):
            return False
        return abs(actual - expected) <= tolerance[0] + tolerance[1] * abs(expected)
    return expected == actual


def _tolerance(test: str, field: str | None, several: bool) -> tuple[float, float]:
    if test == "mcdonald_omega" and several and field == "omega_total":
        test = "mcdonald_omega of several factors"
    own = TOLERANCES.get(test, {})
    for table, name in ((own, field), (own, "*"), (TOLERANCES["*"], field)):
        if name in table:
            return table[name]
    return TOLERANCES["*"]["*"]
