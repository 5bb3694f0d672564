"""The tables. What must always hold is a constraint here, not a hope in the code."""

from storage.models.applications import Application as Application
from storage.models.applications import Question as Question
from storage.models.audit import AuditRow as AuditRow
from storage.models.customers import Customer as Customer
from storage.models.customers import TrialExtension as TrialExtension
from storage.models.imports import CustomerImport as CustomerImport
from storage.models.imports import ImportRow as ImportRow
from storage.models.mapping import MappingRequest as MappingRequest
from storage.models.notes import CONTACT_ROLES as CONTACT_ROLES
from storage.models.notes import LONGEST_NOTE as LONGEST_NOTE
from storage.models.notes import CustomerContact as CustomerContact
from storage.models.notes import CustomerNote as CustomerNote
from storage.models.outgoing import ALERT_KINDS as ALERT_KINDS
from storage.models.outgoing import Alert as Alert
from storage.models.outgoing import ChannelHealth as ChannelHealth
from storage.models.outgoing import OutgoingMail as OutgoingMail
from storage.models.outgoing import OutgoingMessage as OutgoingMessage
from storage.models.partners import CommissionRate as CommissionRate
from storage.models.partners import Invitation as Invitation
from storage.models.partners import Member as Member
from storage.models.partners import Partner as Partner
from storage.models.people import LANGUAGES as LANGUAGES
from storage.models.people import Installation as Installation
from storage.models.people import Person as Person
from storage.models.people import Reviewer as Reviewer
from storage.models.plan_changes import PlanChange as PlanChange
