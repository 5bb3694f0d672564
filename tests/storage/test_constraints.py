"""What must always hold is held by the database, whoever writes to it."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import Model
from storage.models import (
    Alert,
    Application,
    AuditRow,
    CommissionRate,
    Customer,
    CustomerContact,
    CustomerExport,
    CustomerImport,
    CustomerNote,
    ImportRow,
    Invitation,
    MappingRequest,
    Member,
    OutgoingMail,
    OutgoingMessage,
    Partner,
    Person,
    PlanChange,
    Question,
    Reviewer,
    TrialExtension,
)
from storage.store import Store
from tests.storage.rows import NOW, one_of_each, row

# The columns that make a row a new one; each case below then breaks one constraint.
FRESH: dict[type[Model], dict[str, Any]] = {
    Person: {"user_id": "U2"},
    Reviewer: {"user_id": "U2"},
    Application: {"id": 5, "user_id": "U5"},
    Question: {"id": 2, "application_id": 2},
    Partner: {"id": 2, "application_id": 2},
    Member: {"user_id": "U2"},
    Invitation: {"id": 2, "user_id": "U3"},
    CommissionRate: {"valid_from": date(2027, 1, 1)},
    Customer: {"id": 2, "domain": "dupont.example", "verification_token": "v2"},
    CustomerNote: {"id": 2, "key": "k2"},
    CustomerContact: {"id": 2, "key": "k2"},
    TrialExtension: {"id": 2, "from_end": date(2026, 10, 31), "to_end": date(2026, 11, 15)},
    PlanChange: {"id": 2, "status": "applied", "settled_at": NOW},
    CustomerImport: {"id": 2, "status": "ready"},
    CustomerExport: {"kind": "xlsx"},
    ImportRow: {"number": 3},
    MappingRequest: {"id": 2, "domain": "dupont.example", "verification_token": "v8"},
    Alert: {"id": 2, "days_before": 3},
    OutgoingMessage: {"id": 2, "key": "k2"},
    OutgoingMail: {"id": 2, "key": "k2", "message_id": "<2@desk.example>"},
    AuditRow: {"id": 2},
}

OPEN: dict[str, Any] = {"status": "open", "decided_at": None}

LEFT: dict[str, Any] = {"status": "left", "left_on": date(2026, 10, 2), "verified_at": NOW}
RULED: dict[str, Any] = {
    "status": "kept", "answered_at": NOW, "escalated_at": NOW, "escalation": "It is ours.", "ruled_by_workspace": "T1",
    "ruled_by": "U9", "ruling": "It is not.",
}  # fmt: skip

REFUSED: list[tuple[str, type[Model], dict[str, Any]]] = [
    ("ck_person_language", Person, {"language": "es"}),
    ("ck_application_status", Application, {"status": "lost"}),
    ("ck_application_decided", Application, {"status": "open"}),
    ("ck_application_decided", Application, {"decided_at": None}),
    ("uq_application_open", Application, {"user_id": "U3"} | OPEN),
    ("ck_application_company_size", Application, {"company_size": "huge"}),
    ("ck_application_claimed", Application, {"claimed_at": NOW}),
    ("ck_application_claimed", Application, OPEN | {"claimed_by": "U9"}),
    ("ck_application_claim_open", Application, {"claimed_by": "U9", "claimed_at": NOW}),
    ("ck_application_asked", Application, {"asked_at": NOW}),
    ("ck_application_reapply", Application, {"status": "rejected", "reapply": "soon"}),
    ("ck_application_rejected", Application, {"status": "rejected"}),
    ("ck_application_rejected", Application, {"reapply": "now"}),
    ("ck_application_question_answered", Question, {"answer": "Five."}),
    ("ck_application_question_answered", Question, {"answered_at": NOW}),
    ("uq_application_question_open", Question, {"application_id": 1}),
    ("fk_application_question_application_id", Question, {"application_id": 99}),
    ("ck_partner_status", Partner, {"status": "gone"}),
    ("ck_partner_suspended", Partner, {"status": "suspended"}),
    ("ck_partner_suspended", Partner, {"suspended_at": NOW}),
    ("ck_partner_language", Partner, {"language": "es"}),
    ("ck_partner_alert_hour", Partner, {"alert_hour": 24}),
    ("ck_partner_alert_hour", Partner, {"alert_hour": -1}),
    ("uq_partner_application_id", Partner, {"application_id": 1}),
    ("fk_partner_application_id", Partner, {"application_id": 99}),
    ("ck_member_role", Member, {"role": "guest"}),
    ("uq_member_workspace_id_user_id", Member, {"partner_id": 3, "user_id": "U1"}),
    ("fk_member_partner_id", Member, {"partner_id": 99}),
    ("ck_invitation_role", Invitation, {"role": "guest"}),
    ("ck_invitation_status", Invitation, {"status": "lost", "answered_at": NOW}),
    ("ck_invitation_answered", Invitation, {"status": "accepted"}),
    ("ck_invitation_answered", Invitation, {"answered_at": NOW}),
    ("ck_invitation_later", Invitation, {"expires_at": NOW}),
    ("uq_invitation_open", Invitation, {"user_id": "U2"}),
    ("fk_invitation_partner_id", Invitation, {"partner_id": 99}),
    ("ck_commission_rate_basis_points", CommissionRate, {"basis_points": -1}),
    ("ck_commission_rate_basis_points", CommissionRate, {"basis_points": 10_001}),
    ("fk_commission_rate_partner_id", CommissionRate, {"partner_id": 99}),
    ("pk_commission_rate", CommissionRate, {"valid_from": date(2026, 10, 1)}),
    ("uq_customer_partner_id_domain", Customer, {"domain": "mueller.example"}),
    ("uq_customer_verified_domain", Customer, {"domain": "proven.example", "verified_at": NOW}),
    ("uq_customer_verification_token", Customer, {"verification_token": "v1"}),
    ("fk_customer_partner_id", Customer, {"partner_id": 99}),
    ("fk_customer_partner_id_import_id", Customer, {"import_id": 7}),
    ("ck_customer_status", Customer, {"status": "gone"}),
    ("ck_customer_term", Customer, {"term": "weekly"}),
    ("ck_customer_licences", Customer, {"licences": 0}),
    ("ck_customer_licences", Customer, {"licences": 1_000_001}),
    ("ck_customer_trial", Customer, {"trial_ends_on": date(2026, 9, 30)}),
    ("ck_customer_renewal", Customer, {"status": "active"}),
    ("ck_customer_renewal", Customer, {"renews_on": date(2027, 10, 1)}),
    ("ck_customer_renewal", Customer, {"status": "cancelled", "renews_on": date(2027, 10, 1)}),
    ("ck_customer_licences_in_use", Customer, {"licences_in_use": -1}),
    ("ck_customer_export_kind", CustomerExport, {"kind": "pdf"}),
    ("pk_customer_export", CustomerExport, {"kind": "csv"}),
    ("ck_customer_import_status", CustomerImport, {"status": "lost"}),
    ("ck_customer_import_kind", CustomerImport, {"kind": "pdf"}),
    ("ck_customer_import_numbers", CustomerImport, {"good": 4}),
    ("ck_customer_import_numbers", CustomerImport, {"done": 3}),
    ("ck_customer_import_numbers", CustomerImport, {"added": 2}),
    ("ck_customer_import_started", CustomerImport, {"status": "finished", "started_at": None}),
    ("ck_customer_import_removed", CustomerImport, {"removed": 2}),
    ("ck_customer_import_undo_asked", CustomerImport, {"status": "undone"}),
    ("ck_customer_import_undo_asked", CustomerImport, {"status": "undoing"}),
    ("fk_customer_import_partner_id", CustomerImport, {"partner_id": 99}),
    ("uq_customer_import_running", CustomerImport, {"status": "running"}),
    ("ck_import_row_wrong", ImportRow, {"customer": None}),
    ("ck_import_row_wrong", ImportRow, {"wrong": {"domain": "taken"}}),
    ("fk_import_row_partner_id_import_id", ImportRow, {"partner_id": 2}),
    ("fk_import_row_partner_id_import_id", ImportRow, {"import_id": 7}),
    ("ck_plan_change_kind", PlanChange, {"kind": "swap"}),
    ("ck_plan_change_status", PlanChange, {"status": "lost"}),
    ("ck_plan_change_term", PlanChange, {"from_term": "weekly"}),
    ("ck_plan_change_term", PlanChange, {"to_term": "weekly"}),
    ("ck_plan_change_licences", PlanChange, {"from_licences": 0}),
    ("ck_plan_change_licences", PlanChange, {"to_licences": 0}),
    ("ck_plan_change_licences", PlanChange, {"to_licences": 1_000_001}),
    ("ck_plan_change_amounts", PlanChange, {"credit": -1}),
    ("ck_plan_change_amounts", PlanChange, {"charge": -1}),
    ("ck_plan_change_commission_points", PlanChange, {"commission_points": -1}),
    ("ck_plan_change_commission_points", PlanChange, {"commission_points": 10_001}),
    ("ck_plan_change_settled", PlanChange, {"settled_at": None}),
    ("ck_plan_change_settled", PlanChange, {"partner_id": 3, "customer_id": 3, "status": "scheduled"}),
    ("uq_plan_change_scheduled", PlanChange, {"status": "scheduled", "settled_at": None}),
    ("fk_plan_change_partner_id_customer_id", PlanChange, {"customer_id": 99}),
    ("fk_plan_change_partner_id_customer_id", PlanChange, {"partner_id": 3}),
    ("ck_customer_note_text", CustomerNote, {"text": ""}),
    ("ck_customer_note_text", CustomerNote, {"text": "n" * 3001}),
    ("ck_customer_note_edited", CustomerNote, {"edited_by": "U1"}),
    ("ck_customer_note_edited", CustomerNote, {"edited_at": NOW}),
    ("uq_customer_note_partner_id_key", CustomerNote, {"key": "k1"}),
    ("fk_customer_note_partner_id_customer_id", CustomerNote, {"customer_id": 99}),
    ("fk_customer_note_partner_id_customer_id", CustomerNote, {"partner_id": 3}),
    ("ck_customer_contact_role", CustomerContact, {"role": "friend"}),
    ("ck_customer_contact_reachable", CustomerContact, {"email": None}),
    ("ck_customer_contact_edited", CustomerContact, {"edited_by": "U1"}),
    ("ck_customer_contact_edited", CustomerContact, {"edited_at": NOW}),
    ("uq_customer_contact_partner_id_key", CustomerContact, {"key": "k1"}),
    ("fk_customer_contact_partner_id_customer_id", CustomerContact, {"customer_id": 99}),
    ("fk_customer_contact_partner_id_customer_id", CustomerContact, {"partner_id": 3}),
    ("uq_trial_extension_customer_id_from_end", TrialExtension, {"from_end": date(2026, 10, 16)}),
    ("ck_trial_extension_later", TrialExtension, {"to_end": date(2026, 10, 31)}),
    ("fk_trial_extension_partner_id_customer_id", TrialExtension, {"customer_id": 99}),
    ("fk_trial_extension_partner_id_customer_id", TrialExtension, {"partner_id": 3}),
    ("uq_alert_customer_id_kind_due_on_days_before", Alert, {"days_before": 7}),
    ("ck_partner_alert_form", Partner, {"alert_form": "poem"}),
    ("ck_customer_outlook", Customer, {"outlook": "sunny"}),
    ("ck_customer_broken_part", Customer, {"broken_on": date(2026, 10, 2), "broken_part": "leg"}),
    ("ck_customer_broken", Customer, {"broken_on": date(2026, 10, 2)}),
    ("ck_customer_broken_mail", Customer, {"broken_mail": "mx"}),
    ("ck_customer_left", Customer, {"status": "left", "verified_at": NOW}),
    ("ck_customer_left", Customer, {"left_on": date(2026, 10, 2), "verified_at": NOW}),
    ("ck_customer_left_unsought", Customer, LEFT | {"verified_at": None, "proof_due_at": NOW}),
    ("ck_customer_paid_until", Customer, {"paid_until": date(2027, 10, 1)}),
    ("ck_customer_left_well", Customer, LEFT | {"broken_on": date(2026, 10, 2), "broken_part": "proof"}),
    ("ck_customer_renewal", Customer, LEFT | {"renews_on": date(2027, 10, 1)}),
    ("ck_mapping_request_status", MappingRequest, {"status": "lost", "answered_at": NOW}),
    ("ck_mapping_request_answered", MappingRequest, {"status": "accepted"}),
    ("ck_mapping_request_answered", MappingRequest, {"answered_at": NOW}),
    ("ck_mapping_request_elsewhere", MappingRequest, {"partner_id": 1}),
    ("ck_mapping_request_proven", MappingRequest, {"proven_at": NOW}),
    ("ck_mapping_request_proven", MappingRequest, {"proven_by_method": "txt"}),
    ("ck_mapping_request_escalated", MappingRequest, {"escalated_at": NOW}),
    ("ck_mapping_request_escalated", MappingRequest, {"escalation": "It is ours."}),
    ("ck_mapping_request_ruled", MappingRequest, {"status": "moved", "answered_at": NOW}),
    ("ck_mapping_request_ruled", MappingRequest, RULED | {"status": "accepted"}),
    ("ck_mapping_request_looked", MappingRequest, {"looked_at": NOW, "asker_finding": "verified"}),
    ("ck_mapping_request_looked", MappingRequest, {"looked_at": NOW, "holder_finding": "verified"}),
    ("ck_mapping_request_looked", MappingRequest, {"asker_finding": "verified", "holder_finding": "verified"}),
    ("ck_mapping_request_ruling", MappingRequest, RULED | {"ruling": None}),
    ("ck_mapping_request_ruling", MappingRequest, RULED | {"escalated_at": None, "escalation": None}),
    ("uq_mapping_request_open", MappingRequest, {"domain": "mueller.example"}),
    ("uq_mapping_request_verification_token", MappingRequest, {"verification_token": "v9"}),
    ("fk_mapping_request_partner_id", MappingRequest, {"partner_id": 99}),
    ("fk_mapping_request_holder_id_customer_id", MappingRequest, {"customer_id": 99}),
    ("fk_mapping_request_holder_id_customer_id", MappingRequest, {"holder_id": 3}),
    ("ck_alert_kind", Alert, {"kind": "birthday"}),
    ("ck_alert_status", Alert, {"status": "lost"}),
    ("fk_alert_partner_id_customer_id", Alert, {"customer_id": 99}),
    ("fk_alert_partner_id_customer_id", Alert, {"partner_id": 3}),
    ("uq_outgoing_message_key", OutgoingMessage, {"key": "k1"}),
    ("ck_outgoing_message_status", OutgoingMessage, {"status": "lost"}),
    ("uq_outgoing_mail_key", OutgoingMail, {"key": "k1"}),
    ("uq_outgoing_mail_message_id", OutgoingMail, {"message_id": "<1@desk.example>"}),
    ("ck_outgoing_mail_status", OutgoingMail, {"status": "lost"}),
    ("fk_audit_partner_id", AuditRow, {"partner_id": 99}),
    ("pk_person", Person, {"user_id": "U1"}),
    ("pk_reviewer", Reviewer, {"user_id": "U9"}),
]

TAKEN: list[tuple[type[Model], dict[str, Any]]] = [
    (Application, {"user_id": "U3"}),
    (Application, OPEN | {"claimed_by": "U9", "claimed_at": NOW, "asked_at": NOW}),
    (Application, {"status": "rejected", "reapply": "never"}),
    (Question, {"application_id": 1, "answer": "Five.", "answered_at": NOW}),
    (Partner, {"status": "suspended", "suspended_at": NOW}),
    (Invitation, {"user_id": "U2", "status": "revoked", "answered_at": NOW}),
    (CommissionRate, {"basis_points": 0}),
    (CommissionRate, {"basis_points": 10_000}),
    (Customer, {"partner_id": 3, "domain": "mueller.example"}),
    (Customer, {"domain": "proven.example"}),
    (Customer, {"status": "active", "renews_on": date(2027, 10, 1)}),
    (Customer, {"trial_ends_on": date(2026, 10, 1)}),
    (Customer, {"licences": 1_000_000}),
    (Customer, {"status": "cancelled"}),
    (Customer, {"licences": 1, "licences_in_use": 5}),
    (CustomerNote, {"partner_id": 3, "customer_id": 3, "key": "k1"}),
    (CustomerNote, {"text": "n" * 3000, "edited_by": "U1", "edited_at": NOW}),
    (CustomerContact, {"email": None, "phone": "+33320150550"}),
    (Customer, LEFT | {"domain": "mueller.example"}),
    (Customer, LEFT | {"paid_until": date(2027, 10, 1)}),
    (Customer, LEFT | {"domain": "proven.example"}),
    (MappingRequest, RULED),
    (MappingRequest, {"domain": "mueller.example", "status": "declined", "answered_at": NOW}),
    (PlanChange, {"partner_id": 3, "customer_id": 3, "status": "scheduled", "settled_at": None}),
    (Alert, {"days_before": 7, "kind": "renewal"}),
    (Alert, {"days_before": 7, "due_on": date(2026, 10, 31)}),
]

# Always true as long as the primary key is one: there for the foreign keys that refer to it.
NEEDS_NO_CASE = {"uq_customer_partner_id_id", "uq_customer_import_partner_id_id"}


@pytest.fixture
async def filled(store: Store) -> Store:
    """One row of each table; beside them a second application, an open one, and another partner's proven domain."""
    async with store.write() as session:
        for each in one_of_each():
            session.add(each)
            await session.flush()
        session.add(row(Application, id=2, user_id="U2"))
        session.add(row(Application, id=3, user_id="U3", **OPEN))
        session.add(row(Application, id=4, user_id="U4"))
        await session.flush()
        session.add(row(Partner, id=3, application_id=4))
        await session.flush()
        session.add(
            row(Customer, id=3, partner_id=3, domain="proven.example", verification_token="v3", verified_at=NOW)
        )
    return store


