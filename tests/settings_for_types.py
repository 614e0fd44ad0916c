"""The product's settings where nothing is installed yet: for programs that only read types."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-reading-types")
os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")

from config.settings import *  # noqa: F403
