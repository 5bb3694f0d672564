"""What the checks of a domain's mail say: a name or a record in a sentence can be copied from there."""

import json
import re
from pathlib import Path
from unittest.mock import Mock

import pytest

import programme
from handlers import blocks as b
from handlers.alerts import draw
from handlers.mail_words import _WORDS, broken_mail, sentence
from handlers.reader import Reader
from programme.alerts import DueAlert
from programme.mail_check import Check, Remark, State
from storage.models import Alert, Customer, Partner
from tests.programme.house import CATALOGUE
from tests.storage.rows import NOW, row

TEXTS = {
    "name": ["_dmarc.dupont.example"], "host": ["_mail_.dupont.example"], "hosts": ["_a.example", "b_.example"],
    "term": ["include:_spf.*.example"], "behind": ["redirect=_b~.example"], "include": ["_spf.nordlicht.example"],
    "target": ["_key.nordlicht.example"], "domain": ["_dupont.example"], "policy": ["*none*"],
}  # fmt: skip
FACTS: dict[str, object] = {
    **{name: texts if name == "hosts" else texts[0] for name, texts in TEXTS.items()},
    **dict.fromkeys(("number", "most", "bits", "least", "enough"), 3),
    "provider": "Google *Workspace*",
    "percent": "20",
}


def test_every_remark_has_a_sentence() -> None:
    folder = Path(programme.__file__).parent
    modules = [*folder.glob("mail_*.py"), folder / "spf_walk.py"]
    texts = "".join(module.read_text() for module in modules)
    words = set(re.findall(r'Remark\(\s*"(\w+)"', texts))
    assert words <= _WORDS.keys()
    assert all(f'"{word}"' in texts for word in _WORDS)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_names_and_records_are_told_to_the_letter(language: str) -> None:
    for word, message in _WORDS.items():
        told = sentence(Reader(language), Check("spf"), Remark(word, State.WRONG, FACTS))
        for name in set(re.findall(r"{(\w+)}", message)) & TEXTS.keys():
            assert all(f"`{text}`" in told for text in TEXTS[name]), (word, name)
        assert ("Google ∗Workspace∗" in told) == ("{provider}" in message)


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [("en", "SPF (who may send) broke too", "SPF (who may send), DKIM (the signature on mail) broke too"),
     ("fr", "SPF (qui peut envoyer) ne fonctionne plus non plus",
      "SPF (qui peut envoyer), DKIM (la signature des e-mails) ne fonctionnent plus non plus"),
     ("de", "SPF (wer senden darf) funktioniert auch nicht mehr",
      "SPF (wer senden darf), DKIM (die Signatur der E-Mails) funktionieren auch nicht mehr")],
)  # fmt: skip
def test_one_part_that_broke_is_one(language: str, one: str, two: str) -> None:
    for broken, told in (("mx spf", one), ("mx spf dkim", two)):
        assert broken_mail(Reader(language), row(Customer, broken_mail=broken)).endswith(told)


@pytest.mark.parametrize(("broken", "is_late"), [("mx", True), ("spf", False)])
def test_an_alert_of_broken_mail_leads_to_its_records(broken: str, is_late: bool) -> None:
    """Mail that does not arrive any more is not told that it may stop arriving."""
    customer = row(Customer, verified_at=NOW, broken_on=NOW.date(), broken_part="mail", broken_mail=broken)
    alert = row(Alert, kind="broken", due_on=NOW.date(), days_before=0, planned_on=NOW.date())
    schedule = {"alert_hour": 8, "alert_days": "", "skips_weekends": False, "quiet_days": ""}
    post = draw(Mock(catalogue=CATALOGUE), [DueAlert(alert, customer, row(Partner, **schedule), NOW.date())])
    drawn = json.dumps(b.drawn(post.blocks))
    assert "services.open" in drawn
    assert ("put the records right" in drawn) == is_late
    assert ("may stop arriving" in drawn) != is_late
