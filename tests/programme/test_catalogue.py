"""The programme's terms: what is shipped will do, and a slip in them is said where it is."""

from pathlib import Path

import pytest

from programme.catalogue import DEFAULT_FILE, BadCatalogue, Catalogue, load_catalogue
from programme.refusals import Refused

SHIPPED = DEFAULT_FILE.read_text(encoding="utf-8")

# What is written, what is written instead, and what is said of it.
SLIPS = [
    ('currency = "EUR"', 'currency = "EURO"', "currency: there is no currency 'EURO'"),
    ('currency = "EUR"', 'currency = "ZZZ"', "currency: there is no currency 'ZZZ'"),
    ('currency = "EUR"', "", "currency: Field required"),
    ('support_address = "partners@nordlicht.example"', 'support_address = "partners"', "support_address: "),
    ('vendor = "Nordlicht"', 'vendor = " "', "programme.vendor: "),
    ('vendor = "Nordlicht"', "", "programme.vendor: Field required"),
    ('review_language = "en"', 'review_language = "es"', "programme.review_language: Input should be 'en'"),
    ('"Europe/Berlin"', '"Europe/Koeln"', "programme.review_time_zone: there is no time zone 'Europe/Koeln'"),
    ('"Europe/Berlin"', '"Europe"', "programme.review_time_zone: there is no time zone 'Europe'"),
    ('portal = "https://', 'portal = "javascript://', "links.portal: "),
    ("organisations/{domain}", "organisations/{host}", "links.admin_console: {domain} must stand in it"),
    ("organisations/{domain}", "organisations/{domain", "links.admin_console: "),
    ("organisations/{domain}", "organisations", "links.admin_console: {domain} must stand in it"),
    ('terms_version = "2026-07"', f'terms_version = "{"7" * 41}"', "application.terms_version: "),
    ("answer_days = 7", "answer_days = 0", "application.answer_days: "),
    ('fr = "Finance"', 'es = "Finanzas"', "expertise.2.name: there is no name in fr"),
    ('fr = "Finance"', 'fr = ""', "expertise.2.name: there is no name in fr"),
    ('id = "crm"', 'id = "workplace"', "expertise: there is more than one with the id workplace"),
    ('id = "crm"', 'id = "Customer Relations"', "expertise.1.id: "),
    ('id = "professional"', 'id = "standard"', "plan: there is more than one with the id standard"),
    ('id = "professional"', f'id = "{"p" * 41}"', "plan.1.id: "),
    ("monthly = 600", "monthly = -600", "plan.1.monthly: "),
    ("monthly = 600", "monthly = 6.5", "plan.1.monthly: "),
    ("monthly = 600", "montly = 600", "plan.1.montly: Extra inputs are not permitted"),
    ("longest_days = 60", "longest_days = 14", "trial: longest_days (14) is shorter than the trial itself (15 days)"),
    ("extension_days = 15", "extension_days = 0", "trial.extension_days: "),
    ("trial = [7, 3, 1, 0]", "trial = [7, -3]", "alerts.trial.1: "),
    ("trial = [7, 3, 1, 0]", "trial = 7", "alerts.trial: "),
    ("={token}.verify", "={tocken}.verify", "verification.txt_value: {token} must stand in it"),
    ("={token}.verify", "={token}{0}.verify", "verification.txt_value: {token} must stand in it"),
    ('cname_host = "{token}"', 'cname_host = "_proof"', "verification.cname_host: {token} must stand in it"),
    ("claim_after_days = 30", "claim_after_days = 0", "verification.claim_after_days: "),
    ('cname_target = "verify.', 'cname_target = "https://verify/', "verification.cname_target: "),
    ('host = "mx.nordlicht', 'host = "10 mx.nordlicht', "data_centre.0.mail.mx.0.host: '10 mx.nordlicht.example' is"),
    ('host = "mx2.nordlicht', 'host = "mx.nordlicht', "data_centre.0.mail: a mail server stands more than once in mx"),
    ("priority = 50", "priority = 70000", "data_centre.0.mail.mx.2.priority: "),
    ('spf = "spf.', 'spf = "v=spf1 include:spf.', "data_centre.0.mail.spf: "),
    ('dkim_selector = "nordlicht"', 'dkim_selector = "nordlicht._domainkey"', "data_centre.0.mail.dkim_selector: "),
    ('dkim_target = "dkim', 'dkim_target = "{customer}.dkim', "data_centre.0.mail.dkim_target: "),
    ("p=quarantine", "p=maybe", "data_centre.0.mail.dmarc: a DMARC record begins with v=DMARC1 and has a policy"),
    ("v=DMARC1; p=", "p=", "data_centre.0.mail.dmarc: a DMARC record begins with v=DMARC1 and has a policy"),
    ('service = "Mail"', 'service = "Post"', "no plan has the service 'Post'"),
    ("to_address = 10", "to_address = 0", "verification.letters.to_address: "),
    ("for_partner = 50", "", "verification.letters.for_partner: Field required"),
    ("[trial]\n", "[trials]\n", "trial: Field required"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "instead", "said"), SLIPS)
