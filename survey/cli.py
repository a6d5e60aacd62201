"""The `huisheng` command: what every command shares, and the group that holds them.

Exit codes: 0 done, 1 refused for a reason the message names, 2 wrong usage. `--json` prints one
document to standard output and nothing else; messages go to standard error.
"""

import json
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click
from flask.cli import AppGroup, with_appcontext

from survey.config import from_environment
from survey.messages import Language, Message, Refused
from survey.migrations import bring_up_to_date
from survey.services import Services, services

P = ParamSpec("P")
R = TypeVar("R")


class RefusedOnCommandLine(click.ClickException):
    """A refusal as the command line shows it: the message on standard error, exit code 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


class HuishengGroup(AppGroup):
    """A group whose commands may raise `Refused`."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            raise RefusedOnCommandLine(in_house_language(refused.message)) from refused


def house_language() -> Language:
    """The language of messages on this installation's command line."""
    try:
        return from_environment().language
    except Refused:
        return "zh"


def in_house_language(message: Message) -> str:
    return message.in_language(house_language())


def with_services(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the application, on a database that has today's shape."""

    @with_appcontext
    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        bring_up_to_date(services().database)
        return command(*args, **kwargs)

    return run


def here() -> Services:
    """The services of the running command."""
    return services()


def tell(zh: str, en: str) -> None:
    """Tell the person at the terminal something, on standard error."""
    click.echo(Message(zh, en).in_language(house_language()), err=True)


def print_json(document: object) -> None:
    """One JSON document on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.write("\n")
    sys.stdout.flush()


def build(commands: Iterable[click.Command]) -> HuishengGroup:
    """The group with all commands of the product."""
    group = HuishengGroup(
        "huisheng",
        help="Huisheng 回声: questionnaires, collection, statistics, Chinese text, interviews for a bank.",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for command in commands:
        group.add_command(command)
    return group
