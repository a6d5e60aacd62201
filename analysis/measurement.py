"""Measurement models in lavaan's syntax: which items indicate which factor, and what covaries.

Understood: `factor =~ item + item`, `a ~~ b` (variances, covariances), the modifiers `1*x` (fixed), `NA*x`
(free), `label*x` (equal where the label is the same) and `start(0.8)*x`; comments with # or !; statements on
lines or between semicolons, continued on the next line. Factors of factors are allowed; regressions are not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from analysis.inputs import Fault, Surroundings, text

NAME = r"[^\W\d][\w.]*"
TERM = re.compile(rf"^(?P<modifiers>(?:[^*+]+\*)*)(?P<name>{NAME})$")
OPERATOR = re.compile(r"=~|~~|:=|==|<~|~\*~|[~<>|]")
TIGHT = re.compile(r"\s*([-+*=~()])\s*")  # blanks around these mean nothing
START = re.compile(r"^start\(.*\)$")
NUMBER = re.compile(r"^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$")


@dataclass(frozen=True, slots=True)
class Term:
    """One variable on the right of an operator: a fixed value, freed against the default, or labelled."""

    name: str
    fixed: float | None = None
    freed: bool = False
    label: str | None = None

    @property
    def plain(self) -> bool:
        return self == Term(self.name)


@dataclass(frozen=True, slots=True)
class MeasurementModel:
    """Factors with their indicators in order, and the (co)variances that the text names."""

    factors: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    covariances: dict[tuple[str, str], Term] = field(default_factory=dict)

    @property
    def indicators(self) -> tuple[str, ...]:
        """All variables that indicate a factor, each once, in order."""
        return tuple(dict.fromkeys(term.name for terms in self.factors.values() for term in terms))

    @property
    def observed(self) -> tuple[str, ...]:
        """The indicators that are columns of the data."""
        return tuple(name for name in self.indicators if name not in self.factors)

    @property
    def scale_free(self) -> bool:
        """Whether nothing is fixed at a value or held equal: then units of the items do not matter."""
        terms = [term for terms in self.factors.values() for term in terms] + list(self.covariances.values())
        return all(term.fixed in (None, 0.0) and term.label is None for term in terms)

    def covariance(self, a: str, b: str) -> Term | None:
        """What the text says of the covariance of two variables."""
        return self.covariances.get((a, b)) or self.covariances.get((b, a))

    @classmethod
    def parse(cls, source: str) -> "MeasurementModel":
        """The model of a text; Fault where it is none."""
        model = cls()
        for left, operator, right in _statements(source):
            for name in left:
                if operator == "=~":
                    model.factors[name] = _joined(model.factors.get(name, ()), right)
                else:
                    for term in right:
                        known = model.covariance(name, term.name) or Term(term.name)
                        model.covariances[(name, term.name)] = _merged(known, term)
        model._check()
        return model

    def _check(self) -> None:
        if not self.factors:
            raise _bad(
                "模型没有因子（factor =~ item + item）", "the model has no factor (factor =~ item + item)"
            )
        known = {*self.factors, *self.indicators}
        for a, b in self.covariances:
            for name in (a, b):
                if name not in known:
                    raise _bad(
                        f"{name} 不在模型的因子与题项之中", f"{name} is no factor or item of the model"
                    )
        for name in self.factors:
            if name in self.below(name, set()):
                raise _bad(f"因子 {name} 指向自身", f"factor {name} indicates itself")

    def below(self, factor: str, seen: set[str]) -> set[str]:
        """All variables that indicate the factor, or a factor that does; gathered in `seen`."""
        for term in self.factors.get(factor, ()):
            if term.name not in seen:
                seen.add(term.name)
                self.below(term.name, seen)
        return seen


@dataclass(frozen=True, slots=True)
class Model:
    """The input kind of a plan: the text of a measurement model over the columns of the data."""

    def read(self, raw: object, around: Surroundings) -> MeasurementModel:
        model = MeasurementModel.parse(text(raw))
        for name in model.observed:
            if name not in around.columns:
                raise Fault("unknown_column", f"数据中没有列 {name}", f"the data have no column {name}")
        return model


def _statements(source: str) -> Iterator[tuple[list[str], str, list[Term]]]:
    """(names on the left, operator, terms on the right) of each statement."""
    pending = ""
    for line in re.split(r"[\n;]", source.replace("\r", "\n")):
        line = TIGHT.sub(r"\1", re.split(r"[#!]", line, maxsplit=1)[0].strip())
        begins = OPERATOR.search(line) is not None and not pending.endswith(("~", "+", "*"))
        if begins and pending:
            yield _statement(pending)
            pending = ""
        pending = TIGHT.sub(r"\1", f"{pending} {line}".strip())
    if pending:
        yield _statement(pending)


def _statement(line: str) -> tuple[list[str], str, list[Term]]:
    found = OPERATOR.search(line)
    if found is None:
        raise _bad(f"看不懂 {line[:60]}", f"{line[:60]} is not understood")
    left, operator, right = line[: found.start()], found.group(), line[found.end() :]
    if operator not in ("=~", "~~"):
        raise _bad(
            f"测量模型只用 =~ 和 ~~，不支持 {operator}",
            f"a measurement model has =~ and ~~ only; {operator} is not supported",
        )
    names = left.split("+")
    for name in names:
        if not re.fullmatch(NAME, name):
            raise _bad(f"{name or line[:60]} 不是变量名", f"{name or line[:60]} is no name of a variable")
    return names, operator, [_term(part) for part in right.split("+")]


def _term(part: str) -> Term:
    found = TERM.match(part)
    if found is None:
        raise _bad(f"看不懂 {part or '空项'}", f"{part or 'an empty term'} is not understood")
    term = Term(found["name"])
    for modifier in found["modifiers"].split("*")[:-1]:
        if NUMBER.match(modifier):
            term = replace(term, fixed=float(modifier))
        elif modifier == "NA":
            term = replace(term, freed=True)
        elif re.fullmatch(NAME, modifier):
            term = replace(term, label=modifier)
        elif not START.match(modifier):
            raise _bad(f"不支持修饰 {modifier}*", f"the modifier {modifier}* is not supported")
    return term


def _joined(known: tuple[Term, ...], more: list[Term]) -> tuple[Term, ...]:
    """Indicators of one factor; a variable that is named again gathers its modifiers."""
    terms = {term.name: term for term in known}
    for term in more:
        terms[term.name] = _merged(terms.get(term.name, Term(term.name)), term)
    return tuple(terms.values())


def _merged(known: Term, more: Term) -> Term:
    fixed = known.fixed if more.fixed is None else more.fixed
    return Term(known.name, fixed, known.freed or more.freed, more.label or known.label)


def _bad(zh: str, en: str) -> Fault:
    return Fault("bad_value", zh, en)
