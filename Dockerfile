# Footfall in one image; docker-compose.yml runs a container of it for each part. DuckDB needs glibc: no Alpine.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
COPY sdk/package.json sdk/
# No script of a package: the one that needs its own brings a Node.js, which is here already.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run prepack

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
COPY sdk/package.json sdk/
RUN npm ci --ignore-scripts --omit=dev

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Footfall" \
      org.opencontainers.image.description="Web analytics to own and embed: collector, worker and reporting" \
      org.opencontainers.image.licenses="MIT"
# Nothing is installed any more. A volume at /data begins with the owner of the folder.
RUN rm -rf /opt/yarn-* /usr/local/include/node /usr/local/lib/node_modules \
           /usr/local/bin/corepack /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/yarn /usr/local/bin/yarnpkg \
 && ln -s /app/bin/footfall.js /usr/local/bin/footfall \
 && install --directory --owner=node --group=node /data
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/bin bin
COPY --from=build /app/docker docker
COPY --from=build /app/examples/dashboard/dist examples/dashboard/dist
COPY --from=build /app/sdk/dist/s.js /app/sdk/dist/s.core.js /app/sdk/dist/s.all.js sdk/dist/
COPY --from=build /app/dist dist
# The network of a container is its own: what listens there is reached through a published port, and PUBLISHED_HOST says from where.
ENV NODE_ENV=production DATA=/data HOST=0.0.0.0 REPORTING_HOST=0.0.0.0
EXPOSE 3001 3002
USER node
HEALTHCHECK --interval=15s --timeout=10s --start-period=90s --retries=3 CMD ["node", "bin/footfall.js", "health"]
# As the first process of the container it gets SIGTERM itself, and waits for the child that it starts.
ENTRYPOINT ["node", "bin/footfall.js"]
CMD ["start"]
