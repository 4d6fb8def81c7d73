# Any image with npm and Node 20.19, 22.13, or 24 and newer will do; this is the newest long-term support line.
ARG NODE_IMAGE=docker.io/library/node:26-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY console/package.json console/
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json prisma.config.ts ./
COPY prisma prisma
COPY src src
COPY console console
COPY docs docs
COPY scripts/build.mjs scripts/
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY console/package.json console/
# Optional too, or npm keeps the Prisma CLI and TypeScript as optional peers of the client.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund \
  && find node_modules/@prisma/client/runtime -name 'query_compiler_*' ! -name '*.postgresql.*' -delete

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="quay-robots" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY prisma/migrations prisma/migrations
COPY openapi openapi
# The embedded database and its key live here; nothing else is ever written.
RUN install -d -o 1000 -g 1000 -m 700 /data
# What Node compiles at start, made by a first start and then left as it is; it serves only who made it.
ENV NODE_COMPILE_CACHE=/app/compile-cache
RUN install -d -o 1000 -g 1000 compile-cache \
  && setpriv --reuid=1000 --regid=1000 --clear-groups env DATA_DIR=/tmp/warm-up LOG_LEVEL=warn \
    timeout --preserve-status --signal=TERM 20 node dist/cli/main.js serve > /dev/null \
  && rm -rf /tmp/warm-up && chown -R root:root compile-cache
VOLUME /data
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/instance`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The flags keep a busy server below 150 MB (bench/README.md, "Memory"); package.json has them, too.
ENTRYPOINT ["node", "--max-semi-space-size=8", "--heap-growing-percent=60", "--no-concurrent-marking", "/app/dist/cli/main.js"]
CMD ["serve"]
