"""What a client wants."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kernel.fields import CleanCharField, CleanTextField
from kernel.public_id import Published, Versioned
from members.models import Firm


class Need(Published, Versioned):
    """A client's need in the words of the firm that heard it."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="needs")
    title = CleanCharField(max_length=500, blank=True)
    text = CleanTextField(blank=True)
    skills = ArrayField(CleanCharField(max_length=200), default=list, blank=True)
    municipality = models.CharField(max_length=3, blank=True)

    def __str__(self) -> str:
        return self.title
