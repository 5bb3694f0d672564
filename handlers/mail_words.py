"""What the checks of a domain's mail say, in words that one need not run a DNS to understand."""

from collections.abc import Sequence

from handlers.reader import N_, Mrkdwn, Reader, code
from programme.dns_text import visible
from programme.mail_check import Check, Remark, State
from storage.models import Customer

SIGNS = {
    State.GOOD: ":white_check_mark:",
    State.DOUBTFUL: ":large_yellow_circle:",
    State.WRONG: ":x:",
    State.MISSING: ":heavy_minus_sign:",
    State.NO_ANSWER: ":grey_question:",
}
_STATES = {
    State.GOOD: N_("in order"),
    State.DOUBTFUL: N_("works, but have a look"),
    State.WRONG: N_("wrong"),
    State.MISSING: N_("not there yet"),
    State.NO_ANSWER: N_("no answer"),
}
_TITLES = {
    "mx": N_("{sign} *MX: where mail arrives* – {state}"),
    "spf": N_("{sign} *SPF: who may send mail for the domain* – {state}"),
    "dkim": N_("{sign} *DKIM: the signature on outgoing mail* – {state}"),
    "dmarc": N_("{sign} *DMARC: what becomes of forged mail* – {state}"),
}
_PARTS = {
    "mx": N_("MX (where mail arrives)"),
    "spf": N_("SPF (who may send)"),
    "dkim": N_("DKIM (the signature on mail)"),
    "dmarc": N_("DMARC (what becomes of forged mail)"),
}
# Of the facts, those that are a part of the sentence, and nothing that one copies.
_IN_WORDS = ("provider", "percent")


def title(reader: Reader, check: Check) -> Mrkdwn:
    return reader.mrkdwn(_TITLES[check.part], sign=Mrkdwn(SIGNS[check.state]), state=reader.text(_STATES[check.state]))


def sentence(reader: Reader, check: Check, remark: Remark) -> Mrkdwn:
    """What was noticed, and what to do about it."""
    facts = {name: _fact(name, value) for name, value in remark.facts.items()}
    return reader.mrkdwn(_WORDS[remark.word], **facts)


def _fact(name: str, value: object) -> object:
    """A text as it stands in the DNS, where it is one."""
    if isinstance(value, list):
        return Mrkdwn(", ".join(code(str(one)) for one in value))
    if not isinstance(value, str):
        return value
    return visible(value) if name in _IN_WORDS else code(value)


def all_good(reader: Reader, check: Check) -> Mrkdwn:
    """What a check says that has nothing to remark."""
    return reader.mrkdwn(_GOOD[check.part])


def broken_mail(reader: Reader, customer: Customer) -> str:
    """What of a mail set-up broke, as part of a sentence."""
    parts = (customer.broken_mail or "mx").split()
    others = [reader.text(_PARTS[part]) for part in parts if part != "mx"]
    if "mx" not in parts:
        return reader.text("its mail set-up broke: {parts}", parts=_listed(others))
    if others:
        return reader.count(
            "its mail does not arrive with us any more; {parts} broke too",
            "its mail does not arrive with us any more; {parts} broke too",
            len(others),
            parts=_listed(others),
        )
    return reader.text("its mail does not arrive with us any more")


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts)


_GOOD = {
    "mx": N_("All mail of the domain arrives with us."),
    "spf": N_("Receivers know that mail sent by us is genuine."),
    "dkim": N_("Receivers can check the signature that we put on each mail."),
    "dmarc": N_("Receivers know what to do with mail that only pretends to come from the domain."),
}

