"""The coding room on the command line."""

import click

commands: tuple[click.Command, ...] = ()
