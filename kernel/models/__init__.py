"""The two things the kernel remembers: what happened, and what must still happen."""

from kernel.models.audit_event import AuditEvent, AuditIdentity
from kernel.models.outbox_message import MessageState, OutboxMessage

__all__ = ["AuditEvent", "AuditIdentity", "MessageState", "OutboxMessage"]
