"""Domains for the checks of mail: one in order, and one for every mistake."""

import base64

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from programme.mail_check import State

GOOD, DOUBTFUL, WRONG, MISSING, NO_ANSWER = State.GOOD, State.DOUBTFUL, State.WRONG, State.MISSING, State.NO_ANSWER
Record = tuple[str, str, str]


def rsa(bits: int) -> str:
    """An RSA public key of a length, as a DKIM record has it; nobody has the private one."""
    numbers = RSAPublicNumbers(65_537, (1 << (bits - 1)) + 15)
    der = numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


KEY = f"v=DKIM1; k=rsa; p={rsa(2048)}"
ED25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
INCLUDE = "include:spf.nordlicht.example"
VENDOR = [
    ("spf.nordlicht.example", "TXT", "v=spf1 ip4:192.0.2.0/24 ~all"),
    ("dkim.nordlicht.example", "TXT", KEY),
]
SERVERS = ("10 mx.nordlicht.example", "20 mx2.nordlicht.example", "50 mx3.nordlicht.example")


def mx(*servers: str) -> list[Record]:
    return [("", "MX", server) for server in servers]


def spf(*texts: str) -> list[Record]:
    return [("", "TXT", text) for text in texts]


def dkim(*texts: str) -> list[Record]:
    return [("nordlicht._domainkey", "TXT", text) for text in texts]


def dmarc(*texts: str) -> list[Record]:
    return [("_dmarc", "TXT", text) for text in texts]


IN_ORDER = {
    "mx": mx(*SERVERS),
    "spf": spf(f"v=spf1 {INCLUDE} ~all", "another text"),
    "dkim": [("nordlicht._domainkey", "CNAME", "dkim.nordlicht.example")],
    "dmarc": dmarc("v=DMARC1; p=quarantine"),
}
KEYLESS = [("nordlicht._domainkey", "CNAME", "nokey.other.example")]
VOIDS = "a:v1.other.example a:v2.other.example mx:v3.other.example"
TEN = " ".join(f"include:i{number}.many.example" for number in range(9))

# part → name → the records instead of those in order, the state that they come to, and what is noticed.
MISTAKES: dict[str, dict[str, tuple[list[Record], State, set[str]]]] = {
    "mx": {
        "none": ([], MISSING, {"no_mx"}),
        "elsewhere": (mx("10 mail.other.example"), WRONG, {"none_of_ours", "stranger"}),
        "leftover": (mx(*SERVERS, "1 aspmx.l.google.com"), WRONG, {"old_provider"}),
        "incomplete": (mx(*SERVERS[:2]), DOUBTFUL, {"some_missing"}),
        "appended": (mx(*SERVERS, "10 mx.nordlicht.example.mx-appended.example"), WRONG, {"mx_appended"}),
        "other-centre": (mx(*SERVERS, "5 mx.us.nordlicht.example"), WRONG, {"other_centre"}),
        "disorder": (mx("50 mx.nordlicht.example", *SERVERS[1:]), DOUBTFUL, {"other_order"}),
        "numbers": (
            mx("1 mx.nordlicht.example", "2 mx2.nordlicht.example", "3 mx3.nordlicht.example"),
            GOOD,
            {"other_priorities"},
        ),
    },
    "spf": {
        "none": (spf("another text"), MISSING, {"no_spf"}),
        "several": (spf(f"v=spf1 {INCLUDE} ~all", "v=spf1 a -all"), WRONG, {"several_spf"}),
        "quoted": (spf(f'"v=spf1 {INCLUDE} ~all"'), WRONG, {"unreadable_spf"}),
        "foreign": (spf("v=spf1 ip4:192.0.2.1 -all"), WRONG, {"not_included"}),
        "after-all": (spf(f"v=spf1 -all {INCLUDE}"), WRONG, {"not_included"}),
        "refused": (spf(f"v=spf1 -{INCLUDE} ~all"), WRONG, {"refuses_us"}),
        "bad-term": (spf(f"v=spf1 {INCLUDE} ipv4:192.0.2.1 ~all"), WRONG, {"bad_term"}),
        "anybody": (spf(f"v=spf1 {INCLUDE} +all"), DOUBTFUL, {"anybody"}),
        "neutral": (spf(f"v=spf1 {INCLUDE} ?all"), DOUBTFUL, {"no_opinion"}),
        "endless": (spf(f"v=spf1 {INCLUDE}"), DOUBTFUL, {"no_end"}),
        "circle": (spf(f"v=spf1 {INCLUDE} include:spf-circle.example ~all"), WRONG, {"circle"}),
        "ten": (spf(f"v=spf1 {INCLUDE} {TEN} ~all"), GOOD, set()),
        "eleven": (spf(f"v=spf1 {INCLUDE} {TEN} mx ~all"), WRONG, {"too_many_lookups"}),
        "below-eleven": (spf(f"v=spf1 {INCLUDE} include:all.many.example mx ~all"), WRONG, {"too_many_lookups"}),
        "no-target": (spf(f"v=spf1 {INCLUDE} include:nothing.other.example ~all"), WRONG, {"include_empty"}),
        "two-targets": (spf(f"v=spf1 {INCLUDE} include:two.other.example ~all"), WRONG, {"include_several"}),
        "bad-target": (spf(f"v=spf1 {INCLUDE} include:bad.other.example ~all"), WRONG, {"include_unreadable"}),
        "no-server": (spf(f"v=spf1 {INCLUDE} include:failing.example ~all"), DOUBTFUL, {"include_silent"}),
        "voids": (spf(f"v=spf1 {INCLUDE} {VOIDS} ~all"), DOUBTFUL, {"leads_nowhere"}),
        "voids-below": (spf(f"v=spf1 {INCLUDE} include:voids.other.example ~all"), DOUBTFUL, {"voids_below"}),
        "below": (spf(f"v=spf1 {INCLUDE} include:lost.other.example ~all"), WRONG, {"broken_below"}),
        "loose": (spf("v=spf1 redirect=loose.other.example"), DOUBTFUL, {"loose_redirect"}),
        "redirected": (spf("v=spf1 redirect=spf.nordlicht.example"), GOOD, set()),
        "nested": (spf("v=spf1 include:ours.other.example ~all"), GOOD, set()),
        "split": (spf(f"v=spf1 {INCLUDE} {' '.join(f'ip4:192.0.2.{n}' for n in range(40))} ~all"), GOOD, set()),
        "over-tcp": (spf(f"v=spf1 {INCLUDE} ~all", *(f"{n}" * 250 for n in range(9))), GOOD, set()),
        "macros": (spf(f"v=spf1 {INCLUDE} exists:%{{i}}._spf.%{{d}} ~all"), GOOD, set()),
    },
    "dkim": {
        "none": ([], MISSING, {"no_key"}),
        "own-copy": (dkim(KEY), GOOD, set()),
        "other-key": (dkim(ED25519), WRONG, {"other_key"}),
        "elsewhere": (KEYLESS, WRONG, {"points_elsewhere"}),
        "chain": ([("nordlicht._domainkey", "CNAME", "chain.other.example")], GOOD, set()),
        "revoked": (dkim("v=DKIM1; p="), WRONG, {"revoked"}),
        "cut": (dkim(KEY[:200]), WRONG, {"unreadable_key"}),
        "several": (dkim(KEY, ED25519), WRONG, {"several_keys"}),
        "too-short": (dkim(f"v=DKIM1; p={rsa(768)}"), WRONG, {"key_too_short"}),
        "short": (dkim(f"k=rsa; p={rsa(1024)}"), WRONG, {"key_short", "other_key"}),
        "testing": (dkim(KEY + "; t=y:s"), DOUBTFUL, {"testing"}),
        "not-for-mail": (dkim(KEY + "; s=tlsrpt"), WRONG, {"not_for_mail"}),
        "other-text": (dkim("v=spf1 -all"), WRONG, {"not_a_key"}),
    },
    "dmarc": {
        "none": ([], MISSING, {"no_dmarc"}),
        "several": (dmarc("v=DMARC1; p=none", "v=DMARC1; p=reject"), WRONG, {"several_dmarc"}),
        "no-policy": (dmarc("v=DMARC1; rua=mailto:a@other.example"), WRONG, {"bad_policy"}),
        "bad-policy": (dmarc("v=DMARC1; p=deny"), WRONG, {"bad_policy"}),
        "watching": (dmarc("v=DMARC1;p=none"), GOOD, {"only_watches"}),
        "rejecting": (dmarc("v=DMARC1; p=REJECT; pct=100"), GOOD, set()),
        "partly": (dmarc("v=DMARC1; p=reject; pct=20"), GOOD, {"some_percent"}),
        "other-text": (dmarc("v=spf1 -all"), MISSING, {"other_text"}),
    },
}  # fmt: skip


