# The demo, ready to serve: docker build -t regiobeeld . && docker run --read-only -p 8050:8050 regiobeeld
# For real releases name their database: -e REGIOBEELD_DATABASE=postgresql://reader@host/regiobeeld
# The last stage holds what serving needs, the release and no ETL packages; it runs without root and writes nothing.

FROM python:3.11-slim-bookworm AS base
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PATH=/opt/venv/bin:$PATH
WORKDIR /app

# What serving needs. Only the pins are copied first, so that a change in code does not install anything again.
FROM base AS packages
COPY constraints.txt pyproject.toml README.md ./
RUN python -m venv /opt/venv && pip install -c constraints.txt .

# The demo release, made by the real pipeline and then sealed: one plain file, no write-ahead log beside it.
FROM packages AS demo
RUN pip install -c constraints.txt ".[etl]"
COPY geodata geodata
COPY etl etl
COPY config config
RUN python -m etl demo --database sqlite:////data/regiobeeld.db \
    && python -c "import sqlite3; sqlite3.connect('/data/regiobeeld.db').execute('PRAGMA journal_mode=DELETE')"

FROM base AS serve
LABEL org.opencontainers.image.title="Regiobeeld" \
      org.opencontainers.image.description="Where organised crime leaves its traces, per neighbourhood" \
      org.opencontainers.image.licenses="EUPL-1.2"
RUN groupadd --system --gid 10001 regiobeeld && useradd --system --uid 10001 --gid 10001 --no-create-home regiobeeld
COPY --from=packages /opt/venv /opt/venv
COPY --from=demo /data/regiobeeld.db /data/regiobeeld.db
COPY geodata geodata
COPY etl etl
COPY dashboard dashboard
COPY config config
COPY app.py LICENCE ./
USER 10001
# immutable=1: the file is part of the image and nobody writes it, so SQLite needs no lock and no log.
ENV REGIOBEELD_DATABASE=sqlite:///file:/data/regiobeeld.db?immutable=1&uri=true \
    PORT=8050
EXPOSE 8050
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
# gunicorn listens on every address of the container at PORT; visitors are not logged.
CMD ["gunicorn", "app:server", "--workers=2", "--threads=4", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
