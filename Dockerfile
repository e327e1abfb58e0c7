# The proxy with Python satellites, on Debian 12.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN make build BUILD_FLAGS=-trimpath

FROM debian:12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 python3-pandas python3-sklearn uidmap \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/bin/tds-launchpad /usr/local/bin/tds-launchpad
VOLUME /var/lib/tds-launchpad
EXPOSE 1433
ENTRYPOINT ["tds-launchpad"]
CMD ["serve", "--listen", ":1433", "--data-dir", "/var/lib/tds-launchpad"]
