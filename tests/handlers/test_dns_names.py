"""DNS names in sentences can be copied from there, whatever is in them."""

import json

import pytest

from handlers.reader import Reader, code
from handlers.verify import found_blocks
from programme.verification import Finding, Outcome, Record
from storage.models import Customer
from tests.programme.house import CATALOGUE
from tests.storage.rows import row


def test_nothing_that_stands_in_the_dns_gets_out_of_its_code() -> None:
    assert code("x`<!channel>\n&") == "`xˋ&lt;!channel&gt;\\x0a&amp;`"


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_what_name_servers_said_of_a_proof(language: str) -> None:
    customer = row(Customer, domain="dupont.example")
    record = Record("TXT", "_shop_.other.example", "x")
    findings = [
        Finding(Outcome.WRONG_NAME, found=(record,)),
        Finding(Outcome.ALIAS_LOOP, found=(record,)),
        Finding(Outcome.NOTHING_FOUND, servers=("_ns1_.other.example", "ns2.other.example")),
    ]
    for finding in findings:
        blocks = found_blocks(Reader(language), CATALOGUE, customer, finding)
        told = json.dumps([block.to_dict() for block in blocks], ensure_ascii=False)
        assert "`_ns1_.other.example`, `ns2" in told or "`_shop_.other.example`" in told, finding
        assert "ˍ" not in told
