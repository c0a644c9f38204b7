{{- /* Settings of cilium-config that values decide, as a YAML map; "standin.settings" adds the fixed ones. */ -}}
{{- define "standin.decidedSettings" -}}
{{- $minor := int (include "standin.minor" .) -}}
{{- $v := .Values -}}
{{- $replaces := include "standin.replacesKubeProxy" . -}}
agent-not-ready-taint-key: {{ $v.agentNotReadyTaintKey }}
auto-direct-node-routes: {{ $v.autoDirectNodeRoutes }}
bpf-lb-sock: {{ $v.socketLB.enabled }}
bpf-root: {{ $v.bpf.root }}
cgroup-root: {{ $v.cgroup.hostRoot }}
cluster-id: {{ $v.cluster.id }}
cluster-name: {{ $v.cluster.name }}
custom-cni-conf: {{ $v.cni.customConf }}
debug: {{ $v.debug.enabled }}
enable-endpoint-health-checking: {{ $v.endpointHealthChecking.enabled }}
enable-health-checking: {{ $v.healthChecking }}
enable-ipv4: {{ $v.ipv4.enabled }}
enable-ipv4-masquerade: {{ include "standin.masqueradeIPv4" . }}
enable-ipv6: {{ $v.ipv6.enabled }}
enable-ipv6-big-tcp: {{ $v.enableIPv6BIGTCP }}
enable-ipv6-masquerade: {{ $v.enableIPv6Masquerade }}
enable-l7-proxy: {{ $v.l7Proxy }}
enable-policy: {{ lower $v.policyEnforcementMode }}
enable-sctp: {{ $v.sctp.enabled }}
ipam: {{ $v.ipam.mode }}
kube-proxy-replacement: {{ include "standin.kubeProxyReplacement" . }}
preallocate-bpf-maps: {{ $v.bpf.preallocateMaps }}
remove-cilium-node-taints: {{ $v.operator.removeNodeTaints }}
set-cilium-is-up-condition: {{ $v.operator.setNodeNetworkStatus }}
unmanaged-pod-watcher-interval: {{ ternary (printf "%v%s" $v.operator.unmanagedPodWatcher.intervalSeconds (ternary "s" "" (ge $minor 19))) "0" $v.operator.unmanagedPodWatcher.restart }}
{{- if eq $minor 13 }}
tunnel: {{ $v.tunnel | default "vxlan" }}
cni-uninstall: {{ ternary true $v.cni.uninstall (kindIs "invalid" $v.cni.uninstall) }}
{{- else }}
routing-mode: {{ include "standin.routingMode" . }}
{{- with include "standin.tunnelProtocol" . }}
tunnel-protocol: {{ . }}
{{- end }}
cni-exclusive: {{ $v.cni.exclusive }}
{{- if $v.cni.customConf }}
cni-exclusive: null
{{- else }}
write-cni-conf-when-ready: /host/etc/cni/net.d/05-cilium.conflist
{{- end }}
enable-ipv4-big-tcp: {{ $v.enableIPv4BIGTCP }}
set-cilium-node-taints: {{ ternary $v.operator.removeNodeTaints $v.operator.setNodeTaints (kindIs "invalid" $v.operator.setNodeTaints) }}
{{- if le $minor 18 }}
enable-node-port: {{ $v.nodePort.enabled }}
{{- end }}
{{- if le $minor 17 }}
enable-host-port: {{ $v.hostPort.enabled }}
{{- end }}
{{- if le $minor 16 }}
enable-external-ips: {{ $v.externalIPs.enabled }}
{{- end }}
external-envoy-proxy: {{ include "standin.envoyDaemonSet" . | default false }}
{{- end }}
{{- if $replaces }}
enable-node-port: null
enable-host-port: null
enable-external-ips: null
{{- end }}
{{- if or $replaces (and (ge $minor 14) (le $minor 16)) (and (eq $minor 13) (ne (include "standin.kubeProxyReplacement" .) "disabled")) }}
kube-proxy-replacement-healthz-bind-address: {{ $v.kubeProxyReplacementHealthzBindAddr | quote }}
{{- end }}
{{- if eq $v.ipam.mode "cluster-pool" }}
{{- with $v.ipam.operator }}
{{- if $v.ipv4.enabled }}
cluster-pool-ipv4-cidr: {{ join " " (ternary (list (.clusterPoolIPv4PodCIDR | default "")) (ternary (list .clusterPoolIPv4PodCIDRList) .clusterPoolIPv4PodCIDRList (kindIs "string" .clusterPoolIPv4PodCIDRList)) (and (eq $minor 13) (not (empty .clusterPoolIPv4PodCIDR)) (deepEqual .clusterPoolIPv4PodCIDRList (list "10.0.0.0/8")))) }}
cluster-pool-ipv4-mask-size: {{ .clusterPoolIPv4MaskSize }}
{{- end }}
{{- if $v.ipv6.enabled }}
cluster-pool-ipv6-cidr: {{ join " " .clusterPoolIPv6PodCIDRList }}
cluster-pool-ipv6-mask-size: {{ .clusterPoolIPv6MaskSize }}
{{- end }}
{{- end }}
{{- end }}
{{- with $v.ipv4NativeRoutingCIDR }}
ipv4-native-routing-cidr: {{ . }}
{{- end }}
{{- with $v.ipv6NativeRoutingCIDR }}
ipv6-native-routing-cidr: {{ . }}
{{- end }}
{{- if and (ge $minor 20) $v.nativeRoutingCIDRFromClusterPool }}
ipv4-native-routing-cidr: {{ first $v.ipam.operator.clusterPoolIPv4PodCIDRList }}
{{- end }}
{{- with $v.tunnelPort }}
tunnel-port: {{ . }}
{{- end }}
{{- with $v.MTU }}
mtu: {{ . }}
{{- end }}
{{- if or $v.devices (ge $minor 20) }}
devices: {{ kindIs "slice" $v.devices | ternary (join " " ($v.devices | default list)) ($v.devices | default "") | quote }}
{{- end }}
{{- if not (kindIs "invalid" $v.bpf.masquerade) }}
enable-bpf-masquerade: {{ $v.bpf.masquerade }}
{{- end }}
{{- if not (kindIs "invalid" $v.bpf.hostLegacyRouting) }}
enable-host-legacy-routing: {{ $v.bpf.hostLegacyRouting }}
{{- end }}
{{- if $v.bandwidthManager.enabled }}
enable-bandwidth-manager: true
enable-bbr: {{ $v.bandwidthManager.bbr }}
{{- if and (ge $minor 18) $v.bandwidthManager.bbrHostNamespaceOnly }}
enable-bbr-hostns-only: true
{{- end }}
{{- end }}
{{- if $v.ipMasqAgent.enabled }}
enable-ip-masq-agent: true
{{- end }}
{{- if $v.egressGateway.enabled }}
{{ ternary "enable-egress-gateway" "enable-ipv4-egress-gateway" (ge $minor 18) }}: true
{{- end }}
{{- if $v.encryption.enabled }}
{{- if eq $v.encryption.type "wireguard" }}
enable-wireguard: true
encrypt-node: {{ $v.encryption.nodeEncryption }}
{{- else if eq $v.encryption.type "ipsec" }}
enable-ipsec: true
ipsec-key-file: /etc/ipsec/keys
encrypt-node: {{ $v.encryption.nodeEncryption }}
{{- end }}
{{- end }}
{{- if or (le $minor 15) $v.bgpControlPlane.enabled }}
enable-bgp-control-plane: {{ $v.bgpControlPlane.enabled }}
{{- end }}
{{- if and (ge $minor 14) $v.l2announcements.enabled }}
enable-l2-announcements: true
{{- end }}
{{- if or (ge $minor 19) $v.hostFirewall.enabled }}
enable-host-firewall: {{ $v.hostFirewall.enabled }}
{{- end }}
{{- with $v.cni.chainingMode }}
cni-chaining-mode: {{ . }}
{{- end }}
{{- if $v.loadBalancer.mode }}
bpf-lb-mode: {{ $v.loadBalancer.mode }}
{{- end }}
{{- if $v.loadBalancer.algorithm }}
bpf-lb-algorithm: {{ $v.loadBalancer.algorithm }}
{{- end }}
{{- if $v.loadBalancer.dsrDispatch }}
bpf-lb-dsr-dispatch: {{ $v.loadBalancer.dsrDispatch }}
{{- end }}
{{- if or (ge $minor 15) (ne $v.loadBalancer.acceleration "disabled") }}
bpf-lb-acceleration: {{ $v.loadBalancer.acceleration }}
{{- end }}
{{- if $v.socketLB.hostNamespaceOnly }}
bpf-lb-sock-hostns-only: true
{{- end }}
{{- if ge $minor 16 }}
datapath-mode: {{ $v.bpf.datapathMode }}
direct-routing-skip-unreachable: {{ $v.directRoutingSkipUnreachable }}
{{- if $v.ciliumEndpointSlice.enabled }}
enable-cilium-endpoint-slice: true
{{- end }}
{{- end }}
{{- if ge $minor 17 }}
enable-policy-secrets-sync: true
policy-secrets-only-from-secrets-namespace: true
policy-secrets-namespace: cilium-secrets
{{- end }}
{{- if and (ge $minor 15) (ne (toString $v.operator.prometheus.enabled) "false") }}
operator-prometheus-serve-addr: ":{{ $v.operator.prometheus.port }}"
{{- end }}
{{- if $v.prometheus.enabled }}
prometheus-serve-addr: ":{{ $v.prometheus.port }}"
{{- end }}
{{- if ge $minor 20 }}
envoy-xds-mode: {{ ternary "ads" "sotw" (ge (int (include "standin.defaultsMinor" .)) 20) }}
{{- end }}
{{ include "standin.hubbleSettings" . }}
{{- end -}}

