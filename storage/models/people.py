"""People: who they are, who reviews, and where the bot is installed.

People and channels are always (workspace, user) and (workspace, channel): partners may sit in workspaces of their own.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Model, one_of

LANGUAGES = ("en", "fr", "de")


class Installation(Model):
    """The bot in a workspace other than the home one, as OAuth installed it."""

    __tablename__ = "installation"

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    encrypted_token: Mapped[str] = mapped_column(Text)
    bot_id: Mapped[str] = mapped_column(String(32))
    bot_user_id: Mapped[str] = mapped_column(String(32))
    installed_at: Mapped[datetime]


class Person(Model):
    """Somebody in a workspace, as Slack last described them."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint(one_of("language", *LANGUAGES), name="language"),)

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(64))
    is_guest: Mapped[bool] = mapped_column(default=False)
    is_deactivated: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime]


class Reviewer(Model):
    """Somebody who may decide on applications: who sits in the review channel, or in the reviewers' user group."""

    __tablename__ = "reviewer"

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seen_at: Mapped[datetime]
