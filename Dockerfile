# The image: one static binary, no shell, not root.
#
#   docker build -t standin .
#   docker run -p 4010:4010 standin
#   docker run -p 4010:4010 -v ./openapi.yaml:/openapi.yaml:ro standin serve /openapi.yaml

FROM golang:1.26-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /standin ./cmd/standin

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /standin /standin
# A container is reached from outside it: loopback would answer nobody.
ENV STANDIN_HOST=0.0.0.0
USER 65532:65532
EXPOSE 4010
HEALTHCHECK --interval=10s --timeout=5s --start-period=2s CMD ["/standin", "health"]
ENTRYPOINT ["/standin"]
CMD ["serve"]
