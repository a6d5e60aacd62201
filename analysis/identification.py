"""From a measurement model and a covariance matrix to a structure that can be fitted, with starting values.

lavaan's conventions: factors correlate, residuals do not; a factor takes its unit from its first item; the
item of a single-item factor has no residual. Where nothing is fixed or held equal, unit variance of the
factor instead of the first loading gives the same fit and is better conditioned.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from analysis.computing import FloatArray
from analysis.covariance_structure import Cell, Structure
from analysis.measurement import MeasurementModel, Term

LOADING, RESIDUAL = 0.7, 0.5  # standardised values to start from


@dataclass(slots=True)
class _Parameters:
    """Free cells gathered by label, fixed cells, and a starting value for each."""

    free: dict[object, list[Cell]] = field(default_factory=dict)
    start: dict[object, float] = field(default_factory=dict)
    fixed: dict[Cell, float] = field(default_factory=dict)
    labels: dict[str, float] = field(default_factory=dict)  # labels of values that are fixed

    def add(self, cell: Cell, term: Term, start: float, fixed: float | None = None) -> None:
        """A cell: fixed at the term's value (or `fixed`), equal to others of its label, or free."""
        value = term.fixed if term.fixed is not None else fixed
        if value is None and term.label is not None:
            value = self.labels.get(term.label)
        if value is not None:
            self.fixed[cell] = value
            if term.label is not None:
                self.labels[term.label] = value
            return
        key: object = term.label if term.label is not None else cell
        self.free.setdefault(key, []).append(cell)
        self.start.setdefault(key, start)


@dataclass(frozen=True, slots=True, eq=False)
class Identified:
    """A structure with its variables (observed first) and starting values."""

    structure: Structure
    names: tuple[str, ...]
    start: FloatArray


def identified(model: MeasurementModel, sample: FloatArray) -> Identified:
    """The structure of `model` for a covariance matrix of its observed variables in their order."""
    return _Builder(model, sample).build()


