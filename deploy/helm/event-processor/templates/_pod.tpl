{{/* What the replicas and the test pod have in common: the same image, access and secrets. Given the root. */}}
{{- define "event-processor.environment" -}}
{{- range $name, $value := .Values.env }}
{{- if and (not (hasKey $.Values.secretEnv $name)) (not (kindIs "invalid" $value)) }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- range $name, $from := .Values.secretEnv }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ $from.name }}
      key: {{ $from.key }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "event-processor.mounts" -}}
- name: topology
  mountPath: /etc/connector-host
  readOnly: true
- name: state
  mountPath: /var/lib/connector-host
{{- range .Values.secretFiles }}
- name: {{ printf "secret-%s" . | replace "." "-" }}
  mountPath: /run/secrets/{{ . }}
  readOnly: true
{{- end }}
{{- range .Values.plugins.images }}
- name: plugins
  mountPath: /opt/connector-host/plugins/{{ .name }}
  subPath: {{ .name }}
  readOnly: true
{{- end }}
{{- range .Values.plugins.volumes }}
- name: plugins-{{ .name }}
  mountPath: /opt/connector-host/plugins/{{ .name }}
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Without that of the state, which is a claim where it is persistent. */}}
{{- define "event-processor.volumes" -}}
- name: topology
  configMap:
    name: {{ include "event-processor.fullname" . }}
{{- range .Values.secretFiles }}
- name: {{ printf "secret-%s" . | replace "." "-" }}
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- if .Values.plugins.images }}
- name: plugins
  emptyDir: {}
{{- end }}
{{- range .Values.plugins.volumes }}
- name: plugins-{{ .name }}
  {{- toYaml .volume | nindent 2 }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/*
Each image's plugins go to a folder of their own. The container makes it, and not the kubelet for a subPath: an emptyDir can be
written by everybody, what the kubelet makes in it as well, and connector-host takes no plugins from such a folder.
*/}}
{{- define "event-processor.initContainers" -}}
{{- range .Values.plugins.images }}
- name: plugins-{{ .name }}
  image: {{ .image }}
  imagePullPolicy: {{ $.Values.image.pullPolicy }}
  command:
    - sh
    - -c
    - umask 022 && mkdir -p "$1" && cp -R "$0/." "$1"
    - {{ .path | quote }}
    - {{ printf "/to/%s" .name | quote }}
  resources:
    requests: { cpu: 10m, memory: 16Mi }
    limits: { memory: 64Mi }
  securityContext:
    {{- toYaml $.Values.securityContext | nindent 4 }}
  volumeMounts:
    - name: plugins
      mountPath: /to
{{- end }}
{{- end }}

{{- define "event-processor.probe" -}}
httpGet:
  path: {{ .path }}
  port: http
{{ toYaml .times }}
{{- end }}

{{/* The replicas' pod, for a Deployment or a StatefulSet. */}}
{{- define "event-processor.pod" -}}
metadata:
  labels:
    {{- include "event-processor.selectorLabels" . | nindent 4 }}
    app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: connector-host
    {{- if eq .Values.topologyChanges "rollout" }}
    checksum/topology: {{ include "event-processor.topology" . | sha256sum }}
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "event-processor.serviceAccountName" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ include "event-processor.gracePeriod" . }}
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with include "event-processor.initContainers" . }}
  initContainers:
    {{- . | nindent 4 }}
  {{- end }}
  containers:
    - name: connector-host
      image: {{ include "event-processor.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      command: [connector-host]
      args: [--topology, /etc/connector-host/topology.yaml{{ if eq .Values.topologyChanges "watch" }}, --watch{{ end }}]
      env:
        {{- include "event-processor.environment" . | trim | nindent 8 }}
      ports:
        - name: http
          containerPort: {{ .Values.http.port }}
      startupProbe:
        {{- include "event-processor.probe" (dict "path" "/startupz" "times" .Values.probes.startup) | nindent 8 }}
      livenessProbe:
        {{- include "event-processor.probe" (dict "path" "/livez" "times" .Values.probes.liveness) | nindent 8 }}
      readinessProbe:
        {{- include "event-processor.probe" (dict "path" "/readyz" "times" .Values.probes.readiness) | nindent 8 }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        {{- toYaml .Values.securityContext | nindent 8 }}
      volumeMounts:
        {{- include "event-processor.mounts" . | nindent 8 }}
  volumes:
    {{- include "event-processor.volumes" . | nindent 4 }}
    {{- if eq .Values.state.kind "emptyDir" }}
    - name: state
      emptyDir:
        sizeLimit: {{ .Values.state.size }}
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if .Values.spread }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "event-processor.selectorLabels" $ | nindent 10 }}
    {{- end }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
{{- end }}
