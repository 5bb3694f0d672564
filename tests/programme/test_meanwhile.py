"""Two people have the same thing open: nothing that was saved is overwritten unseen, and nothing typed is lost."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme import customer_contacts as contacts
from programme import customer_notes as notes
from programme.desk import Actor, Desk
from programme.meanwhile import Fate, Saved, fate, stamp
from programme.partner_settings import AlertSettings, change_language_and_zone, change_settings, stamp_of_settings
from storage.models import CustomerContact, CustomerNote, Partner
from tests.programme import house
from tests.programme.colleagues import joined
from tests.programme.house import Clock

ANNA = {"name": "Anna Müller", "role": "billing", "email": "anna@mueller.example", "phone": ""}
FACTS = st.dictionaries(st.sampled_from("abc"), st.none() | st.booleans() | st.integers(0, 2) | st.text(max_size=2))


@given(now=FACTS, wanted=FACTS, seen=FACTS)
def test_only_what_was_seen_is_overwritten(now: dict[str, Any], wanted: dict[str, Any], seen: dict[str, Any]) -> None:
    expected = Fate.THERE_ALREADY if now == wanted else Fate.SAVED if same(now, seen) else Fate.CHANGED
    assert fate(now, wanted, stamp(seen)) is expected
    assert fate(None, wanted, stamp(seen)) is Fate.GONE


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Alike in their kinds too: Python holds True for 1."""
    return repr(sorted(one.items())) == repr(sorted(other.items()))


@given(facts=FACTS)
def test_a_stamp_is_short_and_knows_no_order(facts: dict[str, Any]) -> None:
    assert stamp(facts) == stamp(dict(reversed(facts.items())))
    assert len(stamp(facts)) == 32


@dataclass(frozen=True)
class Subject:
    """Something that several people change, each by a text of their own."""

    model: type[CustomerContact] | type[CustomerNote]
    add: Callable[[Desk, Actor], Awaitable[object]]
    change: Callable[[Desk, Actor, str, str], Awaitable[Saved[Any]]]
    remove: Callable[[Desk, Actor], Awaitable[object]]
    stamp: Callable[[Any], str]
    text: Callable[[Any], str]
    action: str


CONTACT = Subject(
    CustomerContact,
    lambda desk, who: contacts.add_contact(desk, who, 1, ANNA, "k1"),
    lambda desk, who, text, seen: contacts.change_contact(desk, who, 1, 1, ANNA | {"name": text}, seen),
    lambda desk, who: contacts.remove_contact(desk, who, 1, 1),
    contacts.stamp_of_contact,
    lambda contact: str(contact.name),
    "contact_changed",
)
NOTE = Subject(
    CustomerNote,
    lambda desk, who: notes.write_note(desk, who, 1, {"text": "Anna Müller"}, "k1"),
    lambda desk, who, text, seen: notes.change_note(desk, who, 1, 1, {"text": text}, seen),
    lambda desk, who: notes.remove_note(desk, who, 1, 1),
    notes.stamp_of_note,
    lambda note: str(note.text),
    "note_changed",
)


@pytest.fixture(params=[CONTACT, NOTE], ids=["contact", "note"])
async def subject(request: pytest.FixtureRequest, desk: Desk) -> Subject:
    kind: Subject = request.param
    admin = await house.partner(desk, "U1")
    await house.customer(desk, admin)
    await joined(desk, admin, "U5", "admin")
    await kind.add(desk, admin)
    return kind


EMMA, OLIVIA = Actor(house.HOME, "U1"), Actor(house.HOME, "U5")


async def test_of_two_who_save_at_once_the_second_is_shown_the_firsts(
    desk: Desk, clock: Clock, subject: Subject
) -> None:
    (row,) = await house.rows(desk, subject.model)
    seen = subject.stamp(row)
    clock.moment += timedelta(hours=1)
    await house.at_once(house.rows(desk, subject.model) for _ in range(2))  # else who is connected first is done first
    saved, refused = await house.at_once(
        [subject.change(desk, EMMA, "Emma's", seen), subject.change(desk, OLIVIA, "Olivia's", seen)]
    )
    assert refused == []
    first, second = sorted(saved, key=lambda one: not one.done)
    assert (first.fate, second.fate) == (Fate.SAVED, Fate.CHANGED)
    (row,) = await house.rows(desk, subject.model)
    winner = "Emma's" if saved[0].done else "Olivia's"
    shown: Any = second.now
    assert subject.text(row) == subject.text(shown) == winner
    assert (shown.edited_by, shown.edited_at) == ("U1" if winner == "Emma's" else "U5", clock.moment)
    assert len(await house.audited(desk, subject.action)) == 1


