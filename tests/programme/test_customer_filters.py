"""Filters as words: understood in three languages, never an error, and kept as they were (mission row 18)."""

import json
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from programme.customer_filters import LONGEST_WORDS, MOST_DAYS, SORTS, STATUSES, Query, from_kept, kept, parse
from tests.programme.house import CATALOGUE

PLANS = CATALOGUE.plan

plain_queries = st.builds(
    Query,
    words=st.lists(st.from_regex(r"[a-zäé0-9.@&-]{1,12}", fullmatch=True), max_size=4).map(" ".join),
    status=st.none() | st.sampled_from(STATUSES),
    plan=st.none() | st.sampled_from([plan.id for plan in PLANS]),
    verified=st.none() | st.sampled_from(["yes", "no"]),
    sort=st.sampled_from(SORTS),
    descending=st.booleans(),
)
days = st.dictionaries(st.sampled_from(["renews", "expires"]), st.integers(0, MOST_DAYS), max_size=1)
queries = st.builds(lambda query, due: replace(query, **due), plain_queries, days)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Query()),
        ("müller gmbh", Query("müller gmbh")),
        ("status:trial", Query(status="trial")),
        ("STATUS:Overdue dupont", Query("dupont", status="overdue")),
        ("statut:essai", Query(status="trial")),
        ("statut:en-retard", Query(status="overdue")),
        ("status:ÜBERFÄLLIG", Query(status="overdue")),
        ("status:ueberfaellig", Query(status="overdue")),
        ("plan:professional", Query(plan="professional")),
        ('forfait:"Workplace Standard"', Query(plan="standard")),
        ("tarif:stand", Query(plan="standard")),
        ("plan:workplace", Query(unknown=("plan:workplace",))),
        ("verified:no", Query(verified="no")),
        ("vérifié:oui", Query(verified="yes")),
        ("verifiziert:nein", Query(verified="no")),
        ("renews:30d", Query(renews=30)),
        ("renews:30", Query(renews=30)),
        ("renouvellement:30j", Query(renews=30)),
        ("verlängerung:2wochen", Query(renews=14)),
        ("expires:7d", Query(expires=7)),
        ("expire:2s", Query(expires=14)),
        ("ablauf:7t", Query(expires=7)),
        ("renews:30d expires:7d", Query(expires=7)),
        ("expires:7d renews:30d", Query(renews=30)),
        ("renews:9999d", Query(unknown=("renews:9999d",))),
        ("renews:-1d", Query(unknown=("renews:-1d",))),
        ("sort:-licences", Query(sort="licences", descending=True)),
        ("tri:durée", Query(sort="term")),
        ("sortierung:-verlängerung", Query(sort="renewal", descending=True)),
        ("status:trial status:free", Query(status="free")),
        ("status:lost x", Query("x", unknown=("status:lost",))),
        ("colour:blue", Query(unknown=("colour:blue",))),
        ("https://dupont.example/", Query("https://dupont.example/")),
        ("10:30 : a: :b", Query("10:30 : a: :b")),
        ("status:", Query("status:")),
        ("a\0b\nc", Query("a b c")),
        ("statut : essai dupont", Query("dupont", status="trial")),
        ("statut\u202f: en retard", Query(status="overdue")),
        ("status: trial zoe", Query("zoe", status="trial")),
        ("status :trial", Query(status="trial")),
        ("status:Renewal overdue", Query(status="overdue")),
        ("status: Abonnement beendet x", Query("x", status="cancelled")),
        ("vérifié : non", Query(verified="no")),
        ("sort : -licences", Query(sort="licences", descending=True)),
        ("renews: 30 days x", Query("x", renews=30)),
        ("verlängerung: 2 Wochen", Query(renews=14)),
        ("plan:Workplace Professional dupont", Query("dupont", plan="professional")),
        ("plan : workplace standard", Query(plan="standard")),
        ("plan:“Workplace Professional”", Query(plan="professional")),
        ('plan: "Workplace Standard" x', Query("x", plan="standard")),
        ("plan:standard status:trial", Query(plan="standard", status="trial")),
        ("plan:workplace status:trial", Query(status="trial", unknown=("plan:workplace",))),
        ("status: lost x", Query("x", unknown=("status:lost",))),
        ("colour : blue", Query("colour : blue")),
        ("status :", Query("status :")),
    ],
)
def test_what_is_typed_is_understood(typed: str, expected: Query) -> None:
    assert parse(typed, PLANS) == expected


@given(st.text(max_size=300))
@example('plan:"')
@example("status:\u0130")
@example("x:" + "y" * 500)
def test_nothing_typed_is_an_error(typed: str) -> None:
    query = parse(typed, PLANS)
    assert len(query.words) <= LONGEST_WORDS
    assert all(sign.isprintable() for sign in query.words)
    assert from_kept(json.loads(json.dumps(kept(query))), PLANS) == from_kept(kept(query), PLANS)


@given(queries)
def test_a_query_is_kept_as_it_is(query: Query) -> None:
    assert from_kept(json.loads(json.dumps(kept(query))), PLANS) == query


@given(queries)
def test_what_stands_in_the_box_and_the_menus_is_the_query_again(query: Query) -> None:
    assert parse(query.words, PLANS, query) == query


@given(queries, st.sampled_from(STATUSES))
def test_what_is_typed_goes_before_the_menus(query: Query, status: str) -> None:
    assert parse(f"{query.words} status:{status}", PLANS, query).status == status


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["words", "status", "plan", "renews", "expires", "sort", "descending"]), inner
            )
        ),
        max_leaves=6,
    )
)
def test_what_is_none_of_ours_counts_for_nothing(value: object) -> None:
    query = from_kept(value, PLANS)
    assert query.sort in SORTS
    assert query.status in (None, *STATUSES)
    assert query.plan in (None, *[plan.id for plan in PLANS])
    assert query.renews is None or query.expires is None
