{{- /* The minor version that this chart plays: 19 for 1.19.6. */ -}}
{{- define "standin.minor" -}}{{ (semver .Chart.Version).Minor }}{{- end -}}

{{- /* The minor whose defaults count: upgradeCompatibility's, if older than the chart's. */ -}}
{{- define "standin.defaultsMinor" -}}
{{- $minor := int (include "standin.minor" .) -}}
{{- if .Values.upgradeCompatibility -}}
{{- $first := int (index (splitList "." (toString .Values.upgradeCompatibility)) 1) -}}
{{- min $minor $first -}}
{{- else -}}{{ $minor }}{{- end -}}
{{- end -}}

{{- define "standin.namespace" -}}
{{- if ge (int (include "standin.minor" .)) 17 -}}{{ .Values.namespaceOverride | default .Release.Namespace }}{{- else -}}{{ .Release.Namespace }}{{- end -}}
{{- end -}}

{{- /* Labels of every object; takes a list of the root and the component's name. */ -}}
{{- define "standin.labels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ index . 1 }}
app.kubernetes.io/part-of: cilium
{{- if ge (int (include "standin.minor" $root)) 20 }}
helm.sh/chart: {{ $root.Chart.Name }}-{{ $root.Chart.Version }}
{{- end }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* tunnel or native. */ -}}
{{- define "standin.routingMode" -}}
{{- $minor := int (include "standin.minor" .) -}}
{{- if eq $minor 13 -}}{{ ternary "native" "tunnel" (eq (.Values.tunnel | default "vxlan") "disabled") }}
{{- else if .Values.routingMode -}}{{ .Values.routingMode }}
{{- else if and (eq $minor 14) (eq (.Values.tunnel | default "") "disabled") -}}native
{{- else if .Values.gke.enabled -}}native
{{- else if and .Values.eni.enabled (ge $minor 19) -}}native
{{- else -}}tunnel{{- end -}}
{{- end -}}

{{- /* The tunnel's protocol; empty where the minor leaves the setting out. */ -}}
{{- define "standin.tunnelProtocol" -}}
{{- $minor := int (include "standin.minor" .) -}}
{{- $old := .Values.tunnel | default "" -}}
{{- if and (eq $minor 14) (eq $old "disabled") -}}{{ .Values.tunnelProtocol }}
{{- else if and (eq (include "standin.routingMode" .) "native") (lt $minor 17) -}}{{ .Values.tunnelProtocol }}
{{- else if and (eq $minor 14) $old -}}{{ .Values.tunnelProtocol | default $old }}
{{- else -}}{{ .Values.tunnelProtocol | default "vxlan" }}{{- end -}}
{{- end -}}

{{- define "standin.kubeProxyReplacement" -}}
{{- $minor := int (include "standin.minor" .) -}}
{{- $fallback := ternary "disabled" "false" (or (eq $minor 13) (and (lt $minor 16) (eq (int (include "standin.defaultsMinor" .)) 13))) -}}
{{- if eq $minor 13 -}}{{ .Values.kubeProxyReplacement | default $fallback }}
{{- else if eq (toString .Values.kubeProxyReplacement) "<nil>" -}}{{ $fallback }}
{{- else -}}{{ toString .Values.kubeProxyReplacement }}{{- end -}}
{{- end -}}

{{- define "standin.replacesKubeProxy" -}}
{{- if has (include "standin.kubeProxyReplacement" .) (list "true" "strict") -}}true{{- end -}}
{{- end -}}

{{- define "standin.envoyDaemonSet" -}}
{{- $minor := int (include "standin.minor" .) -}}
{{- $wanted := .Values.envoy.enabled -}}
{{- if kindIs "bool" $wanted -}}{{- if and $wanted (ge $minor 14) .Values.l7Proxy -}}true{{- end -}}
{{- else if and .Values.l7Proxy (ge $minor 16) (ge (int (include "standin.defaultsMinor" .)) 16) -}}true{{- end -}}
{{- end -}}

{{- define "standin.masqueradeIPv4" -}}
{{- if kindIs "bool" .Values.enableIPv4Masquerade -}}{{ .Values.enableIPv4Masquerade }}
{{- else if and .Values.eni.enabled (ge (int (include "standin.minor" .)) 18) -}}false
{{- else -}}true{{- end -}}
{{- end -}}

{{- define "standin.secretsNamespace" -}}
{{- if and (ge (int (include "standin.minor" .)) 17) .Values.agent -}}true{{- end -}}
{{- end -}}

{{- /* An image reference; takes a list of the root, the image's values and its default tag. The digest is made up. */ -}}
{{- define "standin.image" -}}
{{- $image := index . 1 -}}
{{- $reference := printf "%s:%s" $image.repository ($image.tag | default (index . 2)) -}}
{{- if $image.override -}}{{ $image.override }}
{{- else if $image.useDigest -}}{{ $reference }}@{{ $image.digest | default (printf "sha256:%s" (sha256sum $reference)) }}
{{- else -}}{{ $reference }}{{- end -}}
{{- end -}}

{{- define "standin.agentImage" -}}{{ include "standin.image" (list . .Values.image (printf "v%s" .Chart.Version)) }}{{- end -}}

{{- define "standin.operatorImage" -}}
{{- $cloud := "generic" -}}
{{- if .Values.eni.enabled -}}{{ $cloud = "aws" }}{{- else if .Values.azure.enabled -}}{{ $cloud = "azure" }}{{- end -}}
{{- $image := merge (dict "repository" (printf "%s-%s" .Values.operator.image.repository $cloud)) .Values.operator.image -}}
{{ include "standin.image" (list . $image (printf "v%s" .Chart.Version)) }}
{{- end -}}

{{- /* Where the containers find the API servers, when the service address can't be relied on. */ -}}
{{- define "standin.apiServerEnv" -}}
{{- with .Values.k8sServiceHost }}
- name: KUBERNETES_SERVICE_HOST
  value: {{ . | quote }}
- name: KUBERNETES_SERVICE_PORT
  value: {{ $.Values.k8sServicePort | toString | quote }}
{{- end }}
{{- end -}}

{{- define "standin.fieldEnv" -}}
- name: K8S_NODE_NAME
  valueFrom:
    fieldRef:
      apiVersion: v1
      fieldPath: spec.nodeName
- name: CILIUM_K8S_NAMESPACE
  valueFrom:
    fieldRef:
      apiVersion: v1
      fieldPath: metadata.namespace
{{- end -}}
