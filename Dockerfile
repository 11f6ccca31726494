# Conveyor: worker, webhook endpoint and commands in one image. docs/scaling.md says how to run it.
ARG NODE_IMAGE=node:24.20.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM ${NODE_IMAGE}
# git: forges and workspaces. tini: passes SIGTERM on and reaps what agents leave behind. util-linux: unshare.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git tini util-linux \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY --from=build /app/dist ./dist
RUN ln -s /app/dist/ops/main.js /usr/local/bin/conveyor \
    && install --directory --owner=node --group=node /data

ENV CONVEYOR_CONFIG=/etc/conveyor/conveyor.yaml CONVEYOR_DATA=/data
USER node
EXPOSE 7400
STOPSIGNAL SIGTERM
# The worker's; whoever runs another program says how it is asked. Liveness: a Temporal that is away is no fault of ours.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.CONVEYOR_WORKER_PORT || 7401) + '/livez').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Also where it is not the first process of its namespace, tini adopts what the agents of this container leave behind.
ENTRYPOINT ["tini", "-s", "--"]
CMD ["node", "dist/worker/main.js"]
