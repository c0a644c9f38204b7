{{- define "netprofile.name" -}}
{{- $base := ternary .Release.Name (printf "%s-netprofile-operator" .Release.Name) (contains "netprofile" .Release.Name) -}}
{{- $base | trunc 52 | trimSuffix "-" -}}
{{- end }}

{{- define "netprofile.agentName" -}}
{{- printf "%s-agent" (include "netprofile.name" .) -}}
{{- end }}

{{- define "netprofile.selector" -}}
app.kubernetes.io/name: netprofile-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "netprofile.labels" -}}
{{ include "netprofile.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "netprofile.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- /* A second replica would stay Pending on a cluster of one node, since both want the same port of the node. */ -}}
{{- define "netprofile.replicas" -}}
{{- if .Values.replicas -}}
{{ .Values.replicas }}
{{- else -}}
{{- $nodes := (lookup "v1" "Node" "" "").items | default list -}}
{{ ternary 1 2 (eq (len $nodes) 1) }}
{{- end -}}
{{- end }}
