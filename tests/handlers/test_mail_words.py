"""What the checks of a domain's mail say: a name or a record in a sentence can be copied from there."""

import re
from pathlib import Path

import pytest

import programme
from handlers.mail_words import _WORDS, sentence
from handlers.reader import Reader
from programme.mail_check import Check, Remark, State

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
