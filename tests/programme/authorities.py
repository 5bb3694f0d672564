"""Authoritative name servers for tests: the sandbox's, NSD where it is installed, and a bad line to either."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

from programme.dns import Endpoint
from sandbox.nameserver import NameServer

HOST = "127.0.0.1"
# Debian has it where not everybody's PATH leads.
NSD = shutil.which("nsd", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
KINDS = ("sandbox", "nsd") if NSD else ("sandbox",)

# A zone's records, by its name: (name, type, value). A zone without records is one that its server cannot load.
Zones = Mapping[str, Iterable[tuple[str, str, str]]]

_CONFIGURATION = """
server:
  ip-address: {host}@{port}
  username: ""
  chroot: ""
  database: ""
  zonesdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  pidfile: ""
  server-count: 1
  verbosity: 1
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
"""
_ITSELF = "$ORIGIN {zone}.\n$TTL 60\n@ IN SOA ns.{zone}. hostmaster.{zone}. 1 3600 600 86400 60\n@ IN NS ns.{zone}.\n"


@asynccontextmanager
async def sandbox(zones: Zones) -> AsyncIterator[Endpoint]:
    server = NameServer()
    for zone, records in zones.items():
        server.add_zone(zone)
        for record in records:
            server.add(*record)
        if not records:
            server.fail(zone)
    await server.start()
    host, _, port = server.address.partition(":")
    yield host, int(port)
    await server.stop()


@contextmanager
def nsd(zones: Zones, folder: Path) -> Iterator[Endpoint]:
    """NSD in the foreground, ready to answer."""
    port = _free_port()
    configuration = [_CONFIGURATION.format(host=HOST, port=port, folder=folder)]
    for zone, records in {"example": [("ns.example", "A", "192.0.2.1")], **zones}.items():
        file = folder / f"{zone}.zone"
        if records:
            file.write_text(_ITSELF.format(zone=zone) + "".join(map(_line, records)), encoding="utf-8")
        configuration.append(f'zone:\n  name: "{zone}"\n  zonefile: "{file}"\n')
    (folder / "nsd.conf").write_text("".join(configuration), encoding="utf-8")
    command = [str(NSD), "-d", "-c", str(folder / "nsd.conf")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - found by its name
        assert process.stderr is not None
        told = []
        for line in process.stderr:
            told.append(line)
            if "nsd started" in line:
                break
        assert process.poll() is None, "".join(told)
        try:
            yield HOST, port
        finally:
            process.terminate()
            process.communicate()


def _line(record: tuple[str, str, str]) -> str:
    name, kind, value = record
    if kind == "TXT":
        # In strings that are shorter than they would have to be, as some panels publish them.
        parts = [value[start : start + 60] for start in range(0, len(value), 60)]
        value = " ".join('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in parts)
    elif kind in ("CNAME", "MX") and not value.endswith("."):
        value += "."
    return f"{name}. IN {kind} {value}\n"


def _free_port() -> int:
    """A port that is free for UDP and for TCP."""
    while True:
        with (
            closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as tcp,
            closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as udp,
        ):
            tcp.bind((HOST, 0))
            port: int = tcp.getsockname()[1]
            try:
                udp.bind((HOST, port))
            except OSError:
                continue
            return port


class Line(asyncio.DatagramProtocol):
    """A line to a name server, over UDP alone, that counts the questions and may lose them."""

    def __init__(self, server: Endpoint, lose: int = 0) -> None:
        self.asked: Counter[bytes] = Counter()
        self._server, self._lose = server, lose
        self._tasks: set[asyncio.Task[None]] = set()
        self._transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked[data[12:]] += 1
        if self.asked[data[12:]] > self._lose:
            task = asyncio.create_task(self._pass_on(data, addr))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, data: bytes, addr: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as upstream:
            upstream.setblocking(False)
            upstream.connect(self._server)
            await loop.sock_sendall(upstream, data)
            answer = await loop.sock_recv(upstream, 65_535)
        self._transport.sendto(answer, addr)


@asynccontextmanager
async def line_to(server: Endpoint, lose: int = 0) -> AsyncIterator[tuple[Endpoint, Line]]:
    """A line that loses each question so many times before it lets it pass."""
    loop = asyncio.get_running_loop()
    transport, line = await loop.create_datagram_endpoint(lambda: Line(server, lose), (HOST, 0))
    yield transport.get_extra_info("sockname"), line
    transport.close()
