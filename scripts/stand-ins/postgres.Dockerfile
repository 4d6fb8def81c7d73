# Debian's PostgreSQL with the variables, the folder and the health check that compose.yaml knows of `postgres`, as its
# user `postgres`.
ARG BASE
FROM ${BASE}
RUN apt-get update && apt-get install -y --no-install-recommends postgresql && rm -rf /var/lib/apt/lists/* \
  && rm -rf /var/lib/postgresql/* && chmod 3777 /var/lib/postgresql /run/postgresql && ln -s /usr/lib/postgresql/*/bin /opt/postgresql
ENV PATH=/opt/postgresql:/usr/local/bin:/usr/bin:/bin
COPY postgres.sh /postgres.sh
VOLUME /var/lib/postgresql
ENTRYPOINT ["sh", "/postgres.sh"]
