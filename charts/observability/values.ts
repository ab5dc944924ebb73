import type { ContainerResources } from '../container-resources.ts';

/**
 * The values of the chart kube-prometheus-stack that homecloud sets, with the chart's own names (chart 88.5.3 with its
 * sub-charts kube-state-metrics 8.4.0 and prometheus-node-exporter 4.56.1: prometheus-community/helm-charts, and grafana
 * 12.11.1: grafana-community/helm-charts; a tag for each chart). None has a schema: they take a wrong key without a word,
 * so that the types are all that stands against one.
 */
export interface PrometheusStackValues {
  /** Of every object: at most 26 characters. @default the release's name */
  readonly fullnameOverride: string;
  /** Names Prometheus and Alertmanager as the release, without the kind again. @default false */
  readonly cleanPrometheusOperatorObjectNames: boolean;
  /** The rules of kubernetes-mixin and others. @default {create: true} */
  readonly defaultRules: { readonly create: boolean };
  /** Parts of the control plane with an address of their own, which those of k3s do not have. @default all on */
  readonly kubeApiServer: Switch;
  readonly kubeControllerManager: Switch;
  readonly kubeScheduler: Switch;
  readonly kubeProxy: Switch;
  readonly kubeEtcd: Switch;
  readonly coreDns: Switch;
  readonly kubeDns: Switch;
  readonly kubelet: {
    readonly enabled: boolean;
    readonly serviceMonitor: {
      /** The kubelet's health probes of containers. @default true */
      readonly probes: boolean;
      /** @default true */
      readonly cAdvisor: boolean;
      /** @default '10s' */
      readonly cAdvisorInterval: string;
      /** Each list takes the place of the chart's own. */
      readonly relabelings: readonly Relabeling[];
      readonly metricRelabelings: readonly Relabeling[];
      readonly cAdvisorRelabelings: readonly Relabeling[];
      readonly cAdvisorMetricRelabelings: readonly Relabeling[];
    };
  };
  readonly prometheusOperator: {
    readonly resources: ContainerResources;
    readonly priorityClassName?: string;
    /** Judges rules before they are stored; it brings two jobs and a certificate. @default {enabled: true} */
    readonly admissionWebhooks: Switch;
    /** Of its own port, for the webhooks. @default {enabled: true} */
    readonly tls: Switch;
    readonly serviceMonitor: { readonly selfMonitor: boolean };
    /** How the addresses of the kubelets are written down: Endpoints are deprecated since Kubernetes 1.33. */
    readonly kubeletEndpointsEnabled: boolean;
    readonly kubeletEndpointSliceEnabled: boolean;
    readonly prometheusConfigReloader: { readonly resources: ContainerResources };
  };
  readonly prometheus: {
    readonly prometheusSpec: {
      readonly scrapeInterval: string;
      readonly evaluationInterval: string;
      readonly retention: string;
      /** With the unit of the operator: `6553MiB`. */
      readonly retentionSize: string;
      /** Whether only monitors with the label of the release count. @default true */
      readonly ruleSelectorNilUsesHelmValues: boolean;
      readonly serviceMonitorSelectorNilUsesHelmValues: boolean;
      readonly podMonitorSelectorNilUsesHelmValues: boolean;
      readonly probeSelectorNilUsesHelmValues: boolean;
      readonly scrapeConfigSelectorNilUsesHelmValues: boolean;
      readonly serviceDiscoveryRole: 'Endpoints' | 'EndpointSlice';
      readonly resources: ContainerResources;
      readonly priorityClassName?: string;
      readonly storageSpec: { readonly volumeClaimTemplate: ClaimTemplate };
    };
  };
  readonly alertmanager: {
    readonly config: AlertmanagerConfig;
    /** Files beside the configuration. */
    readonly templateFiles: Readonly<Record<string, string>>;
    readonly serviceMonitor: { readonly relabelings: readonly Relabeling[] };
    readonly alertmanagerSpec: {
      readonly replicas: number;
      readonly podAntiAffinity: 'soft' | 'hard';
      /** It has no use for the API server. @default true */
      readonly automountServiceAccountToken: boolean;
      /** Secrets whose keys are files below /etc/alertmanager/secrets/<name>/. */
      readonly secrets: readonly string[];
      readonly resources: ContainerResources;
      readonly priorityClassName?: string;
    };
  };
  readonly grafana: GrafanaValues;
  readonly 'kube-state-metrics': {
    readonly fullnameOverride: string;
    readonly resources: ContainerResources;
    /** Kinds of objects that it reads. */
    readonly collectors: readonly string[];
    readonly rbac: { readonly extraRules: readonly RbacRule[] };
    readonly customResourceState: {
      readonly enabled: boolean;
      readonly config: {
        readonly kind: 'CustomResourceStateMetrics';
        readonly spec: { readonly resources: readonly CustomResourceStateResource[] };
      };
    };
    readonly prometheus: {
      readonly monitor: {
        readonly http: {
          /** Of what is asked. */
          readonly relabelings: readonly Relabeling[];
          /** Of what it tells. */
          readonly metricRelabelings: readonly Relabeling[];
        };
      };
    };
  };
  readonly 'prometheus-node-exporter': {
    readonly fullnameOverride: string;
    readonly resources: ContainerResources;
    /** Share the network of the board, and show all of it to the whole home at port 9100. @default true */
    readonly hostNetwork: boolean;
    /** @default true */
    readonly hostPID: boolean;
    /** @default {readOnlyRootFilesystem: true} */
    readonly containerSecurityContext: {
      readonly readOnlyRootFilesystem: boolean;
      readonly allowPrivilegeEscalation: boolean;
      readonly capabilities: { readonly drop: readonly string[] };
    };
    /** @default one board after the other */
    readonly updateStrategy: AllAtOnce;
    readonly extraArgs: readonly string[];
    readonly extraHostVolumeMounts: readonly {
      readonly name: string;
      readonly hostPath: string;
      readonly type: 'Directory' | 'DirectoryOrCreate';
      readonly mountPath: string;
      readonly readOnly: boolean;
    }[];
    readonly prometheus: { readonly monitor: { readonly relabelings: readonly Relabeling[] } };
  };
}

