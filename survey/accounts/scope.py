"""Which branches somebody may see: a manager's own subtree, cut inside the query."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session

from survey.accounts.models import Branch, User


@dataclass(frozen=True, slots=True)
class Scope:
    """The subtree below one branch; an empty path is the whole bank."""

    path: str = ""

    def branches(self, branch: type[Branch] = Branch) -> ColumnElement[bool]:
        """The condition that a branch lies in this scope."""
        return branch.path.startswith(self.path, autoescape=True) if self.path else true()

    def find(self, session: Session, code: str) -> Branch | None:
        """A branch by its code; one outside the scope does not exist for this person."""
        return session.scalars(select(Branch).where(Branch.code == code, self.branches())).first()

    def within(self, query: Select[Any], branch_id: Any) -> Select[Any]:
        """Cut a query to the rows whose branch lies in this scope."""
        if not self.path:
            return query
        return query.where(branch_id.in_(select(Branch.id).where(self.branches())))


def scope_of(user: User) -> Scope:
    """The scope of a signed-in person."""
    return Scope(user.branch.path) if user.branch is not None else Scope()
