"""The person who reads: their language, their time zone, and the words made from them."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel import Locale, dates, lists, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from programme.dns_text import visible

LOCALES = Path(__file__).with_name("locales")
LANGUAGE_NAMES = {"en": "English", "fr": "Français", "de": "Deutsch"}
# English dates the way most of the world reads them: the day before the month.
FORMATS = {"en": "en_GB", "fr": "fr_FR", "de": "de_DE"}
# A mark that could begin or end bold, italic, struck or code text, and what looks like it and does not: Slack has no
# way to escape these, and it styles text through invisible characters beside a mark.
_STYLE_MARK = re.compile(r"(?<!\w)[*_~`]|[*_~`](?!\w)")
_LOOK_ALIKE = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a text that is translated later
    return message


class Mrkdwn(str):
    """Text that is Slack's mrkdwn already, and safe."""

    __slots__ = ()


def escape(text: object) -> Mrkdwn:
    """Somebody's text as it is, for mrkdwn: it pings nobody, links nowhere and sets no style.

    Slack asks for `&`, `<` and `>`; a mark of style at the edge of a word gives way to its look-alike.
    """
    if isinstance(text, Mrkdwn):
        return text
    plain = str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Mrkdwn(_STYLE_MARK.sub(lambda mark: _LOOK_ALIKE[mark[0]], plain))


def code(text: str) -> Mrkdwn:
    """A name or a record as it is, to the letter, in a sentence: so that it can be copied from there.

    In code only a backtick sets a style, and has to give way to its look-alike; no DNS name or record needs one.
    """
    plain = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Mrkdwn("`" + plain.replace("`", _LOOK_ALIKE["`"]) + "`")


def mention(user_id: str) -> Mrkdwn:
    return Mrkdwn(f"<@{user_id}>")


def link(url: str, text: str) -> Mrkdwn:
    """A link; both parts are escaped."""
    target = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return Mrkdwn(f"<{target}|{escape(text)}>")


def mail_link(address: str) -> Mrkdwn:
    """A link to write to somebody. A `?` in their address would begin fields of the letter, such as more recipients."""
    return link(f"mailto:{quote(address, safe='@+')}", address)


def each_readers_moment(reader: "Reader", moment: datetime) -> Mrkdwn:
    """A moment in a message that many read: Slack shows it in each one's own time zone and language."""
    return Mrkdwn(f"<!date^{int(moment.timestamp())}^{{date_short}} {{time}}|{escape(reader.moment(moment))}>")


def how_long_ago(moment: datetime, fallback: str) -> Mrkdwn:
    """How long ago a moment is, in a message that stands for days: Slack counts it whenever somebody reads.

    Args:
        fallback: what is shown where Slack cannot count.
    """
    return Mrkdwn(f"<!date^{int(moment.timestamp())}^{{ago}}|{escape(fallback)}>")


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language, read from its text form, so that there is no compiled copy to forget."""
    file = LOCALES / language / "LC_MESSAGES" / "messages.po"
    if not file.exists():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(FORMATS[language])


# The same few days and numbers stand on most pages, and Babel takes its time over each.
@lru_cache(maxsize=4096)
def _number(language: str, value: int | Decimal) -> str:
    return str(numbers.format_decimal(value, locale=_locale(language)))


@lru_cache(maxsize=4096)
def _date(language: str, day: date, form: Literal["medium", "long", "full"]) -> str:
    text = str(dates.format_date(day, format=form, locale=_locale(language)))
    # Of a month's days French has an ordinal for the first alone, which CLDR does not know.
    return text.replace("1 ", "1er ", 1) if language == "fr" and day.day == 1 else text


@dataclass(frozen=True)
class Reader:
    """Turns messages, dates and money into what this person reads.

    Args:
        language: `en`, `fr` or `de`.
        time_zone: an IANA name.
    """

    language: str = "en"
    time_zone: str = "UTC"

    @property
    def locale(self) -> Locale:
        return _locale(self.language)

    def text(self, message: str, **facts: object) -> str:
        """The message in the reader's language, with the facts in their places, as plain text."""
        return translations(self.language).gettext(message).format(**facts)

    def mrkdwn(self, message: str, **facts: object) -> Mrkdwn:
        """The message as mrkdwn: what the message itself marks stays, what the facts contain is escaped."""
        safe = {name: escape(fact) for name, fact in facts.items()}
        return Mrkdwn(translations(self.language).gettext(message).format(**safe))

    def count(self, singular: str, plural: str, number: int, **facts: object) -> str:
        """The right form for a number, which the message calls {number}, as plain text."""
        form = translations(self.language).ngettext(singular, plural, number)
        return form.format(number=self.number(number), **facts)

    def number(self, value: int | Decimal) -> str:
        return _number(self.language, value)

    def percent(self, value: Decimal) -> str:
        """A percentage given as such: 12.5 for 12.5 %."""
        return str(numbers.format_percent(value / 100, locale=self.locale, decimal_quantization=False))

    def money(self, minor_units: int, currency: str) -> str:
        """An amount given in minor units, such as cents."""
        digits = numbers.get_currency_precision(currency)
        return str(numbers.format_currency(Decimal(minor_units).scaleb(-digits), currency, locale=self.locale))

    def day(self, day: date) -> str:
        return self._date(day, "long")

    def short_day(self, day: date) -> str:
        return self._date(day, "medium")

    def weekday(self, moment: datetime) -> str:
        """The day of a moment, with its weekday, in the reader's time zone."""
        local = moment.astimezone(ZoneInfo(self.time_zone))
        return self._date(local.date(), "full")

    def _date(self, day: date, form: Literal["medium", "long", "full"]) -> str:
        return _date(self.language, day, form)

    def moment(self, moment: datetime) -> str:
        """A moment in the reader's time zone, to the minute."""
        local = moment.astimezone(ZoneInfo(self.time_zone))
        together = str(dates.get_datetime_format("medium", locale=self.locale))
        return together.format(dates.format_time(local, "short", locale=self.locale), self.short_day(local.date()))

    def distance(self, moment: datetime, now: datetime) -> str:
        """How far a moment is: "in 2 days", "3 hours ago". Days are counted as on a calendar."""
        delta, unit = moment - now, "hour"
        if abs(delta) >= timedelta(days=1):
            zone = ZoneInfo(self.time_zone)
            days = moment.astimezone(zone).date() - now.astimezone(zone).date()
            delta, unit = days, "day"
        return self._span(delta, unit, add_direction=True)

    def duration(self, length: timedelta) -> str:
        """A length of time in days; in hours when it is shorter than two days, in minutes below an hour."""
        if length < timedelta(hours=1):
            return self._span(length, "minute")
        return self._span(length, "day" if length >= timedelta(days=2) else "hour")

    def _span(self, length: timedelta, unit: Any, add_direction: bool = False) -> str:
        text = dates.format_timedelta(
            length, granularity=unit, threshold=math.inf, add_direction=add_direction, locale=self.locale
        )
        return str(text)

    def period(self, first: date, last: date) -> str:
        """A whole month, quarter or year, from its first to its last day."""
        months = last.month - first.month + 1
        skeleton = {1: "yMMMM", 3: "yQQQ", 12: "y"}[months]
        return str(dates.format_skeleton(skeleton, first, locale=self.locale))

    def one_of(self, texts: Sequence[str]) -> str:
        """Some texts of which one is enough: "a, b or c"."""
        return str(lists.format_list(texts, style="or", locale=self.locale))

    def country(self, code: str) -> str:
        return str(self.locale.territories.get(code, code))