def test_a_slip_is_said_where_it_is(tmp_path: Path, written: str, instead: str, said: str) -> None:
    assert written in SHIPPED
    file = tmp_path / "catalogue.toml"
    file.write_text(SHIPPED.replace(written, instead, 1), encoding="utf-8")
    with pytest.raises(BadCatalogue) as bad:
        load_catalogue(file)
    lines = str(bad.value).splitlines()
    assert any(line.startswith(f"{file}: {said}") for line in lines), lines


def test_all_slips_are_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.toml"
    file.write_text(SHIPPED.replace('"EUR"', '"EURO"').replace("answer_days = 7", "answer_days = 0"), encoding="utf-8")
    with pytest.raises(BadCatalogue) as bad:
        load_catalogue(file)
    assert len(str(bad.value).splitlines()) == 2


@pytest.mark.parametrize("content", [b"currency = ", b"\xff\xfe", b""])
def test_what_is_no_catalogue_at_all(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "catalogue.toml"
    file.write_bytes(content)
    with pytest.raises(BadCatalogue, match=r"catalogue\.toml: "):
        load_catalogue(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match="No such file"):
        load_catalogue(tmp_path / "nowhere.toml")


@pytest.fixture
def shipped() -> Catalogue:
    return load_catalogue()


class TestWhatIsShipped:
    def test_has_the_trial_of_the_vendor(self, shipped: Catalogue) -> None:
        trial = shipped.trial
        assert (trial.days, trial.extension_days, trial.longest_days) == (15, 15, 60)

    def test_answers_within_a_week(self, shipped: Catalogue) -> None:
        assert shipped.application.answer_days == 7

    def test_has_a_console_for_workplace_partners_only(self, shipped: Catalogue) -> None:
        consoles = [expertise.id for expertise in shipped.expertise if expertise.console]
        assert consoles == ["workplace"]
        assert [shipped.has_console(expertise) for expertise in ("workplace", "crm", "unheard-of")] == [
            True,
            False,
            False,
        ]

    def test_finds_plans_by_their_ids(self, shipped: Catalogue) -> None:
        assert shipped.plan_of("professional").name == "Workplace Professional"
        with pytest.raises(Refused, match="unknown_plan"):
            shipped.plan_of("gold")

    def test_prices_by_licence_and_term(self, shipped: Catalogue) -> None:
        plan = shipped.plan_of("standard")
        assert (plan.price(12, "monthly"), plan.price(12, "yearly")) == (3_600, 36_000)

    def test_cannot_be_changed_by_those_who_read_it(self, shipped: Catalogue) -> None:
        with pytest.raises(ValueError, match="frozen"):
            shipped.trial.days = 30
