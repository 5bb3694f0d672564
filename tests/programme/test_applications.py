"""An application from its applicant's side, on both databases: what is kept, what goes out, what comes too late."""

from datetime import timedelta

import pytest

from programme import applications, review
from programme.desk import Actor, Desk
from programme.refusals import BadInput
from storage.models import Application, OutgoingMessage, Question
from tests.programme import house
from tests.programme.house import APPLICATION, BEN, HOME, Clock, reason
from tests.programme.test_forms import ODD

APPLICANT = Actor(HOME, "U1")


async def ask(desk: Desk, application: Application, text: str = "Which customers?") -> Question:
    await review.ask(desk, BEN, application.id, text)
    return (await house.rows(desk, Question))[-1]


async def told(desk: Desk) -> list[str]:
    """What the applicant is owed, in order."""
    return [one.kind for one in await house.rows(desk, OutgoingMessage) if one.recipient == APPLICANT.user_id]


async def test_what_was_typed_is_kept_as_it_is_read(desk: Desk) -> None:
    typed = APPLICATION | {
        "website": "weber.example", "postal_code": "D-50668", "region": " Nordrhein\tWestfalen ",
        "contact_phone": "030 / 23125-000", "contact_email": "Jonas@WEBER.example",
    }  # fmt: skip
    await house.reviewers(desk)
    await applications.submit(desk, await house.person(desk, "U1"), typed, True)
    (kept,) = await house.rows(desk, Application)
    assert (kept.website, kept.web_domain) == ("https://weber.example", "weber.example")
    assert (kept.postal_code, kept.region, kept.contact_phone) == ("50668", "Nordrhein Westfalen", "+493023125000")
    assert (kept.contact_email, kept.company_size) == ("Jonas@weber.example", "10-49")
    (row,) = await house.audited(desk, "submitted")
    assert row.after is not None
    assert row.after["contact_phone"] == "+493023125000"


async def test_any_text_is_kept_whole_or_refused(desk: Desk) -> None:
    """Through the database and back: a driver or a column may be pickier than the rules."""
    application = await house.applied(desk)
    whole = [one * times for one in ODD for times in (1, 700)] + ["x" * 2500, "👩" * 2500, "\t\n", "a\x00b"]
    question = await ask(desk, application)
    kept = 0
    for text in whole:
        if await was_answered(desk, question.id, text):
            stored = (await house.rows(desk, Question))[-1]
            assert stored.answer == "\n".join(text.strip().splitlines())
            question = await ask(desk, application)
            kept += 1
    assert kept >= 20


async def was_answered(desk: Desk, question_id: int, text: str) -> bool:
    """Whether the text would do; if not, the field is named."""
    try:
        await applications.answer(desk, APPLICANT, question_id, text)
    except BadInput as bad:
        return [*bad.fields] != ["answer"]
    return True


async def test_the_time_for_an_answer_does_not_count(desk: Desk, clock: Clock) -> None:
    application = await house.applied(desk)
    due_at = application.due_at
    question = await ask(desk, application)
    clock.moment += timedelta(days=3)
    answered = await applications.answer(desk, APPLICANT, question.id, " Five. ")
    assert answered.due_at == due_at + timedelta(days=3)
    assert answered.asked_at is None
    assert await told(desk) == ["receipt", "question", "question_over"]


async def test_a_question_is_answered_once(desk: Desk) -> None:
    question = await ask(desk, await house.applied(desk))
    answers = [applications.answer(desk, APPLICANT, question.id, f"Answer {number}.") for number in range(8)]
    results, reasons = await house.at_once(answers)
    assert len(results) == 1
    assert set(reasons) == {"no_question"}
    assert len(await house.audited(desk, "answered")) == 1
    assert (await told(desk)).count("question_over") == 1


@pytest.mark.parametrize("end", ["withdrawn", "rejected", "approved"])
async def test_an_answer_and_an_end_at_once_leave_one_state(desk: Desk, end: str) -> None:
    application = await house.applied(desk)
    question = await ask(desk, application)
    ends = {
        "withdrawn": lambda: applications.withdraw(desk, APPLICANT, application.id),
        "rejected": lambda: review.reject(desk, BEN, application.id, "No."),
        "approved": lambda: review.approve(desk, BEN, application.id),
    }
    calls = [ends[end](), applications.answer(desk, APPLICANT, question.id, "Five."), ends[end]()]
    _, reasons = await house.at_once(calls)
    (kept,) = await house.rows(desk, Application)
    (asked,) = await house.rows(desk, Question)
    assert kept.status == end
    assert len(reasons) == (1 if asked.answer else 2)
    assert len(await house.audited(desk, end)) == 1
    assert (await told(desk)).count("question_over") == 1


