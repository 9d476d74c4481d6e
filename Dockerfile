FROM golang:1.26 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -tags noengine -ldflags "-s -w" -o /yishi ./cmd/yishi

FROM debian:12-slim
COPY --from=build /yishi /yishi
ENTRYPOINT ["/yishi"]
