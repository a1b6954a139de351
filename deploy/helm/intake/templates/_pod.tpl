{{- define "intake.environment" }}
            - {name: INTAKE_PUBLIC_URL, value: {{ printf "https://%s" .Values.host | quote }}}
            - {name: INTAKE_TRUSTED_PROXIES, value: {{ .Values.trustedProxies | quote }}}
{{- range $name, $value := .Values.settings }}
            - {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}
{{- define "intake.closed" }}
          envFrom: [{secretRef: {name: {{ .Values.secretName | quote }}}}]
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          volumeMounts:
            - {name: data, mountPath: /data}
            - {name: tmp, mountPath: /tmp}
{{- end }}
{{- define "intake.user" }}
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        fsGroup: 10001
        seccompProfile: {type: RuntimeDefault}
        # Echo requests without a raw socket.
        sysctls: [{name: net.ipv4.ping_group_range, value: "0 2147483647"}]
{{- end }}
{{- define "intake.volumes" }}
        - {name: data, persistentVolumeClaim: {claimName: {{ .Release.Name }}-data}}
        - {name: tmp, emptyDir: {}}
{{- end }}
