import type { AlertReceiver, Observability } from '../../model/facts/observability.ts';
import type { AlertmanagerConfig, AlertmanagerReceiver, AlertmanagerRoute, WebhookConfig } from './values.ts';

/** Where the pod finds the keys of a Secret (Prometheus operator, AlertmanagerSpec `secrets`). */
const secretsFolder = '/etc/alertmanager/secrets';
/** Where the pod finds its configuration and the templates beside it. */
const configFolder = '/etc/alertmanager/config';

/** Who gets nothing: Alertmanager wants a receiver for what no route takes. */
const nobody = 'nobody';
const watcher = 'watcher';

/** Texts of the messages, for people: what is wrong, and what to do. */
export const messages = `{{ define "home.title" -}}
{{ if eq .Status "firing" }}{{ len .Alerts.Firing }} x {{ .CommonLabels.alertname }}{{ else }}Well again: {{ .CommonLabels.alertname }}{{ end }}
{{- end }}
{{ define "home.text" -}}
{{ range .Alerts -}}
{{ if eq .Status "firing" }}{{ .Labels.severity | toUpper }}: {{ .Annotations.summary }}
{{ .Annotations.description }}
{{ else }}Well again: {{ .Annotations.summary }}
{{ end }}
{{ end }}
{{- end }}
`;

/** The configuration of Alertmanager. It names files of secrets, never their values. */
export function alertmanagerConfig(observability: Observability): AlertmanagerConfig {
  const { receivers, receiversSecretName, watcherKey } = observability;
  const file = (key: string) => `${secretsFolder}/${receiversSecretName}/${key}`;
  return {
    global: { resolve_timeout: '5m' },
    templates: [`${configFolder}/*.tmpl`],
    route: {
      receiver: nobody,
      group_by: ['alertname'],
      group_wait: '1m',
      group_interval: '5m',
      // Again twice a day, as long as nobody mends it.
      repeat_interval: '12h',
      routes: [
        {
          receiver: watcherKey === null ? nobody : watcher,
          matchers: ['severity="none"'],
          group_wait: '0s',
          group_interval: '1m',
          repeat_interval: '4m',
        },
        ...receivers.map(route),
      ],
    },
    inhibit_rules: [
      // What a board that is away would tell is known.
      { source_matchers: ['alertname="BoardDown"'], target_matchers: ['alertname!="BoardDown"'], equal: ['board'] },
      {
        // Its disks are away.
        source_matchers: ['alertname="ShareNotServed"'],
        target_matchers: ['alertname="FluxFailing"'],
        equal: ['board'],
      },
      {
        source_matchers: ['alertname="DiskFull"'],
        target_matchers: ['alertname="DiskFilling"'],
        equal: ['board', 'mountpoint'],
      },
      {
        source_matchers: ['alertname="LonghornVolumeFaulted"'],
        target_matchers: ['alertname="LonghornVolumeDegraded"'],
        equal: ['volume'],
      },
    ],
    receivers: [
      { name: nobody },
      ...(watcherKey === null
        ? []
        : [{ name: watcher, webhook_configs: [{ url_file: file(watcherKey), send_resolved: false }] }]),
      ...receivers.map((one) => receiver(one, file)),
    ],
  };
}

/** Each receiver sees every alert, whatever the others get. */
function route({ name, least }: AlertReceiver): AlertmanagerRoute {
  const severities = least === 'critical' ? 'severity="critical"' : 'severity=~"critical|warning"';
  return { receiver: name, matchers: [severities], continue: true };
}

function receiver(one: AlertReceiver, file: (key: string) => string): AlertmanagerReceiver {
  const { name } = one;
  switch (one.kind) {
    case 'email':
      return {
        name,
        email_configs: [
          {
            to: one.to,
            from: one.from,
            smarthost: one.server,
            auth_username: one.user,
            auth_password_file: file(one.secretKey),
            // At port 465 the connection is encrypted from its first byte, elsewhere by STARTTLS (notify/email/email.go).
            require_tls: true,
            headers: { Subject: '{{ template "home.title" . }}' },
            text: '{{ template "home.text" . }}',
            html: '',
            send_resolved: true,
          },
        ],
      };
    case 'telegram':
      return {
        name,
        telegram_configs: [
          {
            bot_token_file: file(one.secretKey),
            chat_id: one.chat,
            parse_mode: '',
            message: '{{ template "home.text" . }}',
            send_resolved: true,
          },
        ],
      };
    case 'ntfy':
    case 'webhook': {
      const webhook: WebhookConfig = {
        url_file: file(one.secretKey),
        send_resolved: true,
        ...(one.tokenKey !== null && {
          http_config: { authorization: { type: 'Bearer', credentials_file: file(one.tokenKey) } },
        }),
      };
      return { name, webhook_configs: [webhook] };
    }
  }
}
