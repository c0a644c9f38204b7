# syntax=docker/dockerfile:1
# make image. Builds on the builder's own platform for amd64 and arm64; nothing runs under emulation but the last stage's apt-get.

ARG DOTNET_VERSION=10.0
ARG DEBIAN_RELEASE=bookworm
ARG HELM_VERSION=4.1.4

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:${DOTNET_VERSION} AS build
ARG TARGETARCH
WORKDIR /source
COPY Directory.Build.props Directory.Packages.props global.json .editorconfig BannedSymbols.txt ./
COPY Crds/Crds.csproj Crds/
COPY Operator/Operator.csproj Operator/
# .NET says x64 where the others say amd64.
RUN dotnet restore Operator -r linux-$(echo "$TARGETARCH" | sed 's/amd64/x64/') -p:SelfContained=true -p:PublishTrimmed=true
COPY Crds/ Crds/
COPY Operator/ Operator/
RUN dotnet publish Operator --no-restore -c Release -r linux-$(echo "$TARGETARCH" | sed 's/amd64/x64/') \
      --self-contained -p:PublishTrimmed=true -p:DebugType=none -o /app

FROM --platform=$BUILDPLATFORM debian:${DEBIAN_RELEASE}-slim AS helm
ARG TARGETARCH
ARG HELM_VERSION
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/*
WORKDIR /helm
# The checksum comes from the same place as the archive, and protects from a broken download; what the image as a whole is
# held to is the digest that it is pulled by.
RUN curl -fsSLO "https://get.helm.sh/helm-v${HELM_VERSION}-linux-${TARGETARCH}.tar.gz" \
 && curl -fsSLO "https://get.helm.sh/helm-v${HELM_VERSION}-linux-${TARGETARCH}.tar.gz.sha256sum" \
 && sha256sum -c "helm-v${HELM_VERSION}-linux-${TARGETARCH}.tar.gz.sha256sum" \
 && tar -xzf "helm-v${HELM_VERSION}-linux-${TARGETARCH}.tar.gz" --strip-components=1

FROM debian:${DEBIAN_RELEASE}-slim
# The node agent drives the field's own tools; helm is the operator's. tini reaps what they may leave behind.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      bpftool ca-certificates conntrack ethtool ipset iproute2 iptables ipvsadm libssl3 nftables tini util-linux \
 && rm -rf /var/lib/apt/lists/* /var/cache/debconf/* /usr/share/doc /usr/share/man
COPY --from=helm --chmod=0755 /helm/helm /usr/local/bin/helm
COPY --from=build --chmod=0755 /app /usr/local/lib/netprofile
RUN ln -s ../lib/netprofile/netprofile /usr/local/bin/netprofile
# Diagnostics would write a socket to a root file system that is read-only.
ENV DOTNET_EnableDiagnostics=0 DOTNET_gcServer=0
USER 65532:65532
ENTRYPOINT ["/usr/bin/tini", "--", "/usr/local/bin/netprofile"]
CMD ["operator"]
LABEL org.opencontainers.image.title="NetworkProfile operator" \
      org.opencontainers.image.description="Brings a cluster's network to a declared Cilium and keeps it there" \
      org.opencontainers.image.licenses="Apache-2.0"
