"""A name server on this machine, over UDP and TCP, whose records a person or a test publishes and which can break."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import dnslib
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.zones import Record, RecordError, Reply, Zones, clean_name

HOST = "127.0.0.1"
OWN_NAME = "ns.sandbox.example"
NEGATIVE_TTL = 60
PLAIN_UDP_SIZE = 512
EDNS_UDP_SIZE = 1232
BIND_ATTEMPTS = 20

_EVERYTHING = ""


@dataclass(frozen=True)
class _Fault:
    rcode: str | None = None
    silent: bool = False
    seconds: float = 0.0


class NameServer:
    """DNS for the sandbox: authoritative for every domain that has a record or was registered with `add_zone`.

    A domain that is not registered does not exist (NXDOMAIN), as if this server were the whole DNS.
    `on_change` is called without arguments after each change of the records.
    """

    def __init__(self) -> None:
        self.on_change: Callable[[], None] | None = None
        self.address = ""
        self._zones = Zones()
        self._faults: dict[str, _Fault] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._udp: asyncio.DatagramTransport | None = None
        self._tcp: asyncio.Server | None = None

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1, UDP and TCP on one port; 0 takes a free one. Raises OSError when it is taken."""
        loop = asyncio.get_running_loop()
        for attempt in range(1, BIND_ATTEMPTS + 1):
            tcp = await asyncio.start_server(self._connected, HOST, port)
            bound = tcp.sockets[0].getsockname()[1]
            try:
                self._udp, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), (HOST, bound))
            except OSError:
                tcp.close()
                await tcp.wait_closed()
                # A port free for TCP may be taken for UDP: with a free choice, choose again.
                if port or attempt == BIND_ATTEMPTS:
                    raise
                continue
            self._tcp, self.address = tcp, f"{HOST}:{bound}"
            return

    async def stop(self) -> None:
        """Stop listening and forget the questions that still wait for a late answer."""
        if self._udp:
            self._udp.close()
        if self._tcp:
            self._tcp.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._tcp:
            await self._tcp.wait_closed()
        self._udp = self._tcp = None

    def add(self, name: str, kind: str, value: str, ttl: int = 300) -> Record:
        """Publish a record (ttl in seconds) and register its domain. Raises RecordError, with a sentence."""
        record = self._zones.add(name, kind, value, ttl)
        self._changed()
        return record

    def add_zone(self, name: str) -> None:
        """Register a domain that has no records yet. Raises RecordError."""
        self._zones.add_zone(name)
        self._changed()

    def remove(self, record_id: str) -> None:
        """Take a record back; its domain stays registered. Raises KeyError."""
        self._zones.remove(record_id)
        self._changed()

    def records(self) -> list[Record]:
        """All published records, oldest first."""
        return self._zones.records()

    def fail(self, name: str = _EVERYTHING, rcode: str = "SERVFAIL") -> None:
        """Answer this rcode for a name and all below it; without a name, for everything."""
        self._break(name, _Fault(rcode=rcode))

    def silent(self, name: str = _EVERYTHING) -> None:
        """Never answer for a name and all below it; without a name, for anything."""
        self._break(name, _Fault(silent=True))

    def late(self, name: str = _EVERYTHING, seconds: float = 1.0) -> None:
        """Answer this many seconds late for a name and all below it; without a name, for everything."""
        self._break(name, _Fault(seconds=seconds))

    def clear(self) -> None:
        """Work again, for every name."""
        self._faults.clear()

    def dump(self) -> dict[str, Any]:
        """Zones and records as data that JSON can carry; faults are not kept."""
        return self._zones.dump()

    def load(self, data: dict[str, Any]) -> None:
        """Put back what `dump` gave."""
        self._zones.load(data)
        self._changed()

    def routes(self) -> list[Route]:
        """The page's routes: list, publish and remove records."""
        return [
            Route("/page/dns", self._list, methods=["GET"]),
            Route("/page/dns", self._publish, methods=["POST"]),
            Route("/page/dns/{record_id}", self._remove, methods=["DELETE"]),
        ]

    def _break(self, name: str, fault: _Fault) -> None:
        self._faults[clean_name(name) if name else _EVERYTHING] = fault

    def _changed(self) -> None:
        if self.on_change:
            self.on_change()

    def _fault_for(self, name: str) -> _Fault:
        while name and name not in self._faults:
            name = name.partition(".")[2]
        return self._faults.get(name, _Fault())

    async def _list(self, _request: Request) -> Response:
        records = [asdict(record) for record in self.records()]
        return JSONResponse({"records": records, "zones": self._zones.names(), "server": self.address})

    async def _publish(self, request: Request) -> Response:
        try:
            record = self.add(*_published(await request.body()))
        except RecordError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse({"ok": True, "record": asdict(record)})

    async def _remove(self, request: Request) -> Response:
        try:
            self.remove(request.path_params["record_id"])
        except KeyError:
            return JSONResponse({"error": "This record is gone already."}, status_code=404)
        return JSONResponse({"ok": True})

    async def reply_to(self, wire: bytes, *, over_udp: bool) -> bytes | None:
        """The answer to a question in wire format; None for silence and for what is no DNS question."""
        try:
            query = dnslib.DNSRecord.parse(wire)
            name = b".".join(query.q.qname.label).decode("ascii").lower()
        except (dnslib.DNSError, UnicodeDecodeError, RecursionError):
            # dnslib follows a name that points round in circles until the stack is full.
            return None
        fault = self._fault_for(name)
        if fault.silent or query.header.qr or not query.questions:
            return None
        await asyncio.sleep(fault.seconds)
        kind = dnslib.QTYPE.get(query.q.qtype)
        reply = Reply(fault.rcode) if fault.rcode else self._zones.answer(name, kind)
        return _fitted(query, _message(query, reply, name, kind), over_udp=over_udp)

    def keep(self, task: asyncio.Task[None]) -> None:
        """Hold on to a task until it is done or the server stops."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of our own: asyncio reports the end of its own as an error when `stop` cancels it.
        self.keep(asyncio.create_task(self._serve_stream(reader, writer)))

    async def _serve_stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                size = int.from_bytes(await reader.readexactly(2))
                wire = await self.reply_to(await reader.readexactly(size), over_udp=False)
                if wire is not None:
                    writer.write(len(wire).to_bytes(2) + wire)
                    await writer.drain()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._server.keep(asyncio.create_task(self._answer(data, addr)))

    async def _answer(self, data: bytes, addr: tuple[str, int]) -> None:
        wire = await self._server.reply_to(data, over_udp=True)
        if wire is not None and self._transport and not self._transport.is_closing():
            self._transport.sendto(wire, addr)


def _published(body: bytes) -> tuple[str, str, str, int]:
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    match data:
        case {"name": str(name), "type": str(kind), "value": str(value)}:
            ttl = data.get("ttl", 300)
            if isinstance(ttl, int):
                return name, kind, value, ttl
    raise RecordError("A record has a name, a type and a value, and a time to live in whole seconds.")


def _message(query: Any, reply: Reply, name: str, kind: str) -> Any:
    message = query.reply(ra=0, aa=1)
    message.header.rcode = getattr(dnslib.RCODE, reply.rcode)
    if reply.rcode not in ("NOERROR", "NXDOMAIN"):
        return message
    answers = [_resource(record.name, record.type, _rdata(record), record.ttl) for record in reply.records]
    own = _own_records(reply.zone or name.rpartition(".")[2])
    if not answers and name == reply.zone and kind in own:
        answers = [own[kind]]
    message.add_answer(*answers)
    if not any(answer.rtype == query.q.qtype for answer in answers):
        message.add_auth(own["SOA"])
    return message


def _own_records(zone: str) -> dict[str, Any]:
    """What every zone has of itself: the SOA, and an NS as long as none was published."""
    soa = dnslib.SOA(OWN_NAME, f"hostmaster.{OWN_NAME}", (1, 3600, 600, 86_400, NEGATIVE_TTL))
    return {
        "SOA": _resource(zone, "SOA", soa, NEGATIVE_TTL),
        "NS": _resource(zone, "NS", dnslib.NS(OWN_NAME), NEGATIVE_TTL),
    }


def _resource(name: str, kind: str, rdata: Any, ttl: int) -> Any:
    return dnslib.RR(name, getattr(dnslib.QTYPE, kind), rdata=rdata, ttl=ttl)


def _rdata(record: Record) -> Any:
    if record.type == "TXT":
        value = record.value.encode()
        # One string of a TXT record has 255 bytes at most (RFC 1035).
        return dnslib.TXT([value[start : start + 255] for start in range(0, len(value), 255)])
    if record.type == "MX":
        preference, host = record.value.split()
        return dnslib.MX(host, int(preference))
    return getattr(dnslib, record.type)(record.value)


def _fitted(query: Any, message: Any, *, over_udp: bool) -> bytes:
    """The message as bytes; when it is too long for UDP, an empty one that asks to come back over TCP."""
    edns = next((rr for rr in query.ar if rr.rtype == dnslib.QTYPE.OPT), None)
    limit = PLAIN_UDP_SIZE
    if edns:
        limit = max(PLAIN_UDP_SIZE, min(edns.rclass, EDNS_UDP_SIZE))
        message.add_ar(dnslib.EDNS0(udp_len=EDNS_UDP_SIZE))
    wire: bytes = message.pack()
    if over_udp and len(wire) > limit:
        message.rr, message.auth = [], []
        message.header.tc = 1
        wire = message.pack()
    return wire