_WORDS = {
    # All of them.
    "alias_loop": N_(
        "{name} is an alias (CNAME) that leads in a circle, so nothing can be found there. Please remove it."
    ),
    "servers_failing": N_("The domain's name servers answer with an error. Please check again in a few minutes."),
    "servers_silent": N_("The domain's name servers do not answer. Please check again in a few minutes."),
    "no_such_domain": N_("The domain does not exist in the DNS. Is it registered, and not expired?"),
    # MX: where mail arrives.
    "no_mx": N_("There is no MX record, so nobody can send mail to this domain. Please add the records below."),
    "null_mx": N_("A record says that this domain takes no mail at all (a “null MX”). Please remove it."),
    "none_of_ours": N_("Mail goes elsewhere: none of our mail servers is there."),
    "some_missing": N_("Mail arrives, but without all our servers there is less to fall back on. Missing: {hosts}"),
    "other_order": N_("Our servers are there in another order. The main one should have the lowest priority number."),
    "other_priorities": N_("The priority numbers are other ones than ours; their order is right, so this is fine."),
    "mx_appended": N_(
        "The domain was added to the mail server's name: {host}. Many DNS panels do so by themselves; a dot at the "
        "end of the name keeps them from it."
    ),
    "other_centre": N_("{host} is a mail server of ours, but of another data centre. Please replace it."),
    "old_provider": N_("{host} belongs to {provider}: mail still arrives there. Please remove this record."),
    "stranger": N_("{host} is no mail server of ours: mail arrives there too. Please remove this record."),
    # SPF: who may send.
    "no_spf": N_("There is no SPF record, so mail sent by us may end up as spam. Please add the record below."),
    "several_spf": N_(
        "There are {number} SPF records. Receivers accept exactly one, and with more take none for valid. Please put "
        "the one below in the place of all of them."
    ),
    "unreadable_spf": N_("There is a record that looks like SPF, but does not begin with `v=spf1` and a space."),
    "bad_term": N_(
        "Receivers cannot read {term}, and so ignore the whole record. It is left out below; if it is still needed, "
        "please correct it and put it back."
    ),
    "not_included": N_("The record does not name us ({include}), so mail sent by us may end up as spam."),
    "refuses_us": N_("The record names us ({include}), but with a sign before it that forbids us to send."),
    "too_many_lookups": N_(
        "Reading the record takes {number} questions to the DNS; receivers stop after {most}. Please remove services "
        "that are not used any more."
    ),
    "too_many_below": N_(
        "Reading the record below takes {number} questions to the DNS; receivers stop after {most}. Before you "
        "publish it, please take out services that are not used any more."
    ),
    "leads_nowhere": N_(
        "{term} leads to nothing, and some receivers stop after {most} parts of that kind. It is left out below."
    ),
    "voids_below": N_(
        "{number} parts of what the record includes lead to nothing; some receivers stop after {most}. Please take "
        "out services that are not used any more."
    ),
    "circle": N_(
        "{term} leads back to where it came from, so receivers ignore the whole record. It is left out below."
    ),
    "include_empty": N_(
        "{term} leads to a domain without an SPF record, so receivers ignore the whole record. It is left out below; "
        "if the service is still used, ask its provider for the right one."
    ),
    "include_several": N_(
        "{term} leads to a domain with several SPF records, so receivers ignore the whole record. It is left out "
        "below; it may come back once its provider has put that right."
    ),
    "include_unreadable": N_(
        "{term} leads to an SPF record that cannot be read, so receivers ignore the whole record. It is left out "
        "below; it may come back once its provider has put that right."
    ),
    "broken_below": N_(
        "{term} leads on to {behind}, which receivers cannot follow, so they ignore the whole record. It is left out "
        "below; it may come back once its provider has put that right."
    ),
    "include_silent": N_("The name servers that {term} leads to do not answer."),
    "anybody": N_("The record ends in `+all`: it allows everybody to send mail for this domain. Better: `~all`."),
    "no_opinion": N_("The record ends in `?all`: it says nothing about forged mail. Better: `~all`."),
    "no_end": N_("The record does not say what becomes of mail from others. Please end it with `~all`."),
    "loose_redirect": N_(
        "What becomes of mail from others is said by the record that {term} leads to, and that one lets it pass. "
        "Please end the record there with `~all`."
    ),
    # DKIM: the signature on mail.
    "no_key": N_("The key is not published, so receivers cannot check our signature. Please add the record below."),
    "key_not_ready": N_("The record is right. Our key behind it cannot be seen yet: please check again in an hour."),
    "points_elsewhere": N_("The record points to {host}, where there is no key of ours."),
    "not_a_key": N_("Something else is published at this name, no key."),
    "several_keys": N_("There are {number} keys at this name; there must be exactly one."),
    "unreadable_key": N_("The key cannot be read: a part may have been lost in copying."),
    "revoked": N_("The key is empty, which means that it was withdrawn."),
    "not_for_mail": N_("The key is not meant for mail as we sign it."),
    "testing": N_("The key is marked as a test (`t=y`): receivers may ignore it."),
    "key_too_short": N_("The key has {bits} bits; receivers accept none shorter than {least}."),
    "key_short": N_("The key has {bits} bits. That works, but {enough} are safer."),
    "own_key": N_("There is a key, but not by way of {target}, so we cannot tell whether it is ours."),
    "other_key": N_("There is a key, but not ours. Mail sent by us is signed with the one at {target}."),
    # DMARC: what becomes of forged mail.
    "no_dmarc": N_("There is no DMARC record, so receivers decide for themselves. Please add the record below."),
    "other_text": N_("At {name} there is other text, but no DMARC record. Please publish the one below in its place."),
    "several_dmarc": N_("There are {number} DMARC records; receivers ignore them all. Please keep exactly one."),
    "bad_policy": N_(
        "The policy (`p=`) is {policy}; receivers know none (watch only), quarantine (to spam) and reject (refuse)."
    ),
    "only_watches": N_(
        "The policy is “none”: forged mail is watched, not stopped. Once everything else is in order, “quarantine” "
        "(to spam) protects the domain."
    ),
    "some_percent": N_("The policy holds for {percent}% of the mail only."),
    "inherited": N_("The record of {domain}, the domain above, holds here too."),
}  # fmt: skip
