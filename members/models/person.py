"""A person who logs in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now

from kernel.fields import CleanCharField
from kernel.public_id import Published


class PersonManager(BaseUserManager["Person"]):
    """Makes people by their e-mail address alone."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A person who logs in with mailed codes unless a password is given."""
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A person who may also open the administration pages."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        """The person with this address, whatever its case."""
        return self.get(email__iexact=username)


class Person(Published, AbstractBaseUser, PermissionsMixin):
    """Somebody with one e-mail address, a language, and memberships in firms."""

    email = models.EmailField(max_length=254)
    name = CleanCharField(max_length=200, blank=True)
    phone = CleanCharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(db_default=Now(), editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_per_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name, or the address while no name is known."""
        return str(self)

    def get_short_name(self) -> str:
        """The first name, or the address while no name is known."""
        return str(self).split()[0]
