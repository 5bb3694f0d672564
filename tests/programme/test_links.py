"""A link in a letter says what it is about, and nobody else can make one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programme.links import Kind, Link, links_for_nobody, links_from

MADE = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
LINKS = links_from("a secret of the desk", "https://desk.example/")
TOKEN = LINKS.token(Link("mapping", 12, MADE))


@pytest.mark.parametrize("kind", ["mapping", "leaving"])
def test_it_is_read_as_it_was_made(kind: Kind) -> None:
    link = Link(kind, 2**60, MADE)
    address = LINKS.address(link)
    assert address.startswith("https://desk.example/consent/")
    assert LINKS.read(address.rpartition("/")[2]) == link


def test_it_tells_nothing_and_no_two_are_alike() -> None:
    again = LINKS.token(Link("mapping", 12, MADE))
    assert again != TOKEN
    assert again.replace("-", "").replace("_", "").isalnum()
    assert len(LINKS.address(Link("leaving", 2**60, MADE))) < 220


def test_every_process_of_a_desk_reads_it_and_no_other_desk() -> None:
    assert links_from("a secret of the desk", "http://127.0.0.1").read(TOKEN) == Link("mapping", 12, MADE)
    assert links_from("another secret", "https://desk.example").read(TOKEN) is None
    assert links_for_nobody().read(TOKEN) is None
    assert links_for_nobody().read(links_for_nobody().token(Link("mapping", 1, MADE))) is None


@settings(max_examples=300)
@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("ABCZabcz019-_=.+/é \n"))
def test_changed_anywhere_it_is_none_of_ours(place: int, sign: str) -> None:
    changed = TOKEN[:place] + sign + TOKEN[place + 1 :]
    assert (LINKS.read(changed) is not None) == (changed == TOKEN)
    assert LINKS.read(TOKEN[:place]) is None
    assert LINKS.read(TOKEN[:place] + sign + TOKEN[place:]) is None


@settings(max_examples=30)
@given(st.text(max_size=500))
def test_whatever_else_somebody_sends(text: str) -> None:
    assert LINKS.read(text) is None


@pytest.mark.parametrize(
    "said", [b'["mapping", "12"]', b'["owning", 12]', b"[]", b"{}", b"12", b"\xff", b'["mapping"]']
)
def test_nor_what_we_sign_for_other_purposes(said: bytes) -> None:
    assert LINKS.read(LINKS.lock.encrypt(said).decode().rstrip("=")) is None