{{- define "standin.hubbleSettings" -}}
{{- $minor := int (include "standin.minor" .) -}}
{{- $hubble := .Values.hubble -}}
{{- if or $hubble.enabled (ge $minor 17) }}
enable-hubble: {{ $hubble.enabled }}
{{- end }}
{{- if $hubble.enabled }}
hubble-disable-tls: {{ not $hubble.tls.enabled }}
hubble-listen-address: {{ $hubble.listenAddress | quote }}
hubble-socket-path: {{ $hubble.socketPath }}
{{- if $hubble.tls.enabled }}
hubble-tls-cert-file: /var/lib/cilium/tls/hubble/server.crt
hubble-tls-client-ca-files: /var/lib/cilium/tls/hubble/client-ca.crt
hubble-tls-key-file: /var/lib/cilium/tls/hubble/server.key
{{- end }}
{{- if and (ge $minor 15) (le $minor 17) }}
hubble-export-file-max-backups: 5
hubble-export-file-max-size-mb: 10
{{- end }}
{{- if ge $minor 18 }}
hubble-network-policy-correlation-enabled: true
{{- end }}
{{- with $hubble.metrics.enabled }}
hubble-metrics: {{ join " " . | quote }}
hubble-metrics-server: ":{{ $hubble.metrics.port }}"
enable-hubble-open-metrics: {{ $hubble.metrics.enableOpenMetrics | default false }}
{{- if ge $minor 16 }}
hubble-metrics-server-enable-tls: false
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* All of cilium-config's data: fixed, decided, extraConfig last. */ -}}
{{- define "standin.settings" -}}
{{- $minor := int (include "standin.minor" .) -}}
{{- $settings := dict -}}
{{- range .Files.Get "files/settings.yaml" | fromYamlArray -}}
{{- if and (ge $minor (int .since)) (le $minor (int .until)) -}}
{{- range $key, $value := .settings -}}{{- $_ := set $settings $key $value -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- range $key, $value := include "standin.decidedSettings" . | fromYaml -}}
{{- if kindIs "invalid" $value -}}{{- $_ := unset $settings $key -}}
{{- else if kindIs "float64" $value -}}{{- $_ := set $settings $key ($value | int64 | toString) -}}
{{- else -}}{{- $_ := set $settings $key (toString $value) -}}{{- end -}}
{{- end -}}
{{- range $key, $value := .Values.extraConfig -}}{{- $_ := set $settings $key (toString $value) -}}{{- end -}}
{{- range $key, $value := $settings }}
{{ $key }}: {{ $value | quote }}
{{- end -}}
{{- end -}}
