"""Items of a scale after reversal: what all statistics of several items start from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.computing import FloatArray, Impossible, too_few
from analysis.inputs import Columns, Fault, Input, Limits, Names
from analysis.jobs import Job
from analysis.moments import Moments, PairwiseMoments
from analysis.result import Bilingual, Warning
from analysis.wording import names

NO_VARIANCE = 1e-12  # of the variance that uncorrelated items would have: below it a sum does not vary
ROUNDING = 1e-10  # a correlation of 0 may come out this much below it
SINGULAR = 1e-10  # an eigenvalue of a correlation matrix below this is 0 but for rounding

Items = Mapping[str, npt.ArrayLike] | Moments


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Means and covariances of items, none of them constant, after reversal."""

    names: tuple[str, ...]
    n: int
    n_missing: int
    means: FloatArray
    cov: FloatArray
    minima: FloatArray  # as answered, before reversal
    maxima: FloatArray

    @property
    def sds(self) -> FloatArray:
        return np.sqrt(np.diag(self.cov))

    def correlations(self) -> FloatArray:
        """The correlation matrix."""
        r: FloatArray = self.cov / np.outer(self.sds, self.sds)
        np.fill_diagonal(r, 1.0)
        return np.clip(r, -1.0, 1.0)

    def regular(self) -> FloatArray:
        """The correlation matrix; Impossible when it cannot be inverted, naming the dependent items."""
        r = self.correlations()
        values, vectors = np.linalg.eigh(r)
        if values[0] > SINGULAR:
            return r
        if self.n <= len(self.names):
            raise too_few(self.n, len(self.names) + 1)
        involved = np.abs(vectors[:, 0]) > 1e-4
        which = names(name for name, is_in in zip(self.names, involved, strict=True) if is_in)
        raise Impossible(
            "singular",
            f"题项 {which} 线性相关（一个可由其余推出），相关矩阵不可逆；请去掉其一",
            f"{which} are linearly dependent: the correlations cannot be inverted; leave one out",
        )


def moments_of(items: Items) -> Moments:
    """The moments of item columns, or those already given."""
    return items if isinstance(items, Moments) else Moments.of(items)


def score_items(
    moments: Moments | PairwiseMoments,
    reverse: Sequence[str] = (),
    scale: tuple[float, float] | None = None,
    *,
    least_items: int = 2,
) -> Scored:
    """The items of `moments`, those of `reverse` turned by the limits of `scale` (low + high − x).

    Impossible: fewer items than `least_items`, fewer than two rows, a constant item. ValueError when
    `reverse` names no item or `scale` is missing for it.
    """
    if set(reverse) - set(moments.names):
        raise ValueError("reverse: names that are no items")
    if reverse and scale is None:
        raise ValueError("scale: needed to reverse items")
    if len(moments.names) < least_items:
        raise few_items(least_items)
    if moments.n < 2:
        raise too_few(moments.n, 2)
    refuse_constant(moments.names, moments.constant)
    turned = np.array([name in set(reverse) for name in moments.names])
    sign = np.where(turned, -1.0, 1.0)
    ends = sum(scale) if scale else 0.0
    means = np.where(turned, ends - moments.means, moments.means)
    cov = moments.covariance() * np.outer(sign, sign)
    if not (np.isfinite(cov).all() and (np.diag(cov) > 0).all()):
        raise beyond_floats()
    return Scored(moments.names, moments.n, moments.n_missing, means, cov, moments.minima, moments.maxima)


def refuse_constant(items: Sequence[str], constant: Sequence[bool] | npt.NDArray[np.bool_]) -> None:
    """Impossible naming the items whose answers are all equal."""
    flat = names(name for name, is_flat in zip(items, constant, strict=True) if is_flat)
    if flat:
        raise Impossible(
            "constant_item",
            f"题项 {flat} 的回答全部相同，无法计算；请去掉该题项",
            f"all answers to {flat} are equal; leave the item out",
        )


def few_items(least: int) -> Impossible:
    """The reason when fewer than `least` items are given."""
    return Impossible("too_few_items", f"至少需要 {least} 个题项", f"at least {least} items are needed")


