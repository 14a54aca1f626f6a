# Compiled where the compilers are; the image that runs has none of them.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.base.json ./
COPY packages packages
COPY apps apps
# No package needs a script of its own to be installed, so none gets to run one.
RUN npm ci --ignore-scripts && npx tsc -b apps/server && npm prune --omit=dev
# 115 MB that Node.js never loads: what compiled, source maps, declarations and sources (it refuses to run TypeScript in
# node_modules), and manuals. Licences stay.
RUN rm -rf packages/*/src apps/*/src node_modules/typescript node_modules/@typescript node_modules/@types \
  && find . -name .tsbuildinfo -delete \
  && find . -type f \( -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' \) -delete \
  && find node_modules -type f -name '*.md' -not -iname '*licen[cs]e*' -not -iname '*notice*' -delete
# A new embedded database, for a first start to copy. Making one takes 0.9 GB of memory; a copy fits into 512 MB. Last,
# because PostgreSQL calls files *.map too.
RUN node packages/infra/dist/database/embedded/make-template.js && chmod -R a+rX packages/infra/template-database

FROM node:24-slim
# Node.js as process 1 collects no orphans, and a decoder that it ended would stay as a zombie for ever.
RUN apt-get update && apt-get install --yes --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
WORKDIR /app
COPY --from=build /app ./
RUN mkdir /data && chown node:node /data
USER node
# Others can reach a container, so API_KEY has to be set: the server refuses to start without one.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
# With /tmp, all that is written: the rest may be read-only.
VOLUME /data
EXPOSE 8000
# A first start copies the embedded database and makes the tables, which takes some seconds.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/ready`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
# PostgreSQL as WebAssembly, optimized by V8, takes 1 GB for some seconds of a first start, and 500 MB from then on. As V8
# compiles it first, it stays at 200 MB. Only the embedded database and the sandbox get slower.
CMD ["node", "--liftoff-only", "apps/server/dist/main.js"]
