# Verso as an image: docker build -t verso . ; how it is run: docs/operators.md
# Of one Python and one Debian, so that a build of tomorrow is one of today with its mends.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
WORKDIR /src
# pip stays outside of what is copied on.
RUN python -m venv --without-pip /opt/verso
COPY requirements.lock ./
RUN pip --python /opt/verso --disable-pip-version-check install --no-cache-dir -q --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY bot bot
COPY flows flows
COPY storage storage
RUN pip --python /opt/verso --disable-pip-version-check install --no-cache-dir -q --no-deps --no-build-isolation --no-index . \
 && pip --python /opt/verso uninstall -q -y hatchling editables
# What nothing here reads: where numbers are on a map, whose network they are in, tests of others.
RUN rm -rf /opt/verso/lib/python*/site-packages/phonenumbers/geodata \
        /opt/verso/lib/python*/site-packages/phonenumbers/carrierdata \
 && find /opt/verso/lib/python*/site-packages/numpy -type d -name tests -prune -exec rm -rf {} +

FROM python:${PYTHON}
RUN useradd --system --uid 10001 --home-dir /var/lib/verso --shell /usr/sbin/nologin verso \
 && install -d -o verso -g verso -m 700 /var/lib/verso
COPY --from=build /opt/verso /opt/verso
ENV PATH=/opt/verso/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    VERSO_DATABASE_URL=sqlite+aiosqlite:////var/lib/verso/verso.db \
    VERSO_HTTP_LISTEN=0.0.0.0:8080 \
    VERSO_LOG_FORMAT=json
# Everything that has to stay: the database, and verso.yaml where there is one.
WORKDIR /var/lib/verso
VOLUME /var/lib/verso
# By its number, so that it can be seen from outside that it is not root.
USER 10001
EXPOSE 8080
STOPSIGNAL SIGTERM
# By http.client, which no proxy in the environment leads astray.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client; c = http.client.HTTPConnection('127.0.0.1', 8080, timeout=4); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["verso"]
CMD ["run"]
