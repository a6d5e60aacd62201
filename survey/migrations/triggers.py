"""Rows that may never change: the database itself refuses, whoever asks."""

from alembic import op


def refuse_changes(table: str, *, allow_delete: bool = False) -> None:
    """Add triggers that refuse UPDATE and, unless allowed, DELETE on a table."""
    verbs = ["UPDATE"] if allow_delete else ["UPDATE", "DELETE"]
    if op.get_bind().dialect.name == "sqlite":
        for verb in verbs:
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    for verb in verbs:
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
        )


def allow_changes(table: str) -> None:
    """Take the triggers away, before the table itself goes."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")
    else:
        op.execute(f"DROP FUNCTION IF EXISTS {table}_refuse() CASCADE")
