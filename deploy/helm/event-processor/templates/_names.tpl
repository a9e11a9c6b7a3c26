{{- define "event-processor.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The release's name, with the chart's unless that is in it. A StatefulSet's pods need 11 characters more. */}}
{{- define "event-processor.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains (include "event-processor.name" .) .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "event-processor.name" .) | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "event-processor.serviceAccountName" -}}
{{- default (ternary (include "event-processor.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name }}
{{- end }}

{{- define "event-processor.image" -}}
{{- with .Values.image }}
{{- .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag }}{{ end }}
{{- end }}
{{- end }}

{{/* Of everything that the release consists of, its test pod included. */}}
{{- define "event-processor.releaseLabels" -}}
app.kubernetes.io/name: {{ include "event-processor.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Of the replicas alone. They never change: a selector cannot. */}}
{{- define "event-processor.selectorLabels" -}}
{{ include "event-processor.releaseLabels" . }}
app.kubernetes.io/component: host
{{- end }}

{{- define "event-processor.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "event-processor.releaseLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* Who runs the replicas: what is scaled and what is rolled. */}}
{{- define "event-processor.workloadKind" -}}
{{- eq .Values.state.kind "persistent" | ternary "StatefulSet" "Deployment" }}
{{- end }}

{{/* Checked here, because a schema cannot compare two values. */}}
{{- define "event-processor.maxReplicas" -}}
{{- with .Values.autoscaling }}
{{- if gt (int .minReplicas) (int .maxReplicas) }}{{ fail "autoscaling.minReplicas is more than maxReplicas" }}{{ end }}
{{- .maxReplicas }}
{{- end }}
{{- end }}
