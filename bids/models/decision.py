"""The client's decision about one version, the evidence of it, and an answer that is no decision but a new offer."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from bids.models.asset import Asset
from bids.models.bid import Bid
from bids.models.choices import choices_of, is_one_of
from bids.models.client_link import ClientLink
from bids.models.revision import Revision
from bids.vocabulary import DecisionKind, DecisionMethod, DecisionState, DecisionWay
from kernel.fields import CleanTextField
from kernel.public_id import Published
from members.models import Firm, Person

_RECORDED = DecisionMethod.RECORDED.value
_ACCEPT = DecisionKind.ACCEPT.value


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Questions about decisions."""

    def standing(self) -> Self:
        """Those that count."""
        return self.filter(standing__state=DecisionState.STANDING.value)


class Decision(Published):
    """A yes or a no of the client to one version, bound to its very bytes; rows are only ever added.

    *Clicked* by whoever holds the link of a contact who may say yes, or *recorded* by the lead: then `decided_at` is
    when it arrived. `chosen` names lines and package as the version does; `net` and `gross` are the sums of that
    choice. `nonce` is the form's own, so that sending it twice is one decision. What a yes is recorded from lies in
    `file`, unless it was said on the phone.
    """

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="decisions")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="decisions")
    revision_hash = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=7, choices=choices_of(DecisionKind))
    method = models.CharField(max_length=8, choices=choices_of(DecisionMethod))
    decided_at = models.DateTimeField()
    written_at = models.DateTimeField()
    nonce = models.UUIDField(unique=True)
    link = models.ForeignKey(ClientLink, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    chosen = models.JSONField(null=True, blank=True)
    net = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    gross = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    reason = CleanTextField(blank=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_for = models.ForeignKey(Firm, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    way = models.CharField(max_length=10, choices=choices_of(DecisionWay), blank=True)
    file = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager["Decision"]] = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=is_one_of(DecisionKind)), name="a_decision_is_yes_or_no"),
            models.CheckConstraint(
                condition=Q(method__in=is_one_of(DecisionMethod)), name="a_decision_came_in_a_known_way"
            ),
            models.CheckConstraint(
                condition=Q(kind=_ACCEPT, chosen__isnull=False, net__isnull=False, gross__isnull=False, reason="")
                | (~Q(kind=_ACCEPT) & Q(chosen__isnull=True, net__isnull=True, gross__isnull=True)),
                name="a_yes_says_to_what_and_a_no_why",
            ),
            models.CheckConstraint(
                condition=Q(method=_RECORDED, link__isnull=True, recorded_by__isnull=False, recorded_for__isnull=False)
                & Q(way__in=is_one_of(DecisionWay))
                & (~Q(kind=_ACCEPT) | Q(way=DecisionWay.PHONE.value) | Q(file__isnull=False))
                | ~Q(method=_RECORDED)
                & Q(link__isnull=False, recorded_by__isnull=True, recorded_for__isnull=True, way="", file__isnull=True),
                name="a_recorded_decision_says_how_it_came",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=F("written_at")) | Q(method=_RECORDED, decided_at__lt=F("written_at")),
                name="a_decision_is_written_when_it_is_clicked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.method}"

    @property
    def is_yes(self) -> bool:
        """Whether it accepts the version."""
        return self.kind == _ACCEPT

    @property
    def is_recorded(self) -> bool:
        """Whether the lead wrote it down, so that nobody clicked it."""
        return self.method == _RECORDED


class DecisionStanding(models.Model):
    """Whether a decision counts, and whether the client says that a recorded one is not so.

    `bid`, `revision` and `kind` repeat the decision's own, `change` its version's: of an offer one yes stands, and one
    of each change of what was agreed. An objection annuls nothing by itself; the lead annuls what it recorded wrongly,
    with a `reason`, and never what was clicked.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="standing")
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=choices_of(DecisionKind))
    change = models.PositiveSmallIntegerField(default=0, db_default=0)
    state = models.CharField(max_length=8, choices=choices_of(DecisionState), default=DecisionState.STANDING.value)
    changed_at = models.DateTimeField()
    reason = CleanTextField(blank=True)
    annulled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    objected_at = models.DateTimeField(null=True, blank=True)
    objected_by = models.ForeignKey(ClientLink, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    objection = CleanTextField(blank=True)
    reason_told_at = models.DateTimeField(null=True, blank=True)
    """Since when the partners may read why the client said no."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=is_one_of(DecisionState)), name="a_decision_stands_or_is_annulled"
            ),
            models.UniqueConstraint(
                fields=["bid", "change"],
                condition=Q(state=DecisionState.STANDING.value, kind=_ACCEPT),
                name="one_yes_stands_in_an_offer_and_in_a_change",
            ),
            models.UniqueConstraint(
                fields=["revision"],
                condition=Q(state=DecisionState.STANDING.value),
                name="one_decision_stands_per_version",
            ),
            models.CheckConstraint(
                condition=Q(objected_at__isnull=True, objected_by__isnull=True, objection="")
                | Q(objected_at__isnull=False, objected_by__isnull=False),
                name="an_objection_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(state=DecisionState.STANDING.value, annulled_by__isnull=True, reason="")
                | Q(state=DecisionState.ANNULLED.value, annulled_by__isnull=False) & ~Q(reason=""),
                name="who_annuls_a_decision_says_why",
            ),
            models.CheckConstraint(
                condition=Q(reason_told_at__isnull=True) | Q(kind=DecisionKind.DECLINE.value),
                name="only_a_no_has_a_reason_to_tell",
            ),
        ]

    def __str__(self) -> str:
        return self.state


class Evidence(models.Model):
    """What proves a decision: canonical bytes behind their domain prefix, and their SHA-256; never changed.

    What tells of a person who was there is in it by salted commitment only; the values stand in `EvidenceIdentity`.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="evidence")
    content = models.BinaryField()
    content_hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return bytes(self.content_hash).hex()[:12]


class EvidenceIdentity(models.Model):
    """A typed name, an address on the net or a browser's name that the evidence speaks of only by commitment.

    Deleting the row erases it; the evidence still holds.
    """

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="identities")
    name = models.CharField(max_length=20)
    value = models.TextField()
    salt = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evidence", "name"], name="one_identity_per_evidence_and_name")]

    def __str__(self) -> str:
        return f"{self.name} of {self.evidence_id}"


class CounterOffer(Published):
    """A yes that came too late or with changes: a new offer by the client, which the lead answers with a version.

    Rows are only ever added. It came by the client's link, or the lead wrote it down.
    """

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="counter_offers")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="counter_offers")
    revision_hash = models.BinaryField(max_length=32)
    nonce = models.UUIDField(unique=True)
    arrived_at = models.DateTimeField()
    written_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)
    words = CleanTextField(blank=True)
    chosen = models.JSONField(null=True, blank=True)
    link = models.ForeignKey(ClientLink, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_for = models.ForeignKey(Firm, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    way = models.CharField(max_length=10, choices=choices_of(DecisionWay), blank=True)
    file = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(is_late=True) | ~Q(words=""), name="a_counter_offer_says_what_is_new"),
            models.CheckConstraint(
                condition=Q(link__isnull=False, recorded_by__isnull=True, recorded_for__isnull=True, way="")
                | Q(link__isnull=True, recorded_by__isnull=False, recorded_for__isnull=False)
                & Q(way__in=is_one_of(DecisionWay)),
                name="a_counter_offer_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__lte=F("written_at")), name="a_counter_offer_is_written_once_it_is_there"
            ),
        ]

    def __str__(self) -> str:
        return f"counter-offer {self.public_id}"
