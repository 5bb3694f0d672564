"""Links in letters, for people who are not in Slack: nobody else can make one, and each is about one thing.

A link is an encrypted, signed token (Fernet: AES-128-CBC and HMAC-SHA256, with the moment at which it was made) behind
the desk's public address. What it allows is looked up in the database when it is followed; how long it is good for is
decided there too.
"""

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Kind = Literal["mapping", "leaving"]
PATH = "/consent"
LONGEST_TOKEN = 400


@dataclass(frozen=True)
class Link:
    """What a link is about.

    Args:
        number: of the request, or of the customer.
        made_at: to the second.
    """

    kind: Kind
    number: int
    made_at: datetime


@dataclass(frozen=True)
class Links:
    """Makes links, and reads those that it has made.

    Args:
        public_url: where the desk is reached from outside, without a slash at the end.
        lock: signs and encrypts.
    """

    public_url: str
    lock: Fernet

    def address(self, link: Link) -> str:
        return f"{self.public_url}{PATH}/{self.token(link)}"

    def token(self, link: Link) -> str:
        said = json.dumps([link.kind, link.number]).encode()
        return self.lock.encrypt_at_time(said, int(link.made_at.timestamp())).decode("ascii").rstrip("=")

    def read(self, token: str) -> Link | None:
        """None for a token that this desk has not made, or that was changed in whatever way."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            return None
        padded = (token + "=" * (-len(token) % 4)).encode()
        try:
            said = self.lock.decrypt(padded)
            # What is decoded leniently has more than one spelling; ours is the only one.
            if base64.urlsafe_b64encode(base64.urlsafe_b64decode(padded)) != padded:
                return None
            made_at = datetime.fromtimestamp(self.lock.extract_timestamp(padded), UTC)
            about = json.loads(said)
        except (InvalidToken, ValueError):
            return None
        match about:
            case ["mapping" | "leaving" as kind, int(number)]:
                return Link(kind, number, made_at)
        return None


def links_from(secret: str, public_url: str) -> Links:
    """The links of a desk.

    Args:
        secret: the same one in all of its processes; with another one, links that were made before are good no more.
    """
    derived = HKDF(SHA256(), length=32, salt=None, info=b"partner desk: links in letters").derive(secret.encode())
    return Links(public_url.rstrip("/"), Fernet(base64.urlsafe_b64encode(derived)))


def links_for_nobody() -> Links:
    """Where no letter leaves: links that no other process can read."""
    return links_from(secrets.token_urlsafe(32), "http://127.0.0.1")
