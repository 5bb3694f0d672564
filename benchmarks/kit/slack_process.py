"""A Slack in a process of its own, with many channels and limits to choose.

Writes what the bot needs to know as a line of JSON; after a line from the other side, what has arrived, as another one.
"""

import argparse
import asyncio
import json
import sys
import time

from sandbox import Limits, Sandbox
from sandbox.cast import BOT, Place, add_channel


async def run(channels: int, per_second: float, per_minute: int) -> None:
    limits = Limits(messages_per_second=per_second, workspace_per_minute=per_minute)
    async with Sandbox(limits=limits) as sandbox:
        world, now = sandbox.core.world, sandbox.core.time()
        made = [add_channel(world, world.home, Place(f"alerts-{n}", "", (BOT,)), now) for n in range(channels)]
        _tell({"environment": sandbox.environment, "workspace": world.home, "channels": [one.id for one in made]})
        while line := await asyncio.to_thread(sys.stdin.readline):
            if line.strip() == "counted from now":
                busy = time.process_time()
                _tell({})
                continue
            arrived = [float(message.ts) for one in made for message in world.all_messages(one.id)]
            refused = [refusal.error for refusal in sandbox.refusals]
            _tell({"arrived": sorted(arrived), "refused": refused, "busy": time.process_time() - busy})


def _tell(what: object) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--channels", type=int, required=True)
    parser.add_argument("--per-second", type=float, required=True)
    parser.add_argument("--per-minute", type=int, required=True)
    asyncio.run(run(**vars(parser.parse_args())))
