"""The applicant's own side, in three languages: where it stands, answering, withdrawing, applying again."""

from dataclasses import dataclass

import pytest

from programme import applications, review
from programme.forms import LONGEST_TEXT
from programme.partner_terms import read_terms
from sandbox import Person
from sandbox.seen import SeenHome, SeenMessage, SeenModal
from storage.models import Application, Question
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_languages import is_all_in


@dataclass(frozen=True)
class Words:
    """What one of the cast reads."""

    name: str
    language: str
    received: str
    reading: str
    asked: str
    waits: str
    thanks: str
    answer: str
    your_answer: str
    missing: str
    withdraw: str
    withdrawn: str
    again: str
    declined: str
    reason: str
    later: str
    final: str
    show: str
    closed: str
    answered: str


PRIYA = Words(
    "Priya", "en", "We have the application of Clarke & Sons", "Ben is reading the application of Clarke & Sons.",
    "Ben has a question about the application of Clarke & Sons:", "Our clock stands still until you have answered.",
    "Thank you! We have your answer.", "Answer", "Your answer", "Please fill this in.", "Withdraw my application",
    "You have withdrawn your application for Clarke & Sons.", "Apply again",
    "We could not accept the application of Clarke & Sons.", "Reason: Requirements not met",
    "You may apply again from", "This decision is final", "Show my application",
    "This application does not wait for a decision any more", "does not wait for an answer any more",
)  # fmt: skip
CAMILLE = Words(
    "Camille", "fr", "Nous avons bien la demande de Clarke & Sons", "Ben examine la demande de Clarke & Sons.",
    "Ben a une question sur la demande de Clarke & Sons", "Notre délai de réponse est suspendu",
    "Nous avons bien reçu votre réponse.", "Répondre", "Votre réponse", "Ce champ est obligatoire.",
    "Retirer ma demande",
    "Vous avez retiré votre demande pour Clarke & Sons.", "Refaire une demande",
    "Nous n’avons pas pu accepter la demande de Clarke & Sons.", "Motif\u202f: Conditions non remplies",
    "Vous pourrez présenter une nouvelle demande à partir du", "Cette décision est définitive", "Voir ma demande",
    "Cette demande n’attend plus de décision", "n’attend plus de réponse",
)  # fmt: skip
JONAS = Words(
    "Jonas", "de", "Der Antrag von Clarke & Sons liegt uns vor", "Ben prüft gerade den Antrag von Clarke & Sons.",
    "Ben hat eine Frage zum Antrag von Clarke & Sons:", "Bis Sie geantwortet haben, ruht unsere Antwortfrist.",
    "Vielen Dank! Wir haben Ihre Antwort erhalten.", "Antworten", "Ihre Antwort", "Bitte füllen Sie dieses Feld aus.",
    "Meinen Antrag zurückziehen", "Sie haben Ihren Antrag für Clarke & Sons zurückgezogen.", "Erneut beantragen",
    "Wir konnten den Antrag von Clarke & Sons nicht annehmen.", "Grund: Voraussetzungen nicht erfüllt",
    "Ab dem", "Diese Entscheidung ist endgültig", "Meinen Antrag anzeigen",
    "Dieser Antrag wartet nicht mehr auf eine Entscheidung", "wartet nicht mehr auf eine Antwort",
)  # fmt: skip
EACH = pytest.mark.parametrize("words", [PRIYA, CAMILLE, JONAS], ids=lambda words: words.language)
QUESTION = "Which *two* customers may we call?\n<!channel>"


async def applicant(world: World, words: Words) -> tuple[Person, int]:
    application_id = await given.applicant(world, words.name)
    await given.known(world, "Ben")
    return world.person(words.name), application_id


async def asked(world: World, words: Words) -> tuple[Person, int]:
    """Somebody who has read Ben's question."""
    person, application_id = await applicant(world, words)
    await review.ask(world.bot.desk, given.actor(world, "Ben"), application_id, QUESTION)
    await world.bot.house.courier.deliver()
    return person, application_id


async def rejected(world: World, words: Words, reapply: str) -> tuple[Person, int]:
    person, application_id = await applicant(world, words)
    ben = given.actor(world, "Ben")
    await review.reject(world.bot.desk, ben, application_id, "Please *come* back.", "requirements", reapply)
    await world.bot.house.courier.deliver()
    return person, application_id


def in_their_language(words: Words, seen: SeenModal | SeenMessage | SeenHome) -> None:
    if words.language != "en":
        is_all_in(words.language, seen)


def shows(words: Words, seen: SeenModal | SeenMessage | SeenHome, *texts: str) -> None:
    """All of it is there, in the person's language."""
    for text in texts:
        assert text in seen.text, seen.text
    in_their_language(words, seen)


