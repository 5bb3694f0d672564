"""The page behind a link in a letter, for a customer who is not in Slack: what it is about, and the two buttons."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from handlers.customer_blocks import parties
from handlers.reader import LANGUAGE_NAMES, Reader
from programme.catalogue import Catalogue
from programme.consent import Seen

_template = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("letters")), autoescape=True, trim_blocks=True, lstrip_blocks=True
).get_template("consent.html")
OK, GONE, UNKNOWN, TOO_MANY, AWAY = 200, 410, 404, 429, 503


@dataclass(frozen=True)
class Button:
    """Posts an answer.

    Args:
        answer: as programme.consent.answer takes it.
    """

    answer: str
    text: str
    style: str = "plain"


@dataclass(frozen=True)
class Words:
    """What a page says, as plain text; the drawing escapes it.

    Args:
        points: what pressing a button means, each with a heading.
        quoted: somebody's own words, with who says them.
    """

    title: str
    paragraphs: list[str]
    points: list[tuple[str, str]] = field(default_factory=list)
    quoted: tuple[str, str] | None = None
    buttons: list[Button] = field(default_factory=list)
    status: int = OK


@dataclass(frozen=True)
class Page:
    status: int
    html: str
    nonce: str


def language_of_page(seen: Seen | None, chosen: str | None, preferred: str) -> str:
    """The language that was chosen on the page; else the letter's; else the browser's."""
    if chosen in LANGUAGE_NAMES:
        return chosen
    return seen.language if seen else preferred


def draw(catalogue: Catalogue, seen: Seen | None, language: str, path: str) -> Page:
    """The page of a link.

    Args:
        seen: None for a link that does not work.
        path: of the page itself, relative, for its forms; believed of a link that works alone.
    """
    reader = Reader(language)
    words = _unknown(reader) if seen is None else _WORDS[seen.kind, seen.state](reader, catalogue, seen)
    return _drawn(catalogue, reader, words, path if seen else "", has_languages=True)


def draw_too_many(catalogue: Catalogue, language: str) -> Page:
    reader = Reader(language)
    words = Words(
        reader.text("One moment, please"),
        [reader.text("There have been many requests from your network. Please try again in a minute.")],
        status=TOO_MANY,
    )
    return _drawn(catalogue, reader, words)


def draw_away(catalogue: Catalogue, language: str) -> Page:
    reader = Reader(language)
    words = Words(
        reader.text("One moment, please"),
        [reader.text("We cannot answer at the moment. Nothing has changed. Please try again in a few minutes.")],
        status=AWAY,
    )
    return _drawn(catalogue, reader, words)


def _drawn(catalogue: Catalogue, reader: Reader, words: Words, path: str = "", *, has_languages: bool = False) -> Page:
    nonce = secrets.token_urlsafe(16)
    others = {code: name for code, name in LANGUAGE_NAMES.items() if code != reader.language}
    html = _template.render(
        words=words,
        language=reader.language,
        languages=others if has_languages else {},
        path=path,
        nonce=nonce,
        programme=catalogue.programme.name[reader.language],
        support=catalogue.support_address,
        questions=reader.text("Questions? We are there to help:"),
    )
    return Page(words.status, html, nonce)


def _unknown(reader: Reader) -> Words:
    text = reader.text("Is it complete? Some e-mail programs break long links: please copy all of it. Nothing changed.")
    return Words(reader.text("This link does not work"), [text], status=UNKNOWN)


def _asks(reader: Reader, catalogue: Catalogue, seen: Seen) -> Words:
    facts = parties(catalogue, seen.partner, seen.customer)
    return Words(
        reader.text("{company} would like to look after {domain}", **facts),
        [reader.text("{company} is a partner of {vendor} and asks to look after {product} for {organisation}. At "
                     "present another partner does.", **facts)],
        [
            (reader.text("If you agree"),
             reader.text("{company} manages your subscription, your licences and the set-up of your services on your "
                         "behalf from now on; the other partner no longer can. Your plan, its term and its dates "
                         "stay, and nothing is deleted.", **facts)),
            (reader.text("If you decline"),
             reader.text("Everything stays as it is, and {company} is told so.", **facts)),
        ],
        (reader.text("{company} writes:", **facts), seen.note) if seen.note else None,
        [Button("accept", reader.text("Agree"), "primary"), Button("decline", reader.text("Decline"))],
    )  # fmt: skip


def _accepted(reader: Reader, catalogue: Catalogue, seen: Seen) -> Words:
    facts = parties(catalogue, seen.partner, seen.customer)
    return Words(
        reader.text("You have agreed"),
        [reader.text("{company} looks after {domain} from now on. You get an e-mail with a link by which you can end "
                     "that at any time.", **facts)],
    )  # fmt: skip


def _declined(reader: Reader, catalogue: Catalogue, seen: Seen) -> Words:
    facts = parties(catalogue, seen.partner, seen.customer)
    text = reader.text("Nothing has changed, and {company} is told so. Thank you for your answer.", **facts)
    return Words(reader.text("You have declined"), [text])


def _over(reader: Reader, catalogue: Catalogue, seen: Seen) -> Words:
    text = reader.text("What this link was about has been decided meanwhile, so there is nothing to answer any more.")
    return Words(reader.text("This question is over"), [text], status=GONE)


def _expired(reader: Reader, catalogue: Catalogue, seen: Seen) -> Words:
    text = reader.text("It was good until {day}. Nothing has changed.", day=reader.day(seen.good_until))
    return Words(reader.text("This link has expired"), [text], status=GONE)


def _unavailable(reader: Reader, catalogue: Catalogue, seen: Seen) -> Words:
    facts = parties(catalogue, seen.partner, seen.customer)
    text = reader.text("{company} cannot take new customers at the moment, so you cannot agree. Nothing has changed; "
                       "you may come back later, or decline.", **facts)  # fmt: skip
    title = reader.text("{company} would like to look after {domain}", **facts)
    return Words(title, [text], buttons=[Button("decline", reader.text("Decline"))])


def _has(reader: Reader, catalogue: Catalogue, seen: Seen) -> Words:
    facts = parties(catalogue, seen.partner, seen.customer)
    return Words(
        reader.text("{company} looks after {domain}", **facts),
        [reader.text("{company} is a partner of {vendor}. It manages your subscription, your licences and the set-up "
                     "of your services on behalf of {organisation}.", **facts)],
        [
            (reader.text("If you end its access"),
             reader.text("{company} can see and change nothing of yours any more, at once, and is told so. Your "
                         "services go on and nothing is deleted; a change that was planned for your next renewal is "
                         "called off. Another partner can look after you later.", **facts)),
        ],
        buttons=[Button("leave", reader.text("End access"), "danger")],
    )  # fmt: skip


def _left(reader: Reader, catalogue: Catalogue, seen: Seen) -> Words:
    facts = parties(catalogue, seen.partner, seen.customer)
    text = reader.text("{company} does not look after {domain} any more.", **facts)
    return Words(reader.text("Access has ended"), [text])


def _renewable(reader: Reader, catalogue: Catalogue, seen: Seen) -> Words:
    return _with_another(reader, _expired(reader, catalogue, seen))


def _back(reader: Reader, catalogue: Catalogue, seen: Seen) -> Words:
    facts = parties(catalogue, seen.partner, seen.customer)
    text = reader.text("The access of {company} to {domain} had ended, and has begun again since. This link belongs to "
                       "the time before.", **facts)  # fmt: skip
    return _with_another(reader, Words(reader.text("{company} looks after {domain}", **facts), [text]))


def _with_another(reader: Reader, words: Words) -> Words:
    """What is said of a link that is good no more, and a button for another one."""
    text = reader.text("We can send a new one to the address of your super administrator, once a day.")
    again = [Button("renew", reader.text("Send a new link"), "primary")]
    return Words(words.title, [*words.paragraphs, text], buttons=again, status=GONE)


_WORDS: dict[tuple[str, str], Callable[[Reader, Catalogue, Seen], Words]] = {
    ("mapping", "open"): _asks,
    ("mapping", "accepted"): _accepted,
    ("mapping", "ended"): _left,
    ("mapping", "declined"): _declined,
    ("mapping", "over"): _over,
    ("mapping", "expired"): _expired,
    ("mapping", "unavailable"): _unavailable,
    ("leaving", "open"): _has,
    ("leaving", "over"): _left,
    ("leaving", "back"): _back,
    ("leaving", "expired"): _renewable,
}
