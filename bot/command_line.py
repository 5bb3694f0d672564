"""The command line: `python -m bot …`."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import date

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot import run
from bot.alerts import alerts
from bot.assembly import CannotStart
from bot.database import DatabaseTrouble
from bot.doctor import doctor
from bot.logs import set_up_logs
from bot.settings import Settings
from programme.catalogue import BadCatalogue

Command = Callable[[Settings, argparse.Namespace], Awaitable[int]]


def parser() -> argparse.ArgumentParser:
    main = argparse.ArgumentParser(
        prog="python -m bot", description="Partner Desk: a partner programme, run from Slack."
    )
    commands = main.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, does: Command, explanation: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=explanation, description=explanation)
        added.set_defaults(does=does)
        return added

    for name, does, explanation in (
        ("serve", run.serve, "serve Slack over HTTP"),
        ("socket", run.socket, "serve Slack over Socket Mode"),
    ):
        served = command(name, does, explanation)
        served.add_argument("--no-scheduler", action="store_true", help="leave alerts and letters to other processes")
    command("worker", run.worker, "run the scheduler only")
    once = command("alerts", alerts, "plan and deliver alerts once, then exit")
    once.add_argument("--today", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the date to take; default: today")
    once.add_argument("--dry-run", action="store_true", help="say what would be sent, and send nothing")
    command("migrate", run.migrate, "bring the database to the newest shape")
    command("doctor", doctor, "check settings, database, Slack, DNS and mail")
    return main


def main(arguments: list[str] | None = None) -> int:
    args = parser().parse_args(arguments)
    try:
        settings = Settings()
        set_up_logs(settings.log_format)
        status: int = asyncio.run(args.does(settings, args))
    except ValidationError as error:
        return _give_up("\n".join(_line(wrong) for wrong in error.errors()))
    except (CannotStart, BadCatalogue) as error:
        return _give_up(str(error))
    except DatabaseTrouble as trouble:
        return _give_up(str(trouble), status=1)
    except KeyboardInterrupt:
        return 130
    return status


def _line(wrong: ErrorDetails) -> str:
    """The setting and what is wrong with it; never its value, which may be a secret."""
    name = "_".join(str(part) for part in wrong["loc"][:1]).upper()
    return f"{name} will not do: {wrong['msg'].removeprefix('Value error, ')}"


def _give_up(why: str, status: int = 2) -> int:
    print(why, file=sys.stderr)  # noqa: T201 - for the person at the terminal
    return status
