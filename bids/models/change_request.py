"""What a client wishes to be otherwise in an offer that was sent."""

from django.db import models
from django.db.models import Q

from bids.models.bid import Bid
from bids.models.choices import choices_of, is_one_of
from bids.models.client_link import ClientLink
from bids.models.revision import Revision
from bids.vocabulary import ChangeRequestState, PriceBasis, WishKind
from kernel.fields import CleanCharField, CleanTextField
from kernel.public_id import Published, Versioned
from members.models import Person


class ChangeRequest(Published, Versioned):
    """One wish about one version: without a row, so many weeks later, at another price, or in the client's own words.

    `amount` is what row `line` should cost, the whole where no row is named, without or with VAT as `basis` says.
    `answered_in` is the version that is to answer it: named when that is frozen, it answers once that is sent. `words`
    are the lead's to the client where the wish is declined. What was wished never changes, nor what became of it.
    """

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="change_requests")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="change_requests")
    link = models.ForeignKey(ClientLink, on_delete=models.PROTECT, related_name="change_requests")
    kind = models.CharField(max_length=12, choices=choices_of(WishKind))
    line = CleanCharField(max_length=12, blank=True)
    weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    basis = models.CharField(max_length=5, choices=choices_of(PriceBasis), blank=True)
    text = CleanTextField(blank=True)
    asked_at = models.DateTimeField()
    state = models.CharField(
        max_length=8, choices=choices_of(ChangeRequestState), default=ChangeRequestState.OPEN.value
    )
    answered_in = models.ForeignKey(
        Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="answered_requests"
    )
    words = CleanTextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=is_one_of(ChangeRequestState)), name="a_wish_is_in_a_state"),
            models.CheckConstraint(
                condition=Q(kind=WishKind.WITHOUT_LINE.value, weeks__isnull=True, amount__isnull=True, basis="")
                & ~Q(line="")
                | Q(kind=WishKind.LATER.value, line="", weeks__gte=1, weeks__lte=104, amount__isnull=True, basis="")
                | Q(
                    kind=WishKind.PRICE_WISH.value,
                    weeks__isnull=True,
                    amount__gt=0,
                    basis__in=is_one_of(PriceBasis),
                )
                | Q(kind=WishKind.OTHER.value, line="", weeks__isnull=True, amount__isnull=True, basis="")
                & ~Q(text=""),
                name="a_wish_says_what_is_wished",
            ),
            models.CheckConstraint(
                condition=Q(state=ChangeRequestState.OPEN.value, closed_at__isnull=True, words="")
                | Q(state=ChangeRequestState.ANSWERED.value, closed_at__isnull=False, answered_in__isnull=False)
                | Q(state=ChangeRequestState.DECLINED.value, closed_at__isnull=False, answered_in__isnull=True),
                name="a_wish_is_open_answered_or_declined",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
