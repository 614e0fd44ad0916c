"""The joint offer while it is being written."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bids.models.choices import choices_of, is_one_of
from bids.models.client import Client
from bids.models.group import Group
from bids.models.need import Need
from bids.vocabulary import BidState, Invoicing, Language, Liability, PartState, PriceVisibility, Profile, Role, Theme
from kernel.actor import Actor, ActorKind
from kernel.errors import NotPermitted
from kernel.fields import CleanCharField, CleanTextField
from kernel.public_id import Published, Versioned, VersionedQuerySet
from members.models import Firm

STATES_IN_WHICH_A_PARTNER_SEES = [PartState.ASKED.value, PartState.IN.value, PartState.CALL_ME.value]


class BidQuerySet(VersionedQuerySet["Bid"]):
    """Questions about offers."""

    def visible_to(self, actor: Actor | None) -> Self:
        """Offers the actor's firm leads or has been asked into; refuses to answer when nobody asks."""
        if actor is None:
            raise NotPermitted("Somebody must be asking.")
        if actor.kind is ActorKind.SYSTEM:
            return self.all()
        if actor.firm_id is None:
            return self.none()
        asked = Q(
            parts__firm_id=actor.firm_id, parts__state__in=STATES_IN_WHICH_A_PARTNER_SEES, parts__role__in=_PARTNERS
        )
        return self.filter(Q(lead_id=actor.firm_id) | asked).distinct()

    def led_by(self, firm: Firm) -> Self:
        """Offers this firm leads."""
        return self.filter(lead=firm)

    def latest_first(self) -> Self:
        """The most recently touched first."""
        return self.order_by("-changed_at", "-pk")


_PARTNERS = [Role.MEMBER.value, Role.SUBCONTRACTOR.value]


class Bid(Published, Versioned):
    """One joint offer. `lead` is the firm of its one lead part.

    `leaves_at` is when the lead means to send it, and asked firms have until then. `always_ask` is strict mode by
    choice. `next_code` numbers the rows typed on the page, so that no code is ever given twice. `changing` is the
    number of the change of what was agreed that is being written or waits for the client, 0 when none is, and
    `change_reason` what the client is told it is for.
    """

    lead = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="led_bids")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="bids")
    need = models.OneToOneField(Need, on_delete=models.PROTECT, null=True, blank=True, related_name="bid")
    number = CleanCharField(max_length=40)
    title = CleanCharField(max_length=500)
    state = models.CharField(max_length=10, choices=choices_of(BidState), default=BidState.DRAFTING.value)
    language = models.CharField(max_length=2, choices=choices_of(Language), default=Language.FI.value)
    issued_on = models.DateField()
    valid_until = models.DateField()
    binding = models.BooleanField(default=True)
    reference = CleanCharField(max_length=500, blank=True)
    delivery_from = models.DateField(null=True, blank=True)
    delivery_to = models.DateField(null=True, blank=True)
    invoicing = models.CharField(max_length=4, choices=choices_of(Invoicing), default=Invoicing.EACH.value)
    liability = models.CharField(max_length=7, choices=choices_of(Liability), default=Liability.SEVERAL.value)
    payment_days = models.PositiveSmallIntegerField(default=14)
    price_visibility = models.CharField(
        max_length=9, choices=choices_of(PriceVisibility), default=PriceVisibility.ALL.value
    )
    theme = models.CharField(max_length=10, choices=choices_of(Theme), default=Theme.SELKEA.value)
    profile = models.CharField(max_length=7, choices=choices_of(Profile), default=Profile.COMPACT.value)
    discount_name = CleanCharField(max_length=200, blank=True)
    discount_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    discount_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    fee_name = CleanCharField(max_length=200, blank=True)
    fee_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    fee_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    general_terms = CleanCharField(max_length=500, blank=True)
    notes = ArrayField(CleanTextField(), default=list, blank=True)
    leaves_at = models.DateTimeField(null=True, blank=True)
    always_ask = models.BooleanField(default=False)
    group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, blank=True, related_name="bids")
    group_rules_version = models.PositiveIntegerField(null=True, blank=True)
    copied_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="copies")
    next_code = models.PositiveIntegerField(default=1)
    changing = models.PositiveSmallIntegerField(default=0, db_default=0)
    change_reason = CleanTextField(blank=True, db_default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Bid"]] = BidQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead", "number"], name="one_number_per_lead_firm"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("issued_on")), name="an_offer_is_not_over_before_its_day"
            ),
            models.CheckConstraint(
                condition=Q(delivery_from__isnull=True, delivery_to__isnull=True)
                | Q(delivery_from__lte=F("delivery_to")),
                name="a_delivery_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(discount_percent__isnull=True) | Q(discount_amount__isnull=True),
                name="a_discount_is_a_percentage_or_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(fee_percent__isnull=True) | Q(fee_amount__isnull=True),
                name="a_fee_is_a_percentage_or_an_amount",
            ),
            models.CheckConstraint(condition=Q(state__in=is_one_of(BidState)), name="a_bid_is_in_a_known_state"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
