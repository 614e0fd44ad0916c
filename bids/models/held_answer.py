"""What a client has told on the first page of an answer, kept until the answer is confirmed."""

from django.db import models
from django.db.models import F, Q

from bids.models.choices import choices_of, is_one_of
from bids.models.client_link import ClientLink
from bids.models.revision import Revision
from bids.vocabulary import CodeFor, Language
from kernel.fields import CleanCharField


class HeldAnswer(models.Model):
    """One form of one link about one version, for as long as a button in a letter may confirm it; then it is deleted.

    `nonce` is the form's own: the form sent again with something else in it is held as it was sent last. Nothing is
    decided by it. It bears the name of a person, so it goes with the answer, or by its time.
    """

    link = models.ForeignKey(ClientLink, on_delete=models.CASCADE, related_name="held_answers")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    act = models.CharField(max_length=7, choices=choices_of(CodeFor))
    nonce = models.UUIDField(unique=True)
    chosen = models.JSONField()
    name = CleanCharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, choices=choices_of(Language))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(act__in=is_one_of(CodeFor)), name="a_held_answer_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="a_held_answer_lives"),
            models.CheckConstraint(
                condition=~Q(act=CodeFor.ACCEPT.value) | ~Q(name=""), name="a_held_yes_bears_a_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.nonce}"
