"""The key that receivers check signatures with: the DKIM record (RFC 6376, section 3.6.1)."""

import base64
import binascii
import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from programme.dns import Answer, Result
from programme.mail_check import Check, Line, Lookups, Remark, State, judged, unanswered
from programme.mail_dmarc import read_tags
from programme.mail_terms import MailRecords

PART = "dkim"
# RFC 8301: shorter RSA keys are not accepted, and signers should use this many bits.
FEWEST_BITS, ENOUGH_BITS = 1024, 2048
LONGEST_KEY = 4096  # characters of base64; an RSA key of 16,384 bits has fewer
_TAG = re.compile(r"(^|;)\s*p\s*=", re.IGNORECASE)


async def check_dkim(lookups: Lookups, domain: str, records: MailRecords) -> Check:
    """Whether the vendor's signatures can be checked by the key at its selector."""
    name = f"{records.dkim_selector}._domainkey.{domain}"
    target = records.dkim_target.replace("{domain}", domain) if records.dkim_target else None
    expected = [f"CNAME {target}"] if target else []
    paste = [Line(name, "CNAME", target)] if target else []
    answer = await lookups.look(name, "TXT")
    if check := unanswered(PART, answer, expected, paste):
        return check
    found = [*(f"CNAME {alias}" for alias in answer.aliases[:1]), *answer.values]
    if target and target in answer.aliases:
        return judged(PART, judge_ours(answer), expected, found, [])
    remarks = judge_dkim(answer)
    if target and all(remark.state is not State.WRONG for remark in remarks):
        remarks += await _whose_key(lookups, answer, target)
    there = [Line(name, "CNAME", alias) for alias in answer.aliases[:1]]
    removed = there or [Line(name, "TXT", value) for value in answer.values]
    return judged(PART, remarks, expected, found, paste, removed if paste else ())


def judge_ours(answer: Answer) -> list[Remark]:
    """What is to be said where the name points to the vendor: nothing there is the customer's to mend."""
    is_usable = all(remark.state in (State.GOOD, State.DOUBTFUL) for remark in judge_dkim(answer))
    return [] if is_usable else [Remark("key_not_ready", State.DOUBTFUL)]


async def _whose_key(lookups: Lookups, answer: Answer, target: str) -> list[Remark]:
    """A key that is published as such, and not by pointing to the vendor, may be the vendor's all the same."""
    if answer.result is not Result.FOUND:
        return []
    ours = await lookups.look(target, "TXT")
    keys = [{_key_of(value) for value in one.values if is_key(value)} for one in (answer, ours)]
    if not keys[1]:
        return [Remark("own_key", State.DOUBTFUL, {"target": target})]
    return [] if keys[0] <= keys[1] else [Remark("other_key", State.WRONG, {"target": target})]


def is_key(text: str) -> bool:
    """Whether a text is meant to be a DKIM key; a wildcard answers with any other text."""
    return text.strip().startswith("v=DKIM1") or (_TAG.search(text) is not None and "v=" not in text[:2])


def judge_dkim(answer: Answer) -> list[Remark]:
    """What is to be said of the answer at the selector's name."""
    keys = [value for value in answer.values if is_key(value)]
    if not keys and answer.aliases:
        return [Remark("points_elsewhere", State.WRONG, {"host": answer.aliases[-1]})]
    if not keys:
        return [Remark("not_a_key", State.WRONG) if answer.values else Remark("no_key", State.MISSING)]
    if len(keys) > 1:
        return [Remark("several_keys", State.WRONG, {"number": len(keys)})]
    return judge_key(keys[0])


def judge_key(text: str) -> list[Remark]:
    """What is to be said of one DKIM record."""
    tags = read_tags(text)
    key = _key_of(text)
    if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        return [Remark("unreadable_key", State.WRONG)]
    if not key:
        return [Remark("revoked", State.WRONG)]
    services = re.split(r"\s*:\s*", tags.get("s", "*"))
    hashes = re.split(r"\s*:\s*", tags.get("h", "sha256"))
    if not {"*", "email"} & set(services) or "sha256" not in hashes:
        return [Remark("not_for_mail", State.WRONG)]
    remarks = _judge_bits(tags.get("k", "rsa").lower(), key)
    if "y" in re.split(r"\s*:\s*", tags.get("t", "")):
        remarks.append(Remark("testing", State.DOUBTFUL))
    return remarks


def _judge_bits(kind: str, key: str) -> list[Remark]:
    bits = key_bits(kind, key)
    if bits is None:
        return [Remark("unreadable_key", State.WRONG)]
    if kind == "rsa" and bits < FEWEST_BITS:
        return [Remark("key_too_short", State.WRONG, {"bits": bits, "least": FEWEST_BITS})]
    if kind == "rsa" and bits < ENOUGH_BITS:
        return [Remark("key_short", State.DOUBTFUL, {"bits": bits, "enough": ENOUGH_BITS})]
    return []


def key_bits(kind: str, key: str) -> int | None:
    """The length of a public key, `rsa` or `ed25519`, in base64; None when it cannot be read."""
    if len(key) > LONGEST_KEY:
        return None
    try:
        raw = base64.b64decode(key, validate=True)
        if kind == "ed25519":
            Ed25519PublicKey.from_public_bytes(raw)
            return len(raw) * 8
        public = load_der_public_key(raw)
    except (binascii.Error, ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return public.key_size if kind == "rsa" and isinstance(public, RSAPublicKey) else None


def _key_of(text: str) -> str:
    """The key without the blanks that may stand in it."""
    return re.sub(r"\s", "", read_tags(text).get("p", ""))
