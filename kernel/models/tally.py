"""How often something has been tried from one origin lately."""

from django.db import models


class Tally(models.Model):
    """One count since one moment. `name_hash` is keyed: whose count it is can be checked, not read."""

    name_hash = models.BinaryField(max_length=32, unique=True)
    since_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(count__gte=1), name="a_tally_counts_something")]

    def __str__(self) -> str:
        return f"{self.count} since {self.since_at}"
