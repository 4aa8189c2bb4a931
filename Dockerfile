# The image of the server, the worker and beat; compose.yaml says which is which.
FROM node:20-bookworm-slim AS site
WORKDIR /dalil/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM python:3.11-slim-bookworm
WORKDIR /dalil
RUN pip install --no-cache-dir uv && useradd --create-home dalil && install -d -o dalil /var/lib/dalil
COPY pyproject.toml requirements.lock ./
# Only what runs: the names from pyproject.toml, at the versions of the lock.
RUN uv pip install --system --no-cache -r pyproject.toml -c requirements.lock
COPY . .
# The project itself, in place, so that its entry points are known (networkx's backend).
RUN uv pip install --system --no-cache --no-deps --build-constraints requirements.lock -e .
COPY --from=site /dalil/web/dist web/dist
ENV DALIL_ENVIRONMENT=production DALIL_DATA_ROOT=/var/lib/dalil NUMBA_CACHE_DIR=/var/lib/dalil/numba PYTHONUNBUFFERED=1
USER dalil
VOLUME /var/lib/dalil
EXPOSE 8000
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--proxy-headers", "--lifespan", "on"]
