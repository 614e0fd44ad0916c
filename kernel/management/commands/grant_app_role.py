"""Give the application's role its privileges, where it was made after the tables."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from kernel.migrations_sql import APP_ROLE


class Command(BaseCommand):
    """Run as the owner of the tables; running it again changes nothing."""

    help = f"Give the role {APP_ROLE} what web and worker need, and nothing that would rewrite history."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Grant, or say that there is no such role."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
            if cursor.fetchone() is None:
                raise CommandError(f"There is no role {APP_ROLE}. Make it first: CREATE ROLE {APP_ROLE} NOLOGIN")
            cursor.execute("SELECT kernel_grant_app_role()")
        self.stdout.write(f"{APP_ROLE} has its privileges.")
