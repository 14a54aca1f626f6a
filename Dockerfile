# syntax=docker/dockerfile:1

# Compiled where the compilers are; the image that runs has none of them.
FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json tsconfig.base.json ./
COPY packages packages
COPY apps apps
RUN npm ci
RUN npm run build && npm prune --omit=dev && rm -rf packages/*/src apps/*/src packages/testkit

FROM node:20-slim
# Node.js as process 1 collects no orphans, and a decoder that it ended would stay as a zombie for ever.
RUN apt-get update && apt-get install --yes --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app ./
RUN mkdir /data && chown node:node /data
USER node
# Others can reach a container, so API_KEY has to be set: the server refuses to start without one.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
VOLUME /data
EXPOSE 8000
# A first start makes the embedded database, which takes some seconds.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/ready`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "apps/server/dist/main.js"]
