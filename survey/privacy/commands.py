"""Privacy on the command line: what a receipt code opens, and taking it back for somebody who asks."""

from collections.abc import Callable

import click

from survey.accounts.commands import COMMAND_LINE
from survey.audit import Writer
from survey.cli import here, house_language, print_json, tell, with_services
from survey.messages import Refused
from survey.privacy.reading import find_kept, find_response
from survey.privacy.withdrawing import erase, withdraw


class NoSuchReceipt(Refused):
    def __init__(self) -> None:
        super().__init__(
            "没有这个回执码。请对照记下的回执码再输入一次。",
            "there is no such receipt code. Compare it with what was noted down.",
        )


@click.group()
def privacy() -> None:
    """Rights of respondents: see, withdraw, erase by receipt code."""


@privacy.command("show")
@click.argument("receipt")
@with_services
def privacy_show(receipt: str) -> None:
    """Print everything kept under a receipt code, as JSON."""
    with here().database.read() as session:
        kept = find_kept(session, receipt)
    if kept is None:
        raise NoSuchReceipt
    print_json(kept.document(house_language()))


@privacy.command("withdraw")
@click.argument("receipt")
@with_services
def privacy_withdraw(receipt: str) -> None:
    """Take a response out of all statistics."""
    done = _carry_out(receipt, withdraw)
    tell(
        "已撤回，不再计入统计。" if done else "之前已经撤回或删除，没有改动。",
        "withdrawn; counted no more." if done else "it was withdrawn or erased before; nothing was changed.",
    )


@privacy.command("erase")
@click.argument("receipt")
@with_services
def privacy_erase(receipt: str) -> None:
    """Erase the content of a response for good."""
    done = _carry_out(receipt, erase)
    tell(
        "已删除，无法恢复。" if done else "之前已经删除，没有改动。",
        "erased for good." if done else "it was erased before; nothing was changed.",
    )


def _carry_out(receipt: str, write: Callable[..., bool]) -> bool:
    services = here()
    with services.database.write() as session:
        response = find_response(session, receipt)
        if response is None:
            raise NoSuchReceipt
        return write(session, response, Writer(services.auditor, COMMAND_LINE))