async def test_withdrawing_and_deciding_at_once_leave_one_decision(desk: Desk) -> None:
    application = await house.applied(desk)
    calls = [
        applications.withdraw(desk, APPLICANT),
        review.approve(desk, BEN, application.id),
        review.reject(desk, BEN, application.id, "No."),
        applications.withdraw(desk, APPLICANT, application.id),
    ]
    results, _ = await house.at_once(calls)
    assert len(results) == 1
    assert len([kind for kind in await told(desk) if kind in ("withdrawn", "decision")]) == 1


async def test_an_old_button_withdraws_nothing_else(desk: Desk) -> None:
    first = await house.applied(desk)
    await applications.withdraw(desk, APPLICANT, first.id)
    second = await applications.submit(desk, APPLICANT, APPLICATION, True)
    assert await reason(applications.withdraw(desk, APPLICANT, first.id)) == "no_application"
    assert [one.status for one in await house.rows(desk, Application)] == ["withdrawn", "open"]
    await applications.withdraw(desk, APPLICANT, second.id)


async def test_nobody_acts_on_anothers_application(desk: Desk) -> None:
    application = await house.applied(desk)
    question = await ask(desk, application)
    other = await house.person(desk, "U2")
    assert await reason(applications.withdraw(desk, other, application.id)) == "no_application"
    assert await reason(applications.answer(desk, other, question.id, "Mine.")) == "no_application"
    assert await reason(applications.asked_question(desk, other, question.id)) == "no_application"
    await applications.submit(desk, other, APPLICATION, True)
    assert await reason(applications.withdraw(desk, other, application.id)) == "no_application"
    assert await reason(applications.answer(desk, other, question.id, "Mine.")) == "no_question"
    assert await reason(applications.asked_question(desk, other, question.id)) == "no_question"
    theirs = (await house.rows(desk, Application))[-1]
    await ask(desk, theirs)
    assert await reason(applications.answer(desk, other, question.id, "Mine.")) == "no_question"
    assert await reason(applications.asked_question(desk, other, question.id)) == "no_question"
    assert await applications.own_application(desk, await house.person(desk, "U3")) is None


@pytest.mark.parametrize(("reapply", "why"), [("now", None), ("later", "apply_later"), ("never", "may_not_apply")])
async def test_when_one_may_apply_again(desk: Desk, clock: Clock, reapply: str, why: str | None) -> None:
    application = await house.applied(desk)
    await review.reject(desk, BEN, application.id, "No.", "requirements", reapply)
    (kept,) = await house.rows(desk, Application)
    assert applications.may_reapply(desk, kept) == reapply
    if why is not None:
        assert await reason(applications.submit(desk, APPLICANT, APPLICATION, True)) == why
    clock.moment += timedelta(days=desk.catalogue.application.reapply_days, seconds=-1)
    assert applications.may_reapply(desk, kept) == reapply
    clock.moment += timedelta(seconds=1)
    if reapply == "never":
        assert await reason(applications.may_apply(desk, APPLICANT)) == "may_not_apply"
    else:
        assert applications.may_reapply(desk, kept) == "now"
        await applications.submit(desk, APPLICANT, APPLICATION, True)


async def test_who_is_on_it_is_shown_while_they_are(desk: Desk, clock: Clock) -> None:
    application = await house.applied(desk)

    async def shown() -> tuple[str | None, str | None]:
        own = await applications.own_application(desk, APPLICANT)
        assert own is not None
        return own.reviewer.name if own.reviewer else None, own.question.question if own.question else None

    assert await shown() == (None, None)
    await review.claim(desk, BEN, application.id)
    assert await shown() == ("Person U8", None)
    clock.moment += timedelta(hours=desk.catalogue.application.claim_hours)
    assert await shown() == (None, None)
    await ask(desk, application)
    clock.moment += timedelta(days=9)
    assert await shown() == ("Person U8", "Which customers?")
    await applications.withdraw(desk, APPLICANT)
    assert await shown() == (None, None)