# Below, one database serves a whole table of cases: nothing that a case writes stays.
async def test_refused(filled: Store) -> None:
    for constraint, model, changes in REFUSED:
        answer = await _answer(filled, model, changes)
        assert _says(filled, constraint) in answer, (constraint, model, changes)


async def test_taken(filled: Store) -> None:
    """A row that breaks nothing: else the cases above would be refused for another reason than they say."""
    for model, changes in [*((model, {}) for model in FRESH), *TAKEN]:
        assert await _answer(filled, model, changes) == "taken", (model, changes)


async def _answer(store: Store, model: type[Model], changes: dict[str, Any]) -> str:
    async with store.engine.connect() as connection, AsyncSession(connection) as session:
        session.add(row(model, **FRESH[model] | changes))
        try:
            await session.flush()
        except IntegrityError as refused:
            return str(refused.orig)
        finally:
            await session.rollback()
        return "taken"


def _says(store: Store, name: str) -> str:
    """What a database's message has in it: PostgreSQL says the name, SQLite of most constraints the columns."""
    if not store.is_sqlite or name.startswith("ck_"):
        return name
    if name.startswith("fk_"):
        return "FOREIGN KEY"
    return ", ".join(_columns()[name])


def _columns() -> dict[str, list[str]]:
    """Name of each unique constraint, unique index and primary key → its columns."""
    found: dict[str, list[str]] = {}
    for table in Model.metadata.tables.values():
        uniques: list[UniqueConstraint | PrimaryKeyConstraint | Index] = [table.primary_key]
        uniques += [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
        uniques += [index for index in table.indexes if index.unique]
        found |= {str(unique.name): [f"{table.name}.{column.name}" for column in unique.columns] for unique in uniques}
    return found


def test_every_constraint_has_a_case() -> None:
    kinds = (CheckConstraint, UniqueConstraint, ForeignKeyConstraint)
    tables = Model.metadata.tables.values()
    constraints = {str(c.name) for table in tables for c in table.constraints if isinstance(c, kinds)}
    indexes = {str(index.name) for table in tables for index in table.indexes if index.unique}
    assert (constraints | indexes) - NEEDS_NO_CASE <= {name for name, _, _ in REFUSED}


async def test_a_moment_without_a_time_zone_is_refused(filled: Store) -> None:
    with pytest.raises(StatementError, match="A moment needs a time zone"):
        await _answer(filled, Reviewer, {"seen_at": NOW.replace(tzinfo=None)})
