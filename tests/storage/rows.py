"""Rows that the database takes, for tests to change one thing of."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

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

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)

VALUES: dict[type[Model], dict[str, Any]] = {
    Person: {
        "workspace_id": "T1", "user_id": "U1", "name": "Emma", "language": "en", "time_zone": "UTC", "seen_at": NOW,
    },
    Reviewer: {"workspace_id": "T1", "user_id": "U9", "seen_at": NOW},
    Application: {
        "id": 1, "workspace_id": "T1", "user_id": "U1", "company": "Weber IT GmbH",
        "company_key": "weber it", "company_size": "10-49", "website": "https://weber.example",
        "web_domain": "weber.example", "street": "Domstraße 7", "postal_code": "50668", "city": "Köln",
        "country": "DE", "contact_name": "Jonas Weber", "contact_email": "jonas@weber.example",
        "mail_account": "jonas@weber.example",
        "expertise": "workplace", "experience": "Ten years.", "partnership_plan": "Five customers.",
        "terms_version": "1", "terms_accepted_at": NOW, "submitted_at": NOW, "due_at": NOW, "status": "approved",
        "decided_at": NOW,
    },
    Question: {
        "id": 1, "application_id": 1, "asked_by_workspace": "T1", "asked_by": "U9", "asked_at": NOW,
        "question": "Which customers do you have?",
    },
    Partner: {
        "id": 1, "application_id": 1, "name": "Weber IT GmbH", "name_key": "weber it", "data_centre": "eu",
        "expertise": "workplace", "language": "en", "time_zone": "UTC", "created_at": NOW,
    },
    Member: {"partner_id": 1, "workspace_id": "T1", "user_id": "U1", "role": "admin", "joined_at": NOW},
    Invitation: {
        "id": 1, "partner_id": 1, "workspace_id": "T1", "user_id": "U2", "role": "member",
        "invited_by_workspace": "T1", "invited_by": "U1", "invited_at": NOW, "expires_at": NOW + timedelta(days=14),
    },
    CommissionRate: {
        "partner_id": 1, "valid_from": date(2026, 10, 1), "basis_points": 1500, "set_by_workspace": "T1",
        "set_by": "U9", "set_at": NOW,
    },
    Customer: {
        "id": 1, "partner_id": 1, "domain": "mueller.example", "organisation": "Müller GmbH",
        "super_admin_email": "admin@mueller.example", "plan": "standard", "licences": 12, "term": "yearly",
        "status": "trial", "trial_started_on": date(2026, 10, 1), "trial_ends_on": date(2026, 10, 16),
        "added_on": date(2026, 10, 1),
        "verification_token": "v1", "created_at": NOW,
    },
    CustomerNote: {
        "id": 1, "partner_id": 1, "customer_id": 1, "key": "k1", "text": "Budget in spring.",
        "written_by_workspace": "T1", "written_by": "U1", "written_at": NOW,
    },
    CustomerContact: {
        "id": 1, "partner_id": 1, "customer_id": 1, "key": "k1", "name": "Anna Müller", "role": "billing",
        "email": "anna@mueller.example", "written_by_workspace": "T1", "written_by": "U1", "written_at": NOW,
    },
    TrialExtension: {
        "id": 1, "partner_id": 1, "customer_id": 1, "from_end": date(2026, 10, 16), "to_end": date(2026, 10, 31),
        "extended_by_workspace": "T1", "extended_by": "U1", "extended_at": NOW,
    },
    PlanChange: {
        "id": 1, "partner_id": 1, "customer_id": 1, "kind": "change", "status": "scheduled",
        "from_plan": "professional", "from_licences": 12, "from_term": "yearly",
        "to_plan": "standard", "to_licences": 12, "to_term": "yearly",
        "effective_on": date(2027, 10, 1), "renews_on": date(2027, 10, 1), "currency": "EUR",
        "made_by_workspace": "T1", "made_by": "U1", "made_at": NOW,
    },
    CustomerExport: {
        "workspace_id": "T1", "user_id": "U1", "kind": "csv", "token": "t", "lease_until": NOW,
    },
    CustomerImport: {
        "id": 1, "partner_id": 1, "made_by_workspace": "T1", "made_by": "U1", "made_at": NOW, "status": "running",
        "file_name": "customers.csv", "kind": "csv", "headings": ["Domain"], "total": 3, "good": 2, "done": 1,
        "added": 1, "started_at": NOW,
    },
    ImportRow: {
        "partner_id": 1, "import_id": 1, "number": 2, "cells": ["dupont.example"],
        "customer": {"domain": "dupont.example"},
    },
    MappingRequest: {
        "id": 1, "partner_id": 8, "domain": "mueller.example", "holder_id": 1, "customer_id": 1,
        "asked_by_workspace": "T1", "asked_by": "U3", "asked_at": NOW, "good_until": date(2026, 10, 15),
        "verification_token": "v9", "status": "open",
    },
    Alert: {
        "id": 1, "partner_id": 1, "customer_id": 1, "kind": "trial", "due_on": date(2026, 10, 16), "days_before": 7,
        "planned_on": date(2026, 10, 9), "not_before": NOW,
    },
    OutgoingMessage: {
        "id": 1, "key": "k1", "kind": "receipt", "workspace_id": "T1", "recipient": "U1", "about": {},
        "not_before": NOW,
    },
    OutgoingMail: {
        "id": 1, "key": "k1", "kind": "welcome", "recipient": "jonas@weber.example", "language": "en", "about": {},
        "message_id": "<1@desk.example>", "not_before": NOW,
    },
    AuditRow: {
        "id": 1, "at": NOW, "workspace_id": "T1", "user_id": "U1", "partner_id": 1, "action": "added",
        "subject": "customer", "subject_id": 1,
    },
}  # fmt: skip


def row(model: type[Model], **changes: Any) -> Any:
    """A row like the others of its table, but for some columns."""
    return model(**VALUES[model] | changes)


def one_of_each() -> list[Model]:
    """A row of each table, in an order in which the database takes them; and a partner that asks for a customer."""
    rows = [row(model) for model in VALUES]
    asker = [row(Application, id=8, user_id="U8"), row(Partner, id=8, application_id=8)]
    return [one for each in rows for one in ([*asker, each] if isinstance(each, MappingRequest) else [each])]
