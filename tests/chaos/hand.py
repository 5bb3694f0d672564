"""A process that does what people tell it to, by the use cases of the programme: one line of JSON in, one out."""

import asyncio
import json
import socket
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from bot.assembly import Assembly, assemble
from bot.logs import set_up_logs
from bot.settings import Settings
from programme import applications, invitations, members, partnerships, people, review
from programme.desk import Actor, Desk
from programme.partner_terms import usual_terms
from programme.people import Description
from programme.refusals import Refused
from tests.programme.house import APPLICATION

Act = Callable[..., Awaitable[Any]]


async def _describe(desk: Desk, actor: Actor, deactivated: bool) -> None:
    await people.describe(desk, actor, Description("Somebody", "en-GB", "UTC", is_deactivated=deactivated))


ACTS: dict[str, Act] = {
    "describe": _describe,
    "apply": lambda desk, actor: applications.submit(desk, actor, APPLICATION, terms_accepted=True),
    "withdraw": applications.withdraw,
    "answer": lambda desk, actor, question: applications.answer(desk, actor, question, "Because."),
    "claim": review.claim,
    "take_over": lambda desk, actor, application, holder: review.claim(desk, actor, application, Actor(*holder)),
    "release": review.release,
    "ask": lambda desk, actor, application: review.ask(desk, actor, application, "Why?"),
    "approve": lambda desk, actor, application: review.approve(desk, actor, application, usual_terms(desk.catalogue)),
    "invite": lambda desk, actor, who, role: invitations.invite(desk, actor, [Actor(*who)], role),
    "accept": invitations.accept,
    "decline": invitations.decline,
    "change_role": lambda desk, actor, who, role: members.change_role(desk, actor, Actor(*who), role),
    "remove": lambda desk, actor, who: members.remove(desk, actor, Actor(*who)),
    "leave": members.leave,
    "name_admin": lambda desk, actor, partner, who: members.name_admin(desk, actor, partner, *who),
    "suspend": lambda desk, actor, partner: partnerships.suspend(desk, actor, partner, "Unpaid."),
    "reinstate": partnerships.reinstate,
    "reject": lambda desk, actor, application, reapply: review.reject(
        desk, actor, application, "No.", "no_fit", reapply
    ),
}

ROUNDS: dict[str, Callable[[Assembly], Awaitable[Any]]] = {
    "tick": lambda assembly: assembly.tick(),
    "refresh": lambda assembly: assembly.house.reviewers.refresh(),
}


def main(ear: socket.socket) -> int:
    set_up_logs("text")
    asyncio.run(_listen(ear))
    return 0


async def _listen(ear: socket.socket) -> None:
    told, says = await asyncio.open_connection(sock=ear)
    assembly = await assemble(Settings())
    says.write(_line({"ready": True}))
    try:
        while line := await told.readline():
            says.write(_line(await _answer(assembly, json.loads(line))))
    finally:
        says.close()
        await assembly.close()


def _line(what: dict[str, Any]) -> bytes:
    return f"{json.dumps(what)}\n".encode()


async def _answer(assembly: Assembly, told: dict[str, Any]) -> dict[str, Any]:
    try:
        if told["do"] in ROUNDS:
            await ROUNDS[told["do"]](assembly)
        else:
            await ACTS[told["do"]](assembly.desk, Actor(*told["as"]), *told["with"])
    except Refused as refused:
        return {"refused": refused.reason}
    except Exception:
        return {"broke": traceback.format_exc()}
    return {"done": told["do"]}
