"""What happens after the commit: Celery rings, the outbox remembers."""