/**
 * Of a DaemonSet that nobody misses for a minute: one board after the other would wait for one that is away (kubernetes,
 * pkg/controller/daemon/update.go).
 */
export interface AllAtOnce {
  readonly type: 'RollingUpdate';
  readonly rollingUpdate: { readonly maxUnavailable: '100%' };
}

export const allAtOnce: AllAtOnce = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%' } };

interface Switch {
  readonly enabled: boolean;
}

interface ClaimTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly accessModes: readonly ['ReadWriteOnce'];
    readonly resources: { readonly requests: { readonly storage: string } };
  };
}

/** A change of labels (Prometheus operator, RelabelConfig). */
export interface Relabeling {
  readonly sourceLabels: readonly string[];
  /** @default '(.*)' */
  readonly regex?: string;
  readonly targetLabel?: string;
  /** @default 'replace' */
  readonly action?: 'replace' | 'keep' | 'drop';
}

export interface RbacRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** What kube-state-metrics makes of objects of one kind (its documentation, "Custom Resource State Metrics"). */
export interface CustomResourceStateResource {
  readonly groupVersionKind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly metricNamePrefix: string;
  readonly metrics: readonly {
    readonly name: string;
    readonly help: string;
    readonly each: {
      readonly type: 'Info';
      readonly info: { readonly labelsFromPath: Readonly<Record<string, readonly string[]>> };
    };
    readonly labelsFromPath: Readonly<Record<string, readonly string[]>>;
  }[];
}

export interface GrafanaValues {
  readonly fullnameOverride: string;
  /** The dashboards of kubernetes-mixin and others. @default true */
  readonly defaultDashboardsEnabled: boolean;
  readonly admin: { readonly existingSecret: string; readonly passwordKey: string };
  readonly env: Readonly<Record<string, string>>;
  readonly resources: ContainerResources;
  readonly priorityClassName?: string;
  readonly persistence: Switch;
  readonly testFramework: Switch;
  readonly serviceMonitor: Switch;
  readonly service: Switch;
  readonly rbac: { readonly create: boolean };
  /** The API server is of no use to it without the sidecars. */
  readonly automountServiceAccountToken: boolean;
  /** Containers that look for ConfigMaps in the whole cluster. @default both on */
  readonly sidecar: { readonly dashboards: Switch; readonly datasources: Switch };
  readonly 'grafana.ini': Readonly<Record<string, Readonly<Record<string, string | boolean>>>>;
  /** Files of provisioning, by name. */
  readonly datasources: Readonly<Record<string, object>>;
  readonly dashboardProviders: Readonly<Record<string, object>>;
  /** By provider: the ConfigMap whose files are mounted at /var/lib/grafana/dashboards/<provider>. */
  readonly dashboardsConfigMaps: Readonly<Record<string, string>>;
}

/** The configuration of Alertmanager 0.34 (its documentation, "Configuration"). */
export interface AlertmanagerConfig {
  readonly global: { readonly resolve_timeout: string };
  readonly templates: readonly string[];
  readonly route: AlertmanagerRoute;
  readonly inhibit_rules: readonly {
    readonly source_matchers: readonly string[];
    readonly target_matchers: readonly string[];
    readonly equal: readonly string[];
  }[];
  readonly receivers: readonly AlertmanagerReceiver[];
}

export interface AlertmanagerRoute {
  readonly receiver: string;
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
  readonly matchers?: readonly string[];
  readonly continue?: boolean;
  readonly routes?: readonly AlertmanagerRoute[];
}

export interface AlertmanagerReceiver {
  readonly name: string;
  readonly email_configs?: readonly {
    readonly to: string;
    readonly from: string;
    readonly smarthost: string;
    readonly auth_username: string;
    readonly auth_password_file: string;
    readonly require_tls: boolean;
    readonly headers: Readonly<Record<string, string>>;
    readonly text: string;
    readonly html: string;
    readonly send_resolved: boolean;
  }[];
  readonly telegram_configs?: readonly {
    readonly bot_token_file: string;
    readonly chat_id: number;
    readonly parse_mode: '' | 'HTML' | 'MarkdownV2';
    readonly message: string;
    readonly send_resolved: boolean;
  }[];
  readonly webhook_configs?: readonly WebhookConfig[];
}

export interface WebhookConfig {
  readonly url_file: string;
  readonly send_resolved: boolean;
  readonly http_config?: {
    readonly authorization: { readonly type: 'Bearer'; readonly credentials_file: string };
  };
}
