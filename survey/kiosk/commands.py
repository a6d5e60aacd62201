"""Devices on the command line: which there are, and stopping one."""

import click
from sqlalchemy import select

from survey.accounts.commands import COMMAND_LINE
from survey.audit import Writer
from survey.cli import here, print_json, tell, with_services
from survey.kiosk.enrolling import revoke
from survey.kiosk.models import Device


@click.group()
def device() -> None:
    """Kiosks and other devices that deliver answers."""


@device.command("list")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
@with_services
def device_list(as_json: bool) -> None:
    """List the devices: id, name, branch, wave, when enrolled, when last heard of, state."""
    with here().database.read() as session:
        devices = session.scalars(select(Device).order_by(Device.enrolled_at)).all()
    rows = [_row(each) for each in devices]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo("\t".join(str(value or "-") for value in row.values()))


@device.command("revoke")
@click.argument("device_id", metavar="ID")
@with_services
def device_revoke(device_id: str) -> None:
    """Stop a device: what it sends from now on is refused."""
    services = here()
    with services.database.write() as session:
        revoke(session, device_id, Writer(services.auditor, COMMAND_LINE))
    tell(f"已停用设备 {device_id}。", f"revoked device {device_id}.")


def _row(each: Device) -> dict[str, object]:
    zone = here().settings.zone
    branch = each.collector.branch
    return {
        "id": each.id,
        "name": each.name,
        "branch": branch.code if branch else None,
        "wave": each.collector.wave.name,
        "enrolled_at": each.enrolled_at.astimezone(zone).isoformat(timespec="minutes"),
        "last_seen_at": each.last_seen_at
        and each.last_seen_at.astimezone(zone).isoformat(timespec="minutes"),
        "state": "revoked" if each.revoked_at else "active",
    }
