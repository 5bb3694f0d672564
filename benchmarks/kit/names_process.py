"""The sandbox's name server in a process of its own. Reads zones as a line of JSON, and writes where it listens."""

import asyncio
import json
import sys

from sandbox.nameserver import NameServer


async def run() -> None:
    server = NameServer()
    for zone, records in json.loads(sys.stdin.readline()).items():
        server.add_zone(zone)
        for record in records:
            server.add(*record)
    await server.start()
    sys.stdout.write(f"{server.address}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await server.stop()


if __name__ == "__main__":
    asyncio.run(run())
