"""`python -m bot alerts`: one round of planning and delivery."""

import argparse
from datetime import date

from bot.assembly import Assembly, assemble
from bot.settings import Settings
from programme.alerts import DueAlert, plan, preview


async def alerts(settings: Settings, args: argparse.Namespace) -> int:
    assembly = await assemble(settings)
    try:
        await (_rehearse if args.dry_run else _deliver)(assembly, args.today)
    finally:
        await assembly.close()
    return 0


async def _deliver(assembly: Assembly, on: date | None) -> None:
    planned = await plan(assembly.desk, on)
    sent = await assembly.house.courier.deliver(on)
    _say(f"{planned} planned, {sent} sent")


async def _rehearse(assembly: Assembly, on: date | None) -> None:
    due = await preview(assembly.desk, on)
    for alert in due:
        _say(_line(alert))
    _say(f"{len(due)} would be sent; nothing was.")


def _line(due: DueAlert) -> str:
    """What would be sent, to whom and why."""
    alert = due.alert
    reached = f"{alert.days_before} days before" if alert.days_before >= 0 else f"{-alert.days_before} days after"
    late = ", late" if due.is_late else ""
    return (
        f"{due.partner.name} → channel {due.partner.alert_channel}: {due.customer.domain}, "
        f"{alert.kind} on {alert.due_on} ({reached}{late})"
    )


def _say(line: str) -> None:
    print(line)  # noqa: T201 - the command's answer
