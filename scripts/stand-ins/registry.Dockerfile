# Debian's registry, or another one, with the configuration that the image `registry` brings.
ARG BASE
FROM ${BASE}
RUN apt-get update && apt-get install -y --no-install-recommends docker-registry && rm -rf /var/lib/apt/lists/*
COPY registry-program /registry-program
RUN if [ -s /registry-program ]; then install /registry-program /usr/bin/docker-registry; fi
COPY registry.yml /etc/distribution/config.yml
VOLUME /var/lib/registry
EXPOSE 5000
ENTRYPOINT ["docker-registry"]
CMD ["serve", "/etc/distribution/config.yml"]
