"""What the kernel remembers: what happened, what must still happen, and how often something was tried."""

from kernel.models.audit_event import AuditEvent, AuditIdentity
from kernel.models.outbox_message import MessageState, OutboxMessage
from kernel.models.tally import Tally

__all__ = ["AuditEvent", "AuditIdentity", "MessageState", "OutboxMessage", "Tally"]
