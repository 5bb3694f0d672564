// Times as the person acting reads them: their time zone, and in content their language.

import { now, store } from "./store.js";

const PAGE_LOCALE = "en-GB";
const DAY_MS = 86_400_000;

function format(date, options, locale = PAGE_LOCALE) {
  return new Intl.DateTimeFormat(locale, { timeZone: store.me.tz || "UTC", ...options }).format(date);
}

/** Hours and minutes beside a message. */
export function clock(date) {
  return format(date, { hour: "2-digit", minute: "2-digit" });
}

export function longDate(date) {
  return format(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

/** Date and time in full, for tooltips and the mailbox. */
export function moment(date) {
  return format(date, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
}

/** Day and time in short, for lists. */
export function shortMoment(date) {
  return format(date, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/** The calendar day in the person's zone, as YYYY-MM-DD. */
export function dayKey(date) {
  return format(date, { year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA");
}

function daysFromToday(date) {
  return Math.round((Date.parse(dayKey(date)) - Date.parse(dayKey(now()))) / DAY_MS);
}

/** "Today", "Yesterday" or the date: what stands between two days of messages. */
export function dayLabel(date) {
  const days = daysFromToday(date);
  if (days === 0) return "Today";
  if (days === -1) return "Yesterday";
  return format(date, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(sameYear(date) ? {} : { year: "numeric" }),
  });
}

function sameYear(date) {
  return dayKey(date).slice(0, 4) === dayKey(now()).slice(0, 4);
}

function near(date, locale, otherwise) {
  const days = daysFromToday(date);
  if (Math.abs(days) > 1) return otherwise;
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
}

function ago(date, locale) {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const minutes = Math.round((date - now()) / 60_000);
  if (Math.abs(minutes) < 60) return words.format(minutes, "minute");
  if (Math.abs(minutes) < 1440) return words.format(Math.round(minutes / 60), "hour");
  return words.format(Math.round(minutes / 1440), "day");
}

const SHORT = { month: "short", day: "numeric", year: "numeric" };
const PLAIN = { month: "long", day: "numeric", year: "numeric" };
const LONG = { weekday: "long", ...PLAIN };

const TOKENS = {
  date_num: (date) => dayKey(date),
  date: (date, locale) => format(date, PLAIN, locale),
  date_short: (date, locale) => format(date, SHORT, locale),
  date_long: (date, locale) => format(date, LONG, locale),
  date_pretty: (date, locale) => near(date, locale, format(date, PLAIN, locale)),
  date_short_pretty: (date, locale) => near(date, locale, format(date, SHORT, locale)),
  date_long_pretty: (date, locale) => near(date, locale, format(date, LONG, locale)),
  date_slash: (date, locale) => format(date, { day: "2-digit", month: "2-digit", year: "numeric" }, locale),
  time: (date, locale) => format(date, { hour: "numeric", minute: "2-digit" }, locale),
  time_secs: (date, locale) => format(date, { hour: "numeric", minute: "2-digit", second: "2-digit" }, locale),
  ago,
};

/** A date as Slack's `<!date^…>` asks for it: `{date_long}`, `{time}` and so on in the person's language. */
export function dateToken(seconds, pattern) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const locale = store.me.locale || "en-US";
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => (TOKENS[name] ? TOKENS[name](date, locale) : whole));
}

/** Seconds since 1970 of a wall-clock time (YYYY-MM-DDTHH:MM) in the person's zone. */
export function toSeconds(wall) {
  const asUtc = Date.parse(`${wall}:00Z`);
  const shift = asUtc - Date.parse(`${toWall(asUtc / 1000)}:00Z`);
  return Math.round((asUtc + shift) / 1000);
}

/** The wall-clock time (YYYY-MM-DDTHH:MM) in the person's zone of seconds since 1970. */
export function toWall(seconds) {
  const date = new Date(seconds * 1000);
  const time = format(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return `${dayKey(date)}T${time}`;
}
