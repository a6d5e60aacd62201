"""The branch in view: what lies above it (as far as this person may look) and the units below it."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.models import Branch
from survey.accounts.scope import Scope

OWN, NOWHERE = "own", "nowhere"


@dataclass(frozen=True, slots=True)
class Place:
    """A view: one branch with everything below it, or the whole bank (`branch` None).

    `top` is the branch that this person may not look above, None for the whole bank; `trail` the branches
    above the view that may be opened; `children` the units right below it; `group_of` says for each branch
    id in view which child it belongs to (its id, OWN or NOWHERE).
    """

    top: Branch | None
    branch: Branch | None
    trail: tuple[Branch, ...]
    children: tuple[Branch, ...]
    group_of: Mapping[Hashable, Hashable]

    @property
    def scope(self) -> Scope:
        return Scope(self.branch.path) if self.branch else Scope()


def place_at(session: Session, scope: Scope, code: str | None) -> Place | None:
    """The view of a branch by its code (without one, all the scope holds); None when out of sight."""
    branches = session.scalars(select(Branch).where(scope.branches()).order_by(Branch.code)).all()
    top = next((each for each in branches if each.path == scope.path), None)
    branch = top if code is None else next((each for each in branches if each.code == code), None)
    if branch is None and code is not None:
        return None
    return _place(top, branch, branches)


def _place(top: Branch | None, branch: Branch | None, branches: Sequence[Branch]) -> Place:
    parent = branch or _only_root(branches)
    inside = [each for each in branches if parent is None or each.path.startswith(parent.path)]
    parent_id = parent.id if parent else None
    children = tuple(each for each in inside if each.parent_id == parent_id)
    above = sorted((each for each in branches if _is_above(each, branch)), key=lambda each: each.path)
    return Place(top, branch, tuple(above), children, _groups(inside, children))


def _only_root(branches: Sequence[Branch]) -> Branch | None:
    """The whole bank is divided like its head office, where there is one."""
    roots = [each for each in branches if each.parent_id is None]
    return roots[0] if len(roots) == 1 else None


def _is_above(upper: Branch, branch: Branch | None) -> bool:
    return branch is not None and upper is not branch and branch.path.startswith(upper.path)


def _groups(inside: Sequence[Branch], children: Sequence[Branch]) -> dict[Hashable, Hashable]:
    ids = {child.id for child in children}
    groups: dict[Hashable, Hashable] = {None: NOWHERE}
    for each in inside:
        line = (int(part) for part in each.path.strip("/").split("/"))
        groups[each.id] = next((part for part in line if part in ids), OWN)
    return groups
