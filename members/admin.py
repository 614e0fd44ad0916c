"""People, firms and what they may do, for those who keep the site."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from kernel.models import AuditEvent, AuditIdentity, OutboxMessage
from members.models import ApiToken, Firm, Membership, Person

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _ModelAdmin, _TabularInline = admin.ModelAdmin, admin.TabularInline


class ReadOnly(_ModelAdmin):
    """A table that is looked at here and changed, if at all, by the actions of the program."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Nothing is added by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Nothing is changed by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Nothing is deleted by hand."""
        return False


class ReadOnlyInline(_TabularInline):
    """Rows of another table, looked at."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """They are made by actions."""
        return False


class MembershipsOfPerson(ReadOnlyInline):
    """The firms of a person."""

    model = Membership
    fields = ("firm", "role", "may_approve", "since_at")
    readonly_fields = fields


@admin.register(Person)
class PersonAdmin(_ModelAdmin):
    """People: may be shut out here, and made staff by a superuser."""

    list_display = ("email", "name", "language", "is_active", "is_staff", "joined_at", "last_login")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("email", "name", "public_id")
    ordering = ("email",)
    date_hierarchy = "joined_at"
    fields = ("public_id", "email", "name", "phone", "language", "is_active", "is_staff", "joined_at", "last_login")
    inlines: ClassVar = [MembershipsOfPerson]

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's signature
        """A person changes their own details; only a superuser makes staff."""
        own = ("public_id", "email", "name", "phone", "language", "joined_at", "last_login")
        return own if request.user.is_superuser else (*own, "is_staff")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """People come in by the door."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Erasing a person is an action of its own, not a deleted row."""
        return False


@admin.register(Firm)
class FirmAdmin(ReadOnly):
    """Firms."""

    list_display = ("name", "business_id", "municipality", "vat_liable", "version")
    list_filter = ("vat_liable", "municipality")
    search_fields = ("name", "business_id", "public_id")
    ordering = ("name",)


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    """Who acts for which firm."""

    list_display = ("person", "firm", "role", "may_approve", "since_at")
    list_filter = ("role", "may_approve")
    list_select_related = ("person", "firm")
    search_fields = ("person__email", "person__name", "firm__name", "firm__business_id")


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly):
    """Keys of programs; what opens a door is not shown, not even as a hash."""

    list_display = ("prefix", "name", "person", "firm", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("revoked_at", "expires_at")
    list_select_related = ("person", "firm")
    search_fields = ("prefix", "name", "person__email", "firm__name")
    exclude = ("token_hash",)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly):
    """What happened."""

    list_display = ("at", "type", "subject", "chain", "seq", "actor")
    list_filter = ("type", "subject")
    search_fields = ("chain", "actor", "type")
    ordering = ("-at", "-pk")
    date_hierarchy = "at"
    exclude = ("hash", "prev_hash")


@admin.register(AuditIdentity)
class AuditIdentityAdmin(ReadOnly):
    """Names and addresses the audit trail speaks of."""

    list_display = ("event", "name")
    list_filter = ("name",)
    list_select_related = ("event",)
    search_fields = ("event__chain",)
    exclude = ("salt",)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnly):
    """What must still happen, and what never did."""

    list_display = ("topic", "state", "attempts", "due_at", "effect_key", "error")
    list_filter = ("state", "topic")
    search_fields = ("effect_key", "topic", "error")
    ordering = ("-due_at",)
