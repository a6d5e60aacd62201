"""The cumulative logit model P(Y ≤ j) = F(θⱼ − xβ) fitted by Newton's method; with two categories it is the
logit.

The log likelihood is concave, so from anywhere the steps lead to its maximum, unless there is none: when a
combination of predictors separates the categories, the steps run off along it for ever. That is recognised
from the direction of the steps, and named.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from analysis.computing import FloatArray, Impossible, IntArray
from analysis.predictors import Model
from analysis.wording import names as listed

MOST_STEPS = 100
PATIENCE = 12  # ordinary data need 4 to 10 steps; after so many a run off is looked for
CLOSE, CLOSE_ENOUGH = 1e-20, 1e-12  # squared length of the last step in standard errors
BLOCK = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Thresholds and coefficients in the units of the predictors, thresholds first."""

    estimates: FloatArray
    information: FloatArray  # of the standardised parameters
    back: FloatArray  # takes standardised parameters to estimates
    log_likelihood: float
    data: "_Data"
    parameters: FloatArray

    @property
    def bread(self) -> FloatArray:
        """The covariance of the standardised parameters when the model holds."""
        return np.asarray(np.linalg.inv(self.information), dtype=np.float64)

    @property
    def scores(self) -> FloatArray:
        """The slope of each row's log likelihood in the standardised parameters."""
        return self.data.row_scores(self.parameters)

    def jackknife(self) -> FloatArray:
        """Σ dᵢdᵢ′ with dᵢ the step that leaving row i out would cause: HC3, for the logit exactly."""
        scores, spread = self.scores, np.zeros_like(self.information)
        for start in range(0, len(scores), BLOCK):
            rows = slice(start, start + BLOCK)
            left = self.information - self.data.part(rows).row_information(self.parameters)
            try:
                steps = np.linalg.solve(left, scores[rows][:, :, None])[:, :, 0]
            except np.linalg.LinAlgError:
                raise _full_leverage() from None
            spread += steps.T @ steps
        if not np.isfinite(spread).all():
            raise _full_leverage()
        return spread


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
    """Standardised predictors and outcome categories; the parameters are thresholds, then coefficients."""

    x: FloatArray
    y: IntArray
    categories: int

    def part(self, rows: slice) -> "_Data":
        return _Data(self.x[rows], self.y[rows], self.categories)

    @property
    def cuts(self) -> int:
        return self.categories - 1

    def designs(self) -> tuple[FloatArray, FloatArray]:
        """Rows of the derivative of the upper and of the lower end of each row's category; 0 at ±∞."""
        upper, lower = (np.zeros((len(self.y), self.cuts + self.x.shape[1])) for _ in range(2))
        for design, cut in ((upper, self.y), (lower, self.y - 1)):
            inside = np.flatnonzero((cut >= 0) & (cut < self.cuts))
            design[inside, cut[inside]] = 1
            design[inside, self.cuts :] = -self.x[inside]
        return upper, lower

    def ends(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        """θ − xβ at the upper and the lower end of each row's category."""
        cuts = np.concatenate([[-np.inf], parameters[: self.cuts], [np.inf]])
        along = self.x @ parameters[self.cuts :]
        return cuts[self.y + 1] - along, cuts[self.y] - along

    def log_likelihood(self, parameters: FloatArray) -> float:
        if (np.diff(parameters[: self.cuts]) <= 0).any():
            return -np.inf
        return float(np.log(self.chances(*self.ends(parameters))).sum())

    @staticmethod
    def chances(upper: FloatArray, lower: FloatArray) -> FloatArray:
        """F(upper) − F(lower), without cancellation in the tails."""
        chances: FloatArray = expit(upper) * expit(-lower) * -np.expm1(lower - upper)
        return chances

    def curvature(self, parameters: FloatArray) -> tuple[FloatArray, ...]:
        """First and negative second derivatives of each row's log likelihood in its two ends."""
        upper, lower = self.ends(parameters)
        p, f, g = self.chances(upper, lower), expit(upper), expit(lower)
        df, dg = f * expit(-upper), g * expit(-lower)
        up, down = df / p, -dg / p
        return up, down, up**2 - up * (1 - 2 * f), down**2 - down * (1 - 2 * g), up * down

    def derivatives(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(slope, information), summed by category without the rows of `designs`."""
        up, down, uu, dd, ud = self.curvature(parameters)
        cuts, k = self.cuts, self.x.shape[1]
        information = np.zeros((cuts + k, cuts + k))
        cut = np.arange(cuts)
        information[cut, cut] = self._above(uu) + self._below(dd)
        information[cut[1:], cut[:-1]] = information[cut[:-1], cut[1:]] = self._above(ud)[1:]
        for j, column in enumerate(self.x.T, cuts):
            cross = -self._above((uu + ud) * column) - self._below((dd + ud) * column)
            information[:cuts, j] = information[j, :cuts] = cross
        information[cuts:, cuts:] = self.x.T @ (self.x * (uu + dd + 2 * ud)[:, None])
        return np.concatenate([self._above(up) + self._below(down), -(up + down) @ self.x]), information

    def _above(self, values: FloatArray) -> FloatArray:
        """Sums over the rows just under each cut (of which it is the upper end)."""
        return np.bincount(self.y, values, minlength=self.categories)[:-1].astype(np.float64)

    def _below(self, values: FloatArray) -> FloatArray:
        """Sums over the rows just above each cut (of which it is the lower end)."""
        return np.bincount(self.y, values, minlength=self.categories)[1:].astype(np.float64)

    def row_scores(self, parameters: FloatArray) -> FloatArray:
        """The slope of each row's log likelihood."""
        (above, below), (up, down, *_) = self.designs(), self.curvature(parameters)
        return np.asarray(above * up[:, None] + below * down[:, None], dtype=np.float64)

    def row_information(self, parameters: FloatArray) -> FloatArray:
        """The information of each row."""
        (above, below), (_, _, uu, dd, ud) = self.designs(), self.curvature(parameters)
        mixed = above[:, :, None] * (below * ud[:, None])[:, None, :]
        both = above[:, :, None] * (above * uu[:, None])[:, None, :]
        both += below[:, :, None] * (below * dd[:, None])[:, None, :]
        return np.asarray(both + mixed + mixed.transpose(0, 2, 1), dtype=np.float64)

    def runs_off(self, step: FloatArray) -> bool:
        """Whether the likelihood of no row ever falls along this direction."""
        above, below = self.designs()
        rises = np.where(self.y < self.cuts, above @ step, np.inf)
        falls = np.where(self.y > 0, -(below @ step), np.inf)
        gains = np.minimum(rises, falls)
        return bool(gains.max() > 0 and gains.min() >= -1e-6 * gains.max())


def fit(design: Model, y: IntArray, categories: int) -> Fit:
    """The maximum likelihood fit; `y` are positions 0…categories − 1, each of them taken by some row.

    Impossible: separation, naming the predictors that run off.
    """
    means, sds = design.x.mean(axis=0), design.x.std(axis=0, ddof=1)
    data = _Data((design.x - means) / sds, y, categories)
    shares = np.bincount(y, minlength=categories).cumsum()[:-1] / len(y)
    start = np.concatenate([np.log(shares / (1 - shares)), np.zeros(len(sds))])
    parameters = _climb(data, start, design.names)
    _, information = data.derivatives(parameters)
    back = np.diag(np.concatenate([np.ones(data.cuts), 1 / sds]))
    back[: data.cuts, data.cuts :] = means / sds
    return Fit(
        back @ parameters,
        information,
        back,
        data.log_likelihood(parameters),
        data,
        parameters,
    )


def _climb(data: _Data, parameters: FloatArray, names: Sequence[str]) -> FloatArray:
    height = data.log_likelihood(parameters)
    for taken in range(MOST_STEPS):
        slope, information = data.derivatives(parameters)
        try:
            step: FloatArray = np.asarray(np.linalg.solve(information, slope), dtype=np.float64)
        except np.linalg.LinAlgError:
            raise _separated(names) from None
        enough = CLOSE if taken < PATIENCE else CLOSE_ENOUGH
        if float(slope @ step) < enough * max(1.0, abs(height)):
            return parameters
        if taken >= PATIENCE and data.runs_off(step):
            share = np.abs(step[data.cuts :])
            raise _separated([n for n, s in zip(names, share, strict=True) if s > 1e-3 * share.max()])
        for _ in range(40):
            higher = data.log_likelihood(parameters + step)
            if higher >= height - 1e-12 * abs(height):
                break
            step = step / 2
        parameters, height = parameters + step, higher
    raise Impossible(
        "not_converged",
        f"最大似然估计在 {MOST_STEPS} 步内未收敛；请检查极端值",
        f"the maximum likelihood estimate did not converge in {MOST_STEPS} steps; look for extreme values",
    )


def _separated(names: Sequence[str]) -> Impossible:
    which = listed(names)
    return Impossible(
        "separation",
        f"预测变量 {which} （至少部分取值）把结果的类别完全分开，最大似然估计不存在；请合并类别或去掉它",
        f"{which} separates the categories of the outcome, at least for some values: there is no maximum "
        "likelihood estimate; merge levels or leave it out",
    )


def _full_leverage() -> Impossible:
    return Impossible(
        "full_leverage",
        "某一行独自决定了一个系数，HC3 无定义；请合并类别或用 robust: none",
        "one row alone determines a coefficient: HC3 is undefined; merge levels or use robust: none",
    )
