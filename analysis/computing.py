"""The one place where a computation becomes an Outcome: reasons are typed and only finite numbers leave."""

import functools
import math
from collections.abc import Callable, Mapping
from typing import ParamSpec

import numpy as np
import numpy.typing as npt

from analysis.result import Bilingual, Json, NotComputable, Outcome, Result

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
P = ParamSpec("P")


class Impossible(Exception):
    """Raised inside a statistic when the data do not allow it; leaves as NotComputable."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.message = Bilingual(zh, en)


def guarded(test: str, compute: Callable[[], Outcome]) -> Outcome:
    """The outcome of `compute`; numerical breakdown and non-finite numbers become NotComputable."""
    try:
        with np.errstate(all="ignore"):
            outcome = compute()
            return finite(outcome) if isinstance(outcome, Result) else outcome
    except Impossible as reason:
        return NotComputable(test, reason.code, reason.message)
    except (ArithmeticError, np.linalg.LinAlgError):
        return NotComputable(
            test,
            "numerical_failure",
            Bilingual(
                "数值计算失败：数据近乎共线，或超出浮点数范围",
                "the computation broke down: the data are nearly collinear, or beyond floating point",
            ),
        )


def statistic(test: str) -> Callable[[Callable[P, Outcome]], Callable[P, Outcome]]:
    """Decorator of a public statistic: whatever the data, it returns an Outcome of `test`.

    A confidence outside 0…1 is the caller's mistake, not the data's: ValueError.
    """

    def wrap(compute: Callable[P, Outcome]) -> Callable[P, Outcome]:
        @functools.wraps(compute)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> Outcome:
            confidence = kwargs.get("confidence", 0.95)
            if not isinstance(confidence, int | float) or not 0 < confidence < 1:
                raise ValueError("confidence: must lie between 0 and 1")
            return guarded(test, lambda: compute(*args, **kwargs))

        return wrapped

    return wrap


def finite(result: Result) -> Result:
    """The same result in plain Python numbers; Impossible when one of them is not finite."""
    fields = {name: plain(value) for name, value in result.fields.items()}
    n = None if result.n is None else int(result.n)
    return Result(
        result.test, result.method, n, int(result.n_missing), fields, result.sentence, result.warnings
    )


def plain(value: object) -> Json:
    """`value` as JSON data: numpy scalars and arrays become Python numbers and lists."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return _finite_number(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} cannot stand in a Result")


def _finite_number(value: float) -> float:
    if not math.isfinite(value):
        raise not_finite()
    return value


def not_finite() -> Impossible:
    """The reason when a number is, or would be, beyond floating point."""
    return Impossible(
        "not_finite",
        "结果超出浮点数可表示的范围；请检查数据中的极端值",
        "a number of the result is not finite; look for extreme values in the data",
    )


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """ValueError naming the parameter when `value` is not among `allowed`."""
    if value not in allowed:
        raise ValueError(f"{name}: {value!r} is not one of {', '.join(allowed)}")


def too_many(what: Bilingual, found: int, most: int) -> Impossible:
    """The reason when there are more of something (categories, groups) than a statistic can bear."""
    return Impossible(
        "too_many_categories",
        f"{what.zh}有 {found} 个，超过 {most} 个；请合并类别，或检查是否误用了编号列",
        f"there are {found} {what.en}, more than {most}; merge them, or look for a column of identifiers",
    )


def too_few(n: int, least: int) -> Impossible:
    """The reason when fewer than `least` complete rows are left."""
    if n == 0:
        return Impossible("no_rows", "没有可用的有效数据", "no row has valid data")
    return Impossible(
        "too_few_rows",
        f"有效数据只有 {n} 行，至少需要 {least} 行",
        f"only {n} complete rows; at least {least} are needed",
    )
