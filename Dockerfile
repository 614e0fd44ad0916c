FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    XDG_CACHE_HOME=/tmp

# What WeasyPrint needs and no wheel carries.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/punos
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt
COPY . .

# Nothing here is connected to: collecting files only reads the settings.
RUN SECRET_KEY=only-for-building DATABASE_URL=postgres://nobody@127.0.0.1:1/nothing REDIS_URL=redis://127.0.0.1:1/0 \
    python manage.py collectstatic --no-input \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin punos \
    && install -d -o punos -g punos -m 0700 /var/lib/punos

USER punos
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--limit-request-line", "8190", "--workers", "2", \
     "--threads", "4", "--graceful-timeout", "30", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
