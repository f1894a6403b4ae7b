"""Tables for the tests of the store: a board with tasks, each with steps."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from steerco.store.base import Base, Owned


class Board(Owned, Base):
    __tablename__ = "test_board"
    name: Mapped[str]
    tasks: Mapped[list[Task]] = relationship(
        "tests.store.tables.Task", back_populates="board", order_by="tests.store.tables.Task.id"
    )


class Task(Owned, Base):
    __tablename__ = "test_task"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "board_id"], ["test_board.tenant_id", "test_board.id"]),
        Index(None, "tenant_id", "board_id", "id"),
        Index(None, "tenant_id", "lead", "id"),
        Index(None, "tenant_id", "author", "id"),
        Index(None, "tenant_id", "due_on", "id"),
        Index(None, "tenant_id", "lead", "due_on", "id"),
    )
    board_id: Mapped[str | None]
    title: Mapped[str]
    lead: Mapped[str | None]
    author: Mapped[str | None]
    due_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()
    steps: Mapped[list[Step]] = relationship("tests.store.tables.Step", order_by="tests.store.tables.Step.id")
    board: Mapped[Board | None] = relationship("tests.store.tables.Board", back_populates="tasks")
    __mapper_args__ = {"version_id_col": version}


class Step(Owned, Base):
    __tablename__ = "test_step"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "task_id"], ["test_task.tenant_id", "test_task.id"]),
        Index(None, "tenant_id", "who", "task_id"),
    )
    task_id: Mapped[str]
    who: Mapped[str]


TABLES = [Board.__table__, Task.__table__, Step.__table__]