async def told(person: Person, words: Words, *texts: str) -> SeenMessage:
    """A direct message."""
    seen = await person.sees(*texts, where="DM")
    assert isinstance(seen, SeenMessage)
    in_their_language(words, seen)
    return seen


async def place(person: Person) -> SeenMessage:
    await person.command("/partner", channel="#general")
    return person.last_message("#general")


@EACH
async def test_where_it_stands_is_the_same_everywhere(world: World, words: Words) -> None:
    person, application_id = await applicant(world, words)
    receipt = await told(person, words, "Clarke & Sons", "/partner")
    assert receipt.buttons == [words.show]
    for seen in (await place(person), await person.home()):
        shows(words, seen, words.received)
        assert seen.buttons == [words.withdraw]
    await person.command("/partner-apply", channel="#general")
    shows(words, person.modal, words.received)
    await person.close()
    await review.claim(world.bot.desk, given.actor(world, "Ben"), application_id)
    await world.bot.house.courier.deliver()
    note = await told(person, words, words.reading)
    assert note.buttons == [words.show]
    await person.click(words.show, where="DM", near=words.reading)
    shows(words, person.modal, words.reading)
    shows(words, await person.home(), words.reading)


@EACH
@pytest.mark.parametrize("where", ["DM", "Home", "modal"])
async def test_a_question_is_answered(world: World, words: Words, where: str) -> None:
    person, application_id = await asked(world, words)
    note = await told(person, words, words.asked, words.waits, "*two*", "<!channel>")
    assert note.buttons == [words.answer]
    if where == "Home":
        shows(words, await person.home(), words.asked, words.waits)
        await person.click(words.answer)
    elif where == "modal":
        await person.command("/partner-apply", channel="#general")
        shows(words, person.modal, words.asked, words.waits)
        await person.click(words.answer)
    else:
        await person.click(words.answer, where="DM")
    shows(words, person.modal, "Which *two* customers")
    await given.submit_forged(world, person, answer={"value": " \n "})
    await person.fill(words.your_answer, "Dupont & Söhne:\n👩‍👩‍👧 *Leeds*")
    await person.submit()
    shows(words, person.modal, words.thanks, words.reading)
    (question,) = await given.rows(world, Question)
    assert question.answer == "Dupont & Söhne:\n👩‍👩‍👧 *Leeds*"
    if where == "modal":
        await person.close()
        assert words.answer not in person.modal.buttons
    note = await told(person, words, "Which *two* customers", "👩‍👩‍👧 *Leeds*")
    assert note.buttons == []
    (application,) = await given.rows(world, Application)
    assert application.id == application_id
    assert application.asked_at is None


@EACH
async def test_an_answer_that_comes_late_or_twice_is_answered_kindly(world: World, words: Words) -> None:
    person, application_id = await asked(world, words)
    note = given.kept(world, await told(person, words, words.asked))
    await person.click(words.answer, where="DM")
    await person.fill(words.your_answer, "Dupont.")
    assert await given.submit_at_once(world, person, 2) == ["push", "update"]
    assert [one.answer for one in await given.rows(world, Question)] == ["Dupont."]
    while person.has_modal:
        await person.close()
    await given.press(world, person, note, words.answer)
    shows(words, person.last_message("DM"), words.answered)
    await person.click(words.show, where="DM")
    shows(words, person.modal, words.reading)
    await person.close()
    await review.reject(world.bot.desk, given.actor(world, "Ben"), application_id, "No.")
    await given.press(world, person, note, words.answer)
    shows(words, person.last_message("DM"), words.closed)


@EACH
@pytest.mark.parametrize("end", ["rejected", "withdrawn"])
async def test_a_question_that_is_over_asks_no_more(world: World, words: Words, end: str) -> None:
    person, application_id = await asked(world, words)
    if end == "rejected":
        await review.reject(world.bot.desk, given.actor(world, "Ben"), application_id, "No.")
    else:
        await applications.withdraw(world.bot.desk, given.actor(world, words.name))
    await world.bot.house.courier.deliver()
    note = await told(person, words, "Which *two* customers", words.answered)
    assert note.buttons == []


@EACH
async def test_an_answer_is_needed(world: World, words: Words) -> None:
    person, _ = await asked(world, words)
    await person.click(words.answer, where="DM")
    reply = await given.submit_forged(world, person, answer={"value": " \n "})
    assert reply.body["errors"] == {"answer": words.missing}
    reply = await given.submit_forged(world, person, answer={"value": "x" * (LONGEST_TEXT + 1)})
    assert list(reply.body["errors"]) == ["answer"]


