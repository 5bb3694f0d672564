"""What must hold of applications, partners and what they are told, whatever people did at the same moment."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from sandbox import Sandbox
from storage.base import Model
from storage.models import Application, AuditRow, Member, OutgoingMail, OutgoingMessage, Partner, Question
from storage.store import Store
from tests.chaos import town

REPAINTS = ("card_repaint", "digest_repaint", "invitation_over", "question_over")
DECISIONS = ("approved", "rejected", "withdrawn")


async def wrongs(store: Store) -> list[str]:
    """What is not as it should be in the database."""
    async with store.read() as session:
        trail = await _trail(session)
        applications = await _all(session, Application)
        partners = await _all(session, Partner)
        found = _wrong_partners(applications, partners)
        for application in applications:
            found += _wrong_application(application, trail[("application", application.id)])
        found += _wrong_questions(applications, await _all(session, Question))
        found += _wrong_members(partners, await _all(session, Member), applications, trail)
        found += _wrong_messages(applications, trail, await _all(session, OutgoingMessage))
        return found + _wrong_letters(applications, await _all(session, OutgoingMail))


async def wrongs_outside(store: Store, sandbox: Sandbox) -> list[str]:
    """What is not as it should be in Slack and in the mailbox, once everything has been delivered."""
    async with store.read() as session:
        messages = await _all(session, OutgoingMessage)
        letters = await _all(session, OutgoingMail)
    found = [
        f"{one.key} is {one.status}: {one.last_error}"
        for one in [*messages, *letters]
        if one.status not in ("sent", "moot")
    ]
    posted: Counter[str] = Counter()
    for message in town.posted(sandbox):
        posted.update(((message.metadata or {}).get("event_payload") or {}).get("keys", []))
    expected = Counter(one.key for one in messages if one.status == "sent" and one.kind not in REPAINTS)
    found += [f"{key} was posted {posted[key]} times" for key in expected | posted if posted[key] != expected[key]]
    arrived = Counter(letter.headers["Message-ID"] for letter in sandbox.mail.letters())
    counted = {one.key: arrived[one.message_id] for one in letters}
    return found + [f"{key} came {times} times" for key, times in counted.items() if times != 1]


async def is_settled(store: Store) -> bool:
    """Whether nothing waits any more."""
    async with store.read() as session:
        waiting = [
            select(model.id).where(model.status.in_(("waiting", "claimed")))
            for model in (OutgoingMessage, OutgoingMail)
        ]
        return not any([await session.scalar(question.limit(1)) for question in waiting])


Trail = dict[tuple[str, int], list[AuditRow]]


async def _trail(session: AsyncSession) -> Trail:
    trail: Trail = defaultdict(list)
    for row in await session.scalars(select(AuditRow).order_by(AuditRow.id)):
        trail[(row.subject, row.subject_id)].append(row)
        if row.partner_id is not None:
            trail[("of partner", row.partner_id)].append(row)
    return trail


async def _all(session: AsyncSession, model: type[Model]) -> Sequence[Any]:
    return list(await session.scalars(select(model)))


def _wrong_partners(applications: Iterable[Application], partners: Iterable[Partner]) -> list[str]:
    made = Counter(partner.application_id for partner in partners)
    expected = {one.id: int(one.status == "approved") for one in applications}
    return [f"application {id_} made {made[id_]} partners" for id_, number in expected.items() if made[id_] != number]


def _wrong_application(application: Application, trail: Sequence[AuditRow]) -> list[str]:
    """The trail, told from the beginning, must end where the application stands."""
    decided = [row.action for row in trail if row.action in DECISIONS]
    status, holder, asked = "open", None, False
    for row in trail:
        if row.action in ("claimed", "asked"):
            holder = row.user_id
        if row.action in ("released", "claim_lapsed", *DECISIONS):
            holder = None
        if row.action in ("asked", "answered", *DECISIONS):
            asked = row.action == "asked"
        status = row.action if row.action in DECISIONS else status
    told = (status, holder, asked)
    stands = (application.status, application.claimed_by, application.asked_at is not None)
    found = [] if told == stands else [f"application {application.id} is {stands}, its trail tells {told}"]
    return found + ([f"application {application.id} was decided {decided}"] if len(decided) > 1 else [])


def _wrong_questions(applications: Iterable[Application], questions: Iterable[Question]) -> list[str]:
    waiting = Counter(one.application_id for one in questions if one.answered_at is None)
    return [
        f"application {one.id} waits for {waiting[one.id]} answers"
        for one in applications
        if one.status == "open" and waiting[one.id] != int(one.asked_at is not None)
    ]


def _wrong_members(
    partners: Sequence[Partner], members: Sequence[Member], applications: Sequence[Application], trail: Trail
) -> list[str]:
    """Somebody is left who can let people in, nobody belongs to two, and the trail tells who belongs to whom."""
    founders = {one.id: one.user_id for one in applications}
    found = []
    for partner in partners:
        stands = {one.user_id: one.role for one in members if one.partner_id == partner.id}
        told = _told_roles(founders[partner.application_id], trail[("of partner", partner.id)])
        found += [] if told == stands else [f"partner {partner.id} has {stands}, its trail tells {told}"]
        found += [] if "admin" in stands.values() else [f"partner {partner.id} has no admin: {stands}"]
    homes = Counter((one.workspace_id, one.user_id) for one in members)
    return found + [f"{who} belongs to {number} partners" for who, number in homes.items() if number > 1]


def _told_roles(founder: str, trail: Sequence[AuditRow]) -> dict[str, str]:
    """Who belongs to a partner, and as what, by its trail."""
    roles = {founder: "admin"}
    for row in trail:
        before, after = row.before or {}, row.after or {}
        if row.action in ("invitation_accepted", "role_changed", "admin_named"):
            roles[str(after["user_id"])] = str(after["role"])
        if row.action in ("member_left", "member_removed"):
            del roles[str(before["user_id"])]
    return roles


def _wrong_messages(
    applications: Iterable[Application], trail: Trail, messages: Sequence[OutgoingMessage]
) -> list[str]:
    """A card, a receipt, a note and a repaint for each change, one message of the decision."""
    owed = Counter(message.key for message in messages)
    expected: Counter[str] = Counter()
    for one in applications:
        expected.update([f"application:{one.id}:card", f"application:{one.id}:receipt"])
        changes = [row.id for row in trail[("application", one.id)] if row.action != "submitted"]
        expected.update(f"application:{one.id}:change:{id_}:{what}" for id_ in changes for what in ("note", "card"))
        if one.status in ("approved", "rejected"):
            expected[f"application:{one.id}:decision"] += 1
        if one.status == "withdrawn":
            expected[f"application:{one.id}:withdrawn"] += 1
    return [f"{key} is owed {owed[key]} times" for key, number in expected.items() if owed[key] != number]


def _wrong_letters(applications: Iterable[Application], letters: Iterable[OutgoingMail]) -> list[str]:
    owed = Counter(letter.key for letter in letters)
    expected = {f"application:{one.id}:welcome" for one in applications if one.status == "approved"}
    return [f"{key} is owed {owed[key]} times" for key in expected | owed.keys() if owed[key] != int(key in expected)]
