{{/* The topology as connector-host reads it: that of the values, and what follows from how the pod is made. */}}
{{- define "event-processor.topology" -}}
{{- $dirs := list "/usr/lib/connector-host/plugins" }}
{{- range concat .Values.plugins.images .Values.plugins.volumes }}
{{- if has (printf "/opt/connector-host/plugins/%s" .name) $dirs }}{{ fail (printf "plugins: there are two of the name %s" .name) }}{{ end }}
{{- $dirs = append $dirs (printf "/opt/connector-host/plugins/%s" .name) }}
{{- end }}
{{- $ours := dict "http" (dict "listen" (printf "%s:%d" .Values.http.address (int .Values.http.port)))
    "state_dir" "/var/lib/connector-host" "plugin_dirs" $dirs }}
{{- $connectors := dict }}
{{- range $name, $connector := .Values.topology.connectors }}
{{- if $connector }}{{ $_ := set $connectors $name $connector }}{{ end }}
{{- end }}
{{- if not $connectors }}{{ fail "topology.connectors: there is none left" }}{{ end }}
{{- toYaml (merge $ours (dict "connectors" $connectors) (omit .Values.topology "connectors")) }}
{{- end }}

{{/* The longest drain_timeout in whole seconds, or nothing where one of them cannot be read here (a ${VARIABLE}). */}}
{{- define "event-processor.drainSeconds" -}}
{{- $milliseconds := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000 }}
{{- $longest := 0 }}
{{- $known := true }}
{{- range $name, $connector := .Values.topology.connectors }}
{{- if $connector }}
{{- $text := toString (default "20s" $connector.drain_timeout) }}
{{- if regexMatch "^[0-9]+(ms|s|m|h|d)$" $text }}
{{- $unit := regexFind "[a-z]+$" $text }}
{{- $longest = max $longest (mul (int64 (trimSuffix $unit $text)) (get $milliseconds $unit)) }}
{{- else }}
{{- $known = false }}
{{- end }}
{{- end }}
{{- end }}
{{- if $known }}{{ div (add $longest 999) 1000 }}{{ end }}
{{- end }}

{{/*
After SIGTERM connector-host drains for at most the longest drain_timeout and closes for at most 15 s; then it ends by itself.
Kubernetes' SIGKILL has to come after that, or it would cut a stop in good order short.
*/}}
{{- define "event-processor.gracePeriod" -}}
{{- $drain := include "event-processor.drainSeconds" . }}
{{- $given := .Values.terminationGracePeriodSeconds }}
{{- if $given }}
{{- if and $drain (le (int64 $given) (add (int64 $drain) 15)) }}
{{- fail (printf "terminationGracePeriodSeconds: %d s is not over the longest drain_timeout (%s s) and the 15 s that closing may take" (int64 $given) $drain) }}
{{- end }}
{{- int64 $given }}
{{- else if $drain }}
{{- add (int64 $drain) 15 5 }}
{{- else }}
{{- fail "topology: a drain_timeout is a variable, so terminationGracePeriodSeconds has to be given, 20 s over it" }}
{{- end }}
{{- end }}
