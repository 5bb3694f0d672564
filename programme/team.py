"""A partner's people as one of them sees them, a page at a time."""

from dataclasses import dataclass

from programme.access import require_member, rights
from programme.desk import Actor, Desk
from programme.members import Colleague
from storage.models import Invitation, Member, Partner
from storage.queries import members, people
from storage.queries.paging import Cursor, Page

# Both together are far below the 100 blocks that Slack takes; a company of the usual size fits on one page.
PEOPLE_A_PAGE, INVITED_A_PAGE = 25, 25
# A place in a list: what to go on after, or before.
Between = tuple[Cursor | None, Cursor | None]
BEGINNING: Between = (None, None)


@dataclass(frozen=True)
class Team:
    """A partner's people as one of them sees them.

    Args:
        you: whoever looks.
        people: a page of them; `colleagues` are the same, with what Slack says of them.
        number: how many there are in all.
        invited: a page of the invitations that can be accepted still.
    """

    partner: Partner
    you: Colleague
    people: Page[Member]
    colleagues: list[Colleague]
    number: int
    has_other_admin: bool
    invited: Page[Invitation]

    @property
    def may_change(self) -> bool:
        """Whether whoever looks may change something here; it is asked again when they do it."""
        return rights(self.partner, self.you.member).may_administer

    @property
    def may_leave(self) -> bool:
        """Not the last admin, nor anybody of a partner that is suspended."""
        may = rights(self.partner, self.you.member)
        return may.may_change and (not may.may_administer or self.has_other_admin)


async def team(desk: Desk, actor: Actor, people_at: Between = BEGINNING, invited_at: Between = BEGINNING) -> Team:
    """The actor's own partner's people, and whom it has invited. Raises Refused("no_partner").

    Args:
        people_at, invited_at: where to go on from, forwards or backwards.
    """
    async with desk.store.read() as session:
        partner, you = await require_member(session, actor)
        page = await members.page_of_people(session, partner.id, *people_at, limit=PEOPLE_A_PAGE)
        persons = await members.persons(session, [you, *page.rows])
        you_there, *colleagues = (
            Colleague(one, persons.get((one.workspace_id, one.user_id))) for one in (you, *page.rows)
        )
        return Team(
            partner,
            you_there,
            page,
            colleagues,
            await members.number_of_people(session, partner.id),
            any(Colleague(admin, None).actor != actor for admin in await people.admins(session, partner.id)),
            await members.page_of_invitations(session, partner.id, desk.clock.now(), *invited_at, limit=INVITED_A_PAGE),
        )
