"""A firm: who can sell."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kernel.fields import CleanCharField
from kernel.public_id import Published, Versioned


class Firm(Published, Versioned):
    """A very small firm. Without a Business ID it is known by its name only, until it must sell."""

    name = CleanCharField(max_length=200)
    business_id = models.CharField(max_length=9, null=True, blank=True, unique=True)
    legal_form = CleanCharField(max_length=40, blank=True)
    municipality = models.CharField(max_length=3, blank=True)
    staff = models.PositiveSmallIntegerField(null=True, blank=True)
    vat_liable = models.BooleanField(default=True)
    service_company_name = CleanCharField(max_length=200, blank=True)
    service_company_business_id = models.CharField(max_length=9, blank=True)
    service_company_vat_liable = models.BooleanField(default=True)
    fields = ArrayField(CleanCharField(max_length=200), default=list, blank=True)
    skills = ArrayField(CleanCharField(max_length=200), default=list, blank=True)
    colour = models.CharField(max_length=7, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(business_id__isnull=True) | models.Q(business_id__regex=r"^\d{7}-\d$"),
                name="a_business_id_is_seven_digits_and_a_check_digit",
            )
        ]

    def __str__(self) -> str:
        return self.name