@EACH
@pytest.mark.parametrize("where", ["command", "Home", "modal"])
async def test_an_application_is_withdrawn(world: World, words: Words, where: str) -> None:
    person, _ = await applicant(world, words)
    if where == "command":
        await place(person)
    elif where == "Home":
        await person.home()
    else:
        await person.command("/partner-apply", channel="#general")
    assert await person.click(words.withdraw, confirm=False) is not None
    assert [one.status for one in await given.rows(world, Application)] == ["open"]
    await person.click(words.withdraw)
    place_of = {"command": "#general", "Home": "Home", "modal": None}
    shown = await person.sees(words.withdrawn, where=place_of[where])
    shows(words, shown, words.withdrawn)
    assert shown.buttons == [words.again]
    assert [one.status for one in await given.rows(world, Application)] == ["withdrawn"]
    note = await told(person, words, words.withdrawn)
    assert note.buttons == [words.again]
    while person.has_modal:
        await person.close()
    await person.click(words.again, where="DM")
    assert person.modal.submit is not None


@EACH
async def test_a_button_of_an_older_application_leaves_the_new_one_alone(world: World, words: Words) -> None:
    person, application_id = await applicant(world, words)
    old = given.kept(world, await place(person))
    await review.reject(world.bot.desk, given.actor(world, "Ben"), application_id, "No.")
    await given.press(world, person, old, words.withdraw)
    shows(words, person.last_message("#general"), words.closed)
    await given.applicant(world, words.name)
    await given.press(world, person, old, words.withdraw)
    shows(words, person.last_message("#general"), words.closed)
    assert [one.status for one in await given.rows(world, Application)] == ["rejected", "open"]


@EACH
async def test_an_old_button_to_a_form_leads_to_what_is_open(world: World, words: Words) -> None:
    person, _ = await rejected(world, words, "now")
    note = given.kept(world, await told(person, words, words.declined, words.reason, "Please *come* back."))
    assert note.buttons == [words.again]
    await given.applicant(world, words.name)
    await given.press(world, person, note, words.again)
    shows(words, person.modal, words.received)
    assert person.modal.submit is None


@EACH
@pytest.mark.parametrize("reapply", ["later", "never"])
async def test_who_may_not_apply_again_yet_is_told_so(world: World, words: Words, reapply: str) -> None:
    person, _ = await rejected(world, words, reapply)
    rule = words.later if reapply == "later" else words.final
    note = await told(person, words, words.declined, words.reason, "Please *come* back.", rule)
    assert note.buttons == []
    for seen in (await place(person), await person.home()):
        shows(words, seen, words.declined, words.reason, "Please *come* back.", rule)
        assert seen.buttons == []
        assert "/partner-apply" not in seen.text
    await person.command("/partner-apply", channel="#general")
    assert not person.has_modal
    in_their_language(words, person.last_message("#general"))
    world.sandbox.move_day(days=31)
    await person.command("/partner-apply", channel="#general")
    assert person.has_modal == (reapply == "later")
    home = await person.home()
    assert home.buttons == ([words.again] if reapply == "later" else [])


async def test_an_answer_that_is_late_is_apologised_for(world: World) -> None:
    person, _ = await applicant(world, PRIYA)
    world.sandbox.move_day(days=9)
    assert "You should have heard from us by" in (await person.home()).text


async def test_what_somebody_else_was_asked_is_not_shown(world: World) -> None:
    """Whatever a button says."""
    priya, _ = await asked(world, PRIYA)
    note = await told(priya, PRIYA, PRIYA.asked)
    (question,) = await given.rows(world, Question)
    await given.applicant(world, "Emma")
    emma = world.person("Emma")
    await given.press(world, emma, note, "Answer", value=str(question.id))
    assert not emma.has_modal
    await given.press(world, emma, note, "Answer", value='"x"')
    assert not emma.has_modal


async def test_the_note_and_the_reason_reach_the_new_partner(world: World) -> None:
    person, application_id = await applicant(world, CAMILLE)
    desk = world.bot.desk
    typed = {"percent": "15", "data_centre": "eu", "note": "Bienvenue !\nAppelez-nous, *vraiment*."}
    await review.approve(desk, given.actor(world, "Ben"), application_id, read_terms(desk.catalogue, typed))
    await world.bot.house.courier.deliver()
    await told(person, CAMILLE, "Le mot de l’équipe du programme", "Appelez-nous, *vraiment*.")
    (letter,) = await world.sandbox.mail.wait_for(to="emma@clarke.example")
    assert "Le mot de l’équipe du programme\u202f: Bienvenue !\r\nAppelez-nous, *vraiment*." in letter.text
