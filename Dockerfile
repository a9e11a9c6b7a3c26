# docker build -t event-processor:latest .
#
# deploy/image/README.md says how to run it. The base may be any Debian 13; what is copied from the first stage is linked with it.
ARG BASE=debian:trixie-slim

FROM ${BASE} AS build
RUN dpkg-query -W -f='${binary:Package}\n' >/base-packages
# What a build without tests needs, a line each. Its shared libraries find their way into the image by themselves.
# No versions: they are those of the Debian release, and a pin would only keep its security updates away.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends \
    ca-certificates \
    cmake \
    g++ \
    libboost-dev \
    libcli11-dev \
    libcurl4-openssl-dev \
    libfmt-dev \
    libhiredis-dev \
    libprotobuf-dev \
    librabbitmq-dev \
    librdkafka-dev \
    libsimdjson-dev \
    libspdlog-dev \
    libssl-dev \
    libyaml-cpp-dev \
    libzstd-dev \
    ninja-build \
    nlohmann-json3-dev \
    opentelemetry-cpp-dev \
    pkg-config \
    prometheus-cpp-dev \
    zlib1g-dev \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
ARG COMMIT=unknown
ARG JOBS=
RUN cmake --preset release -DCONNECTOR_TESTS=OFF -DCONNECTOR_COMMIT="${COMMIT}" \
  && cmake --build --preset release --parallel "${JOBS:-$(nproc)}" \
  && DESTDIR=/image cmake --install build/release --prefix /usr --strip \
  && install -D -m 0644 configs/rmq-to-kafka.yaml /image/etc/connector-host/rmq-to-kafka.yaml \
  && deploy/image/collect.sh /base-packages /image

FROM ${BASE}
ARG BASE
ARG COMMIT=unknown
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="connector-host" \
  org.opencontainers.image.description="Moves records between systems without losing one: RabbitMQ, Redis, Kafka, files" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${COMMIT}" \
  org.opencontainers.image.base.name="${BASE}"
COPY --from=build /image/ /
# The state is all that is written; plugins of one's own are mounted below /opt, and found there before the topology is read.
RUN ldconfig && rm -rf /var/cache/ldconfig \
  && groupadd --gid 10001 connector-host \
  && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin connector-host \
  && rm -f /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow- \
  && install -d -m 0755 /opt/connector-host/plugins \
  && install -d -m 0750 -o 10001 -g 10001 /var/lib/connector-host
ENV CONNECTOR_PLUGIN_PATH=/opt/connector-host/plugins
VOLUME /var/lib/connector-host
EXPOSE 8080 8083
USER 10001:10001
# Of the process and never of a broker: nothing that is restarted brings one back.
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=4 CMD ["/usr/bin/connector-host", "healthcheck"]
ENTRYPOINT ["/usr/bin/connector-host"]
CMD ["--topology", "/etc/connector-host/rmq-to-kafka.yaml"]