async def test_whoever_has_seen_it_may_keep_theirs(desk: Desk, subject: Subject) -> None:
    (row,) = await house.rows(desk, subject.model)
    seen = subject.stamp(row)
    await subject.change(desk, OLIVIA, "Olivia's", seen)
    shown = await subject.change(desk, EMMA, "Emma's", seen)
    for expected in (Fate.SAVED, Fate.THERE_ALREADY):
        kept = await subject.change(desk, EMMA, "Emma's", subject.stamp(shown.now))
        assert (kept.fate, kept.now) == (expected, None)
    # Who types what stands there has no conflict, whatever they saw.
    assert (await subject.change(desk, OLIVIA, "Emma's", seen)).fate is Fate.THERE_ALREADY
    (row,) = await house.rows(desk, subject.model)
    assert (subject.text(row), row.edited_by) == ("Emma's", "U1")
    assert len(await house.audited(desk, subject.action)) == 2


async def test_what_is_removed_at_that_moment_comes_not_back_by_itself(desk: Desk, subject: Subject) -> None:
    (row,) = await house.rows(desk, subject.model)
    seen = subject.stamp(row)
    saved, refused = await house.at_once([subject.remove(desk, OLIVIA), subject.change(desk, EMMA, "Emma's", seen)])
    assert (len(saved), refused) == (2, [])
    assert await house.rows(desk, subject.model) == []
    assert (await subject.change(desk, EMMA, "Emma's", seen)).fate is Fate.GONE


async def test_of_settings_the_second_form_is_shown_what_the_first_saved(desk: Desk, clock: Clock) -> None:
    admins = [await house.partner(desk, "U1")]
    admins.append(await joined(desk, admins[0], "U5", "admin"))
    (partner,) = await house.rows(desk, Partner)
    seen = stamp_of_settings(partner)
    clock.moment += timedelta(hours=1)
    wishes = [AlertSettings("C1", 7, "fr", "UTC"), AlertSettings("C2", 9, "de", "UTC")]
    saved, refused = await house.at_once(
        change_settings(desk, who, wish, seen) for who, wish in zip(admins, wishes, strict=True)
    )
    assert refused == []
    (winner,) = [number for number, one in enumerate(saved) if one.fate is Fate.SAVED]
    second = saved[1 - winner]
    assert (second.fate, second.partner.alert_channel) == (Fate.CHANGED, wishes[winner].alert_channel)
    assert second.last is not None
    assert (second.last.user_id, second.last.at) == (admins[winner].user_id, clock.moment)
    for expected in (Fate.SAVED, Fate.THERE_ALREADY):
        kept = await change_settings(desk, admins[1 - winner], wishes[1 - winner], stamp_of_settings(second.partner))
        assert kept.fate is expected
    (partner,) = await house.rows(desk, Partner)
    assert partner.alert_channel == wishes[1 - winner].alert_channel
    history = await house.audited(desk, "settings_changed")
    assert [row.before for row in history[1:]] == [row.after for row in history[:-1]]


async def test_of_language_and_zone_too(desk: Desk) -> None:
    admin = await house.partner(desk, "U1")
    (partner,) = await house.rows(desk, Partner)
    seen, there = stamp_of_settings(partner), {"language": "en", "time_zone": "UTC"}
    assert (await change_language_and_zone(desk, admin, there, seen)).fate is Fate.THERE_ALREADY
    assert (await change_language_and_zone(desk, admin, there | {"language": "fr"}, seen)).done
    late = await change_language_and_zone(desk, admin, there | {"language": "de"}, seen)
    assert (late.done, late.partner.language) == (False, "fr")
    assert len(await house.audited(desk, "settings_changed")) == 1