def zone(domain: str, records: list[Record]) -> list[Record]:
    return [(f"{host}.{domain}" if host else domain, kind, value) for host, kind, value in records]


def with_mistake(part: str, records: list[Record]) -> list[Record]:
    parts = IN_ORDER | {part: records}
    return [record for records in parts.values() for record in records]


EVERYTHING = [record for records in IN_ORDER.values() for record in records]
OTHERS = [
    ("two.other.example", "TXT", "v=spf1 -all"),
    ("two.other.example", "TXT", "v=spf1 ~all"),
    ("bad.other.example", "TXT", "v=spf1 foo:bar -all"),
    ("ours.other.example", "TXT", f"v=spf1 {INCLUDE} -all"),
    ("voids.other.example", "TXT", f"v=spf1 {VOIDS} -all"),
    ("lost.other.example", "TXT", "v=spf1 include:nothing.other.example -all"),
    ("loose.other.example", "TXT", f"v=spf1 {INCLUDE} ?all"),
    ("chain.other.example", "CNAME", "dkim.nordlicht.example"),
    ("nokey.other.example", "TXT", "hello"),
]
MANY = [
    *((f"i{number}.many.example", "TXT", "v=spf1 ip4:192.0.2.1 -all") for number in range(9)),
    ("all.many.example", "TXT", f"v=spf1 {TEN} -all"),
]
ZONES: dict[str, list[Record]] = {
    "nordlicht.example": VENDOR,
    "other.example": OTHERS,
    "many.example": MANY,
    "failing.example": [],
    "good.example": zone("good.example", EVERYTHING),
    "xn--mller-kva.example": zone("xn--mller-kva.example", EVERYTHING),
    "below.example": [
        *zone("mail.below.example", EVERYTHING[:-1]),
        *zone("below.example", dmarc("v=DMARC1; p=none; sp=reject")),
    ],
    "star.example": [("*.star.example", "TXT", "v=spf1 -all"), ("*.star.example", "MX", "10 mail.other.example")],
    "bare.example": [("www.bare.example", "A", "192.0.2.7")],
    **{
        f"{part}-{name}.example": zone(f"{part}-{name}.example", with_mistake(part, records))
        for part, mistakes in MISTAKES.items()
        for name, (records, _, _) in mistakes.items()
    },
}  # fmt: skip
