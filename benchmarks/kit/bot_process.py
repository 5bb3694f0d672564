"""The bot in a process of its own, put together as ever. It does one thing, and tells what it took.

`idle` does nothing; `plan` writes down what is due; `deliver` sends what is written.
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from bot.assembly import Assembly, assemble
from bot.logs import set_up_logs
from bot.settings import Settings
from programme import alerts

STATUS = Path("/proc/self/status")


async def run(task: str) -> None:
    set_up_logs("text")
    bot = await assemble(Settings())
    await bot.desk.store.ping()
    began, busy = time.perf_counter(), time.process_time()
    done = await _do(bot, task)
    took = {"seconds": time.perf_counter() - began, "busy": time.process_time() - busy}
    await bot.close()
    sys.stdout.write(json.dumps({"done": done, "megabytes": peak_megabytes(), **took}) + "\n")


async def _do(bot: Assembly, task: str) -> int:
    match task:
        case "plan":
            return await alerts.plan(bot.desk)
        case "deliver":
            return await bot.house.courier.deliver()
    return 0


def peak_megabytes() -> float:
    """The most memory that this process has had.

    Linux carries what getrusage tells over from the program that started this one, so it is read where it begins anew.
    """
    if STATUS.exists():
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1]))