def beyond_floats() -> Impossible:
    """The reason when the spread of values overflows, or vanishes by underflow."""
    return Impossible(
        "not_finite",
        "题项的方差超出浮点数可表示的范围；请检查数据中的极端值",
        "a variance is beyond floating point; look for extreme values in the data",
    )


def varies(cov: FloatArray) -> bool:
    """Whether the sum of items with these covariances varies."""
    return bool(cov.sum() > NO_VARIANCE * np.trace(cov))


def sum_without_variance() -> Impossible:
    """The reason when a sum of items, or of half of them, is the same for everybody."""
    return Impossible(
        "no_variance",
        "题项之和没有变异，无法计算；检查是否有题项需要反向计分",
        "the sum of the items does not vary; look for items that need reversal",
    )


def squared_multiple_correlations(r: FloatArray) -> FloatArray:
    """The share of each item that the others explain, from a regular correlation matrix."""
    return np.clip(1 - 1 / np.diag(np.linalg.inv(r)), 0.0, 1.0)


def scale_warnings(scored: Scored, scale: tuple[float, float] | None) -> Iterator[Warning]:
    """Warnings of items that are probably reversed and of answers outside the scale; nothing is mended."""
    opposed = names(_opposed(scored))
    if opposed:
        yield Warning(
            "opposed_to_first_component",
            Bilingual(
                f"题项 {opposed} 与第一主成分方向相反：多半是反向题；此处未自动翻转",
                f"{opposed} run against the first principal component: probably reversed; nothing was turned",
            ),
        )
    low, high = scale or (-np.inf, np.inf)
    pairs = zip(scored.names, scored.minima, scored.maxima, strict=True)
    outside = names(name for name, least, most in pairs if least < low or most > high)
    if outside:
        yield Warning(
            "outside_scale",
            Bilingual(
                f"题项 {outside} 有超出 {low:g}–{high:g} 的值",
                f"{outside} have values outside {low:g}–{high:g}",
            ),
        )


def sample_warnings(scored: Scored) -> Iterator[Warning]:
    """The warning of fewer rows than a factor model asks for: 50, and 5 per item (Gorsuch 1983)."""
    least = max(50, 5 * len(scored.names))
    if scored.n < least:
        yield Warning(
            "small_sample",
            Bilingual(
                f"只有 {scored.n} 行有效数据，因子模型至少要 {least} 行（每题 5 行、共 50 行）：结果不稳定",
                f"only {scored.n} complete rows; a factor model asks for {least} (5 per item, 50 in all)",
            ),
        )


def _opposed(scored: Scored) -> Iterator[str]:
    """Items on the lighter side of the first principal component of the correlations.

    A negative item-rest r alone accuses good items too when two of five are keyed negatively: the rest
    they are held against is half reversed. The sign on the first component does not (as psych::alpha says).
    """
    first = np.linalg.eigh(scored.correlations()).eigenvectors[:, -1]
    heavier = 1.0 if first.sum() >= 0 else -1.0
    return (name for name, weight in zip(scored.names, first * heavier, strict=True) if weight < -ROUNDING)


def scale_of(job: Job) -> tuple[float, float] | None:
    """The ends of the scale that a plan gives, if it does."""
    return job.limits() if job.given("scale") else None


def reversal_fits(arguments: Mapping[str, object]) -> Iterator[Fault]:
    """Faults of a test with items, reverse and scale: reversed names that are no items, a missing scale."""
    items, reverse = arguments["items"], arguments["reverse"]
    if isinstance(items, tuple) and isinstance(reverse, tuple):
        unknown = [name for name in reverse if name not in items]
        if unknown:
            yield Fault(
                "unknown_choice",
                f"reverse 中的 {names(unknown)} 不在 items 中",
                f"reverse: {names(unknown)} are no items",
            )
    if reverse and arguments["scale"] is None:
        yield Fault("missing_input", "反向计分需要 scale", "reverse needs scale")


SCALE_INPUTS = (
    Input("items", Columns(), required=True),
    Input("reverse", Names(), default=()),
    Input("scale", Limits()),
)
