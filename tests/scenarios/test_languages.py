"""The main path as French and German people walk it: everything of ours that they see is in their language."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from programme.catalogue import load_catalogue
from sandbox import Person
from sandbox.seen import SeenHome, SeenMessage, SeenModal
from tests.desk import World
from tests.handlers.messages import forms, pairs, translated

DEMANDE: dict[str, Any] = {
    "Entreprise": "Laurent Conseil",
    "Taille de l’entreprise": "1 à 9 personnes",
    "Site web": "https://laurent.example",
    "Numéro et rue": "12 rue des Lilas",
    "Code postal": "59000",
    "Ville": "Lille",
    "Pays": "France",
    "E-mail du contact": "camille@laurent.example",
    "Téléphone": "01 99 00 12 34",
    "Votre compte de messagerie Nordlicht": "camille@laurent.example",
    "Votre expérience": "Dix ans de migrations de messagerie.",
    "Votre projet pour le partenariat": "Cinq clients au premier trimestre.",
    "Conditions générales": ["J’accepte les conditions générales"],
}
CLIENT: dict[str, Any] = {
    "Organisation": "Boulangerie Petit",
    "E-mail du super administrateur": "gerance@petit.example",
    "Forfait": "Workplace Standard",
    "Nombre de licences": "12",
    "Durée de l’abonnement": "1 an",
}
ANTRAG: dict[str, Any] = {
    "Unternehmen": "Weber IT GmbH",
    "Unternehmensgröße": "10 bis 49 Personen",
    "Straße und Hausnummer": "Domstraße 7",
    "Postleitzahl": "50668",
    "Ort": "Köln",
    "Land": "Deutschland",
    "E-Mail der Kontaktperson": "jonas@weber.example",
    "Telefon": "030 23125 000",
    "Ihr E-Mail-Konto bei Nordlicht": "jonas@weber.example",
    "Ihre Erfahrung": "Zehn Jahre E-Mail-Umzüge.",
    "Ihre Pläne für die Partnerschaft": "Fünf Kunden im ersten Quartal.",
    "Allgemeine Geschäftsbedingungen": ["Ich akzeptiere die Allgemeinen Geschäftsbedingungen"],
}


@cache
def english_pieces(language: str) -> frozenset[str]:
    """What stands between the placeholders of the English messages, without what the language says too."""
    own = "\n".join(text for _, text in pairs(language))
    pieces = {
        piece.strip(" .,;:!?()*`·–\n")
        for message in translated(language)
        for form in forms(message.id)
        for piece in re.split(r"\{\w+\}|\*|`[^`]*`|:[a-z_]+:|\n", form)
    }
    # What the vendor's services are called is no English of ours.
    services = {service for plan in load_catalogue().plan for service in plan.services}
    return frozenset(piece for piece in pieces - services if len(piece) > 2 and not says(own, piece))


def says(text: str, piece: str) -> bool:
    """Whether the words stand in the text, and not within other words or before the @ of an address."""
    return piece in text and re.search(rf"(?<!\w){re.escape(piece)}(?![\w@])", text) is not None


def texts_in(payload: Any) -> Iterator[str]:
    """Every text that Slack would draw: of blocks, inputs, placeholders, choices, and questions before a click."""
    if isinstance(payload, list):
        for one in payload:
            yield from texts_in(one)
    elif isinstance(payload, dict):
        for name, value in payload.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from texts_in(value)


def is_all_in(language: str, seen: SeenModal | SeenMessage | SeenHome) -> None:
    """Nothing of ours is left in English."""
    shown = [*texts_in(seen.message.blocks), seen.notification] if isinstance(seen, SeenMessage) else []
    if not isinstance(seen, SeenMessage):
        shown = [*texts_in(seen.view.payload), *texts_in(seen.view.blocks)]
    text = "\n".join(shown)
    assert [piece for piece in english_pieces(language) if says(text, piece)] == []


async def reads(person: Person, language: str, *words: str, where: str | None = None) -> SeenModal | SeenMessage:
    """Waits until the person sees the words, and looks at all that stands around them."""
    seen = await person.sees(*words, where=where)
    is_all_in(language, seen)
    assert not isinstance(seen, SeenHome)
    return seen


async def accepted(world: World) -> Person:
    """Camille has applied, and Anna has accepted."""
    camille, anna = world.person("Camille"), world.person("Anna")
    await camille.command("/partner-apply")
    await camille.fill_many(DEMANDE)
    await camille.submit()
    await camille.close()
    await anna.command("/partner-review")
    await anna.click("Prüfen")
    await anna.click("Annehmen")
    await anna.submit()
    await anna.sees("Angenommen von")
    await anna.close()
    await anna.close()
    await camille.sees("Vous êtes désormais partenaire", where="DM")
    return camille


async def with_customer(world: World) -> Person:
    """Camille has a customer, whose domain is there and not verified."""
    camille = await accepted(world)
    world.sandbox.dns.add_zone("petit.example")
    await camille.command("/partner-add petit.example")
    await camille.fill_many(CLIENT)
    await camille.submit()
    return camille


async def test_camille_applies_in_french(world: World) -> None:
    camille = world.person("Camille")
    await camille.command("/partner-apply")
    form = await reads(camille, "fr", "Devenir partenaire", "Pas encore de compte\u202f?", "Inscrivez-vous ici")
    assert isinstance(form, SeenModal)
    assert form.submit == "Envoyer"
    await camille.fill_many(DEMANDE | {"Site web": "laurent", "Code postal": "5900", "Téléphone": "99"})
    await camille.submit()
    assert camille.modal.errors == {
        "Site web": "Saisissez une adresse web, par exemple https://dupont.example.",
        "Code postal": "Ce n’est pas un code postal du pays choisi. En voici un exemple\u202f: 33380.",
        "Téléphone": "Ce n’est pas un numéro de téléphone. Saisissez un seul numéro, sans poste interne, "
        "par exemple +33 1 23 45 67 89.",
    }
    await camille.fill_many({"Site web": "https://laurent.example", "Code postal": "59000", "Téléphone": ""})
    await camille.submit()
    await reads(camille, "fr", "Demande reçue", "Nous avons bien reçu votre demande pour Laurent Conseil")
    await camille.close()
    await reads(camille, "fr", "Merci\u202f!", "l’équipe du programme l’examine", where="DM")
    await camille.command("/partner-apply")
    await reads(camille, "fr", "Ma demande", "Nous avons bien la demande de Laurent Conseil")


async def test_anna_decides_in_german_on_a_card_in_english(world: World) -> None:
    camille, anna = world.person("Camille"), world.person("Anna")
    await camille.command("/partner-apply")
    await camille.fill_many(DEMANDE)
    await camille.submit()
    card = await anna.sees("Laurent Conseil", where="#partner-reviews")
    assert card.buttons == ["Approve", "Claim", "Ask for more", "Reject"]
    await anna.command("/partner-review")
    await reads(anna, "de", "Anträge", "Alle, die warten (1)", "Antwort fällig am")
    await anna.click("Prüfen")
    await reads(anna, "de", "Antrag von @Camille Laurent", "Frankreich", "Schwerpunkt oder Hauptinteresse")
    await anna.click("Annehmen")
    await reads(anna, "de", "Laurent Conseil wird Partner")
    await anna.submit()
    await reads(anna, "de", "Angenommen von @Anna Richter")
    await anna.sees("Approved by @Anna Richter", where="#partner-reviews")
    await reads(camille, "fr", "Bienvenue, Laurent Conseil\u202f!", "partenaire Nordlicht", where="DM")
    (letter,) = await world.sandbox.mail.wait_for(to="camille@laurent.example")
    assert letter.subject == "Bienvenue dans le programme partenaire Nordlicht"
    assert "vous êtes désormais revendeur Nordlicht Workplace" in letter.text
    assert "Programme partenaire Nordlicht Workplace" in letter.text


async def test_jonas_applies_and_is_turned_down_in_german(world: World) -> None:
    jonas, anna = world.person("Jonas"), world.person("Anna")
    await jonas.command("/partner-apply")
    await reads(jonas, "de", "Partner werden", "Noch keines? Registrieren Sie sich hier")
    await jonas.fill_many(ANTRAG)
    await jonas.submit()
    await reads(jonas, "de", "Antrag eingegangen", "Wir haben Ihren Antrag für Weber IT GmbH erhalten")
    await jonas.close()
    await anna.click("Reject", where="#partner-reviews")
    await reads(anna, "de", "Ablehnen", "Sie sind dabei, den Antrag von Weber IT GmbH abzulehnen")
    await anna.fill("Begründung", "Zu wenig Angaben")
    await anna.fill("Nachricht zum Antrag", "Es fehlen Referenzen.")
    await anna.submit()
    await reads(jonas, "de", "Wir konnten den Antrag von Weber IT GmbH nicht annehmen", "Es fehlen", where="DM")
    is_all_in("de", await jonas.home())


async def test_camille_adds_and_verifies_in_french(world: World) -> None:
    camille = await accepted(world)
    world.sandbox.dns.add_zone("petit.example")
    await camille.command("/partner-add petit.example")
    await reads(camille, "fr", "Ajouter un client", "L’essai commence aujourd’hui", "15 jours")
    await camille.fill_many(CLIENT)
    await camille.submit()
    await reads(camille, "fr", "Client ajouté", "fait désormais partie de vos clients")
    await camille.click("Vérifier")
    missing = await reads(camille, "fr", "Pas encore vérifié\u202f: aucun des deux enregistrements n’est présent")
    (value,) = [line for line in missing.text.splitlines() if line.startswith("nordlicht-verification=")]
    world.sandbox.dns.add("petit.example", "TXT", "something else")
    world.sandbox.dns.add("petit.example", "TXT", value)
    await camille.click("Vérifier maintenant")
    await reads(camille, "fr", "petit.example est vérifié", "pour son compte")
    await camille.click("Gérer")
    await reads(camille, "fr", "Vous gérez Boulangerie Petit", "À faire", "configurer la messagerie")


async def test_camille_lists_extends_and_is_warned_in_french(world: World) -> None:
    camille = await with_customer(world)
    await camille.close()
    await camille.command("/partner-customers")
    listing = await reads(
        camille, "fr", "Mes clients", "1 client", "Essai, encore 15 jours", "domaine pas encore vérifié"
    )
    assert isinstance(listing, SeenModal)
    for column in ("Domaine", "Super administrateur", "Forfait", "Licences", "Durée de l’abonnement", "Renouvellement"):
        assert column in listing.text
    assert "1 an" in listing.text
    await camille.close()

    await camille.command("/partner-extend-trial petit.example")
    await reads(camille, "fr", "Prolonger l’essai", "Un essai dure 60 jours au plus")
    await camille.submit()
    await reads(camille, "fr", "L’essai du client Boulangerie Petit se termine désormais le")
    await camille.close()

    await camille.command("/partner-settings")
    await reads(camille, "fr", "Paramètres", "Langue des alertes", "Fuseau horaire")
    await camille.fill("Canal des alertes", "#laurent-alerts")
    await camille.submit()
    await reads(camille, "fr", "Les alertes pour Laurent Conseil arriveront ici", where="#laurent-alerts")
    world.sandbox.move_day(days=27)
    assert await world.tick() == 2
    await reads(camille, "fr", "Boulangerie Petit", "domaine non vérifié depuis 27 jours", where="#laurent-alerts")
    alert = await reads(camille, "fr", "Boulangerie Petit", "l’essai se termine dans 3 jours", where="#laurent-alerts")
    assert alert.buttons == ["Vérifier", "Prolonger l’essai", "Je m’en occupe"]
    await camille.click("Prolonger l’essai", where="#laurent-alerts")
    await reads(camille, "fr", "@Camille Laurent a prolongé l’essai jusqu’au", where="#laurent-alerts")


@pytest.mark.parametrize(
    ("name", "language", "words"),
    [
        ("Hugo", "fr", "Proposez Nordlicht Workplace à vos clients et touchez des commissions."),
        ("Jonas", "de", "Verkaufen Sie Nordlicht Workplace an Ihre Kunden und verdienen Sie Provisionen."),
        ("Anna", "de", "Sie prüfen Anträge."),
    ],
)
async def test_home_speaks_to_everyone_in_their_language(world: World, name: str, language: str, words: str) -> None:
    home = await world.person(name).home()
    assert words in home.text
    is_all_in(language, home)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("/partner-verify", "Indiquez aussi le domaine\u202f: /partner-verify dupont.example."),
        ("/partner-manage nichts.example", "Vous n’avez aucun client avec le domaine nichts.example."),
        ("/partner-manage petit.example", "petit.example n’est pas encore vérifié."),
        ("/partner-report 2026-Q5", "Je ne comprends pas cette période."),
        ("/partner-report 2026-Q4", "Renouvellements\u202f: T4 2026"),
        ("/partner-review", "Seule l’équipe du programme peut faire cela."),
        ("/partner-apply", "Vous êtes déjà partenaire, avec Laurent Conseil."),
        ("/partner", "vos clients, avec des mots ou des filtres comme statut:essai"),
    ],
)
async def test_answers_and_refusals_are_french_too(world: World, typed: str, words: str) -> None:
    camille = await with_customer(world)
    await camille.close()
    await camille.command(typed)
    await reads(camille, "fr", words)
