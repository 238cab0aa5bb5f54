# One image for api, worker and gateway-sim; the command says which:
#
#   docker build --tag holdfast:$version .
#   docker run holdfast:$version                             the API
#   docker run holdfast:$version apps/worker/src/main.ts     a worker
#
# A build needs the base image and the npm registry, nothing else. TypeScript runs as it is (docs/decisions/0001), and node
# itself starts the processes, without npm, so that SIGTERM reaches them.

FROM node:24.11.0-bookworm-slim AS base
WORKDIR /app

# Only the files that decide which packages are installed: a change of other files installs nothing again.
FROM base AS manifests
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete \
  && find . -type d -empty -delete

# The generator is the root's dependency, and has far more packages than the client that it writes.
FROM base AS client
COPY --from=manifests /app ./
# The only packages with scripts that run are embedded PostgreSQLs, which only `npm start` needs.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY prisma/schema.prisma prisma/
COPY scripts/bootstrap scripts/bootstrap
RUN node scripts/bootstrap/generate-prisma-client.cjs

# The operators' console: the image has the built files, and none of what builds them.
FROM base AS console
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund --workspace=apps/console
COPY tsconfig.json ./
COPY packages/client packages/client
COPY apps/console apps/console
RUN cd apps/console && node ../../node_modules/vite/bin/vite.js build --logLevel error

# What the apps and the packages that they import declare, without source maps and Prisma's support of other databases.
FROM base AS dependencies
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.npm \
  npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  --workspace=apps/api --workspace=apps/worker --workspace=apps/gateway-sim \
  && find node_modules -name '*.map' -delete \
  && find node_modules/@prisma/client/runtime -regex '.*\.\(cockroachdb\|mysql\|sqlite\|sqlserver\)\..*' -delete

FROM base
COPY --from=dependencies /app ./
COPY tsconfig.json ./
COPY prisma/migrations prisma/migrations
COPY packages packages
COPY apps/api apps/api
COPY apps/worker apps/worker
COPY apps/gateway-sim apps/gateway-sim
COPY --from=console /app/apps/console/dist apps/console/dist
COPY --from=client /app/packages/db/src/generated packages/db/src/generated
ENV NODE_ENV=production
# A container would write what is compiled to a /tmp that is empty at the next start.
ENV TSX_DISABLE_CACHE=1
# The address that says whether this process can do its work; a worker has port 3001.
ENV HEALTH_URL=http://127.0.0.1:3000/readyz
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s --retries=3 \
  CMD ["node", "--eval", "fetch(process.env.HEALTH_URL).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
USER node
ENTRYPOINT ["node", "--require", "tsx/cjs"]
CMD ["apps/api/src/main.ts"]