class _Builder:
    def __init__(self, model: MeasurementModel, sample: FloatArray) -> None:
        self.model = model
        self.names = (*model.observed, *model.factors)
        self.place = {name: i for i, name in enumerate(self.names)}
        self.inner = {name for name in model.indicators if name in model.factors}
        self.sample, self.sds = sample, np.sqrt(np.diag(sample))
        self.weights = {factor: self._weights(factor) for factor in model.factors}
        self.spread = {factor: self._spread(factor) for factor in self._upwards()}
        self.parameters = _Parameters()

    def build(self) -> Identified:
        for factor in self.model.factors:
            self._add_loadings(factor)
        for name in self.names:
            self._add_variance(name)
        self._add_covariances()
        size, p = len(self.names), len(self.model.observed)
        paths, covariances = np.zeros((size, size)), np.zeros((size, size))
        for cell, value in self.parameters.fixed.items():
            (paths if cell.directed else covariances)[cell.row, cell.column] = value
            if not cell.directed:
                covariances[cell.column, cell.row] = value
        free = self.parameters.free
        start = np.array([self.parameters.start[key] for key in free])
        structure = Structure(p, paths, covariances, tuple(tuple(cells) for cells in free.values()))
        return Identified(structure, self.names, start)

    def _upwards(self) -> list[str]:
        """Factors with those that indicate another factor first."""
        done: list[str] = []

        def visit(factor: str) -> None:
            for term in self.model.factors[factor]:
                if term.name in self.model.factors:
                    visit(term.name)
            if factor not in done:
                done.append(factor)

        for factor in self.model.factors:
            visit(factor)
        return done

    def _unit_variance(self, factor: str) -> bool:
        """Whether the factor is given variance 1 instead of a first loading of 1."""
        terms, own = self.model.factors[factor], self.model.covariance(factor, factor)
        if own is not None and own.fixed is not None:
            return False
        return factor not in self.inner and all(term.plain for term in terms) and (own is None or own.plain)

    def _weights(self, factor: str) -> FloatArray:
        """A rough score of the factor from the observed beneath it, signs by the first component."""
        below = [self.place[n] for n in self.model.observed if n in self.model.below(factor, set())]
        out = np.zeros(len(self.sds))
        block = self.sample[np.ix_(below, below)] / np.outer(self.sds[below], self.sds[below])
        first = np.linalg.eigh(block).eigenvectors[:, -1]
        signs = np.where(first * (first[0] if first[0] != 0 else 1) < 0, -1.0, 1.0)
        out[below] = signs / self.sds[below]
        return out

    def _spread(self, factor: str) -> float:
        """The standard deviation of the factor to start from."""
        own = self.model.covariance(factor, factor)
        if self._unit_variance(factor):
            return 1.0
        if own is not None and own.fixed:
            return float(np.sqrt(abs(own.fixed)))
        first = self.model.factors[factor][0]
        return LOADING * self._sd(first.name) / abs(first.fixed or 1.0)

    def _sd(self, name: str) -> float:
        return self.spread[name] if name in self.model.factors else float(self.sds[self.place[name]])

    def _add_loadings(self, factor: str) -> None:
        marked = not self._unit_variance(factor)
        for position, term in enumerate(self.model.factors[factor]):
            cell = Cell(True, self.place[term.name], self.place[factor])
            sign = self._sign(factor, term.name)
            start = sign * LOADING * self._sd(term.name) / self.spread[factor]
            marker = 1.0 if marked and position == 0 and not term.freed else None
            self.parameters.add(cell, term, start, marker)

    def _sign(self, factor: str, name: str) -> float:
        if name in self.model.factors:
            return 1.0 if self._agreement(factor, name) >= 0 else -1.0
        return -1.0 if self.weights[factor][self.place[name]] < 0 else 1.0

    def _agreement(self, a: str, b: str) -> float:
        """The correlation of the rough scores of two factors."""
        one, two = self.weights[a], self.weights[b]
        product = float(one @ self.sample @ two)
        both = float(one @ self.sample @ one) * float(two @ self.sample @ two)
        return product / np.sqrt(both) if both > 0 else 0.0

    def _add_variance(self, name: str) -> None:
        cell = Cell(False, self.place[name], self.place[name])
        term = self.model.covariance(name, name)
        start = self._sd(name) ** 2
        if name in self.model.indicators:
            start *= RESIDUAL
        default: float | None = None
        if name in self.model.factors and self._unit_variance(name):
            default = 1.0
        elif term is None and self._single(name):
            default = 0.0
        self.parameters.add(cell, term or Term(name), start, default)

    def _single(self, name: str) -> bool:
        """Whether the variable is the only indicator of its only factor."""
        of = [terms for terms in self.model.factors.values() if any(term.name == name for term in terms)]
        return len(of) == 1 and len(of[0]) == 1

    def _add_covariances(self) -> None:
        stated = {
            frozenset(pair): term for pair, term in self.model.covariances.items() if pair[0] != pair[1]
        }
        outer = [factor for factor in self.model.factors if factor not in self.inner]
        for a, b in self._pairs(outer, stated):
            cell = Cell(False, self.place[a], self.place[b])
            start = 0.0
            if a in outer and b in outer:
                start = float(np.clip(self._agreement(a, b), -0.9, 0.9)) * self.spread[a] * self.spread[b]
            self.parameters.add(cell, stated.get(frozenset((a, b)), Term(b)), start)

    def _pairs(self, outer: list[str], stated: dict[frozenset[str], Term]) -> Iterator[tuple[str, str]]:
        """Pairs that may covary: all outer factors, and what the text names."""
        yield from combinations(outer, 2)
        for pair in stated:
            a, b = sorted(pair, key=self.place.__getitem__)
            if not (a in outer and b in outer):
                yield a, b
