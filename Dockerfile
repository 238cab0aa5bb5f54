# syntax=docker/dockerfile:1
# One image for api, worker and gateway-sim; the command says which:
#
#   docker build --tag holdfast .
#   docker run holdfast                             the API
#   docker run holdfast apps/worker/src/main.ts     a worker
#
# TypeScript runs as it is (docs/decisions/0001), and the image has no use for npm: processes are started by node itself, so
# that SIGTERM reaches them.

FROM node:24.11.0-bookworm-slim AS build
WORKDIR /app
COPY . .
# The only packages with scripts that run are embedded PostgreSQLs, which only `npm start` needs.
RUN --mount=type=cache,target=/root/.npm \
  npm ci --omit=dev --ignore-scripts --no-audit --no-fund
RUN node scripts/bootstrap/generate-prisma-client.cjs
# What the apps and the packages that they import declare; the root's own dependencies stay out.
RUN --mount=type=cache,target=/root/.npm \
  npm ci --omit=dev --ignore-scripts --no-audit --no-fund --prefer-offline \
  --workspace=apps/api --workspace=apps/worker --workspace=apps/gateway-sim

FROM node:24.11.0-bookworm-slim
WORKDIR /app
COPY --from=build /app/package.json /app/tsconfig.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/prisma/migrations prisma/migrations
COPY --from=build /app/packages packages
COPY --from=build /app/apps apps
ENV NODE_ENV=production
# The address that says whether this process can do its work; a worker has port 3001.
ENV HEALTH_URL=http://127.0.0.1:3000/readyz
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s --retries=3 \
  CMD ["node", "--eval", "fetch(process.env.HEALTH_URL).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
USER node
ENTRYPOINT ["node", "--require", "tsx/cjs"]
CMD ["apps/api/src/main.ts"]
