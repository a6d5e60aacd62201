"""Open answers as they may be read: masked, cut into words, with the dictionary that cut them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base, BigId, Document, UtcTime


class Comment(Base):
    """One open answer of one response."""

    __tablename__ = "comment"
    __table_args__ = (UniqueConstraint("response_id", "question"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(80), index=True)
    text: Mapped[str] = mapped_column(Text)
    tokens: Mapped[list[str]] = mapped_column(Document)
    dictionary: Mapped[str] = mapped_column(String(64))
    read_at: Mapped[datetime] = mapped_column(UtcTime)
