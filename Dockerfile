# Two stages: the first has pip and compiles, the second only runs.
# A digest makes the base one image for ever: --build-arg PYTHON_DIGEST=@sha256:…
ARG PYTHON_DIGEST=
FROM python:3.11.14-slim-bookworm${PYTHON_DIGEST} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
COPY requirements.lock requirements-ai.lock requirements-observe.lock ./
# Only files whose SHA-256 is written down (.ci/lock).
RUN pip install --require-hashes -r requirements.lock \
  && pip install --require-hashes -r requirements-ai.lock \
  && pip install --require-hashes -r requirements-observe.lock
COPY . .
# Hashed and compressed now, so that a start in production has nothing to collect.
RUN python manage.py build frontend prod && python -m compileall -q .

FROM python:3.11.14-slim-bookworm${PYTHON_DIGEST}
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Scans are read by tesseract: Indonesian and English.
RUN apt-get update && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-ind \
  && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin ems
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
# The program belongs to root; it may write in one place only.
RUN rm -rf var && install -d -o ems -g ems var
USER ems
VOLUME /app/var
EXPOSE 8000
# SIGTERM reaches the supervisor, which lets requests and the task at hand end.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["python", "-m", "launcher.health"]
CMD ["python", "manage.py", "run", "backend", "prod", "--no-worker"]
