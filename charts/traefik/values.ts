import type { ContainerResources } from '../container-resources.ts';

/**
 * The values of the official Traefik chart that homecloud sets, with the chart's own names (chart 41.3.0:
 * traefik/traefik-helm-chart, tag v41.3.0, traefik/). Its schema refuses unknown keys at the top level, in `ports` and in most
 * other places, so a wrong name here is a release that fails.
 *
 * No value is `null`: the chart would take it as "forget your default", but cdk8s drops it.
 */
export interface TraefikValues {
  readonly image?: TraefikImage;
  /** Traefik's version, for the chart's own checks; needed with `image.digest`, which does not tell it. */
  readonly versionOverride?: string;
  readonly deployment?: {
    /** @default 'Deployment' */
    readonly kind?: 'Deployment' | 'DaemonSet';
    /** Seconds before Traefik is killed. @default 60 */
    readonly terminationGracePeriodSeconds?: number;
    readonly podAnnotations?: Readonly<Record<string, string>>;
    readonly podLabels?: Readonly<Record<string, string>>;
  };
  /** Two pods cannot hold one host port: a DaemonSet with host ports needs `maxSurge: 0`. */
  readonly updateStrategy?: {
    readonly type?: 'RollingUpdate' | 'OnDelete';
    readonly rollingUpdate?: { readonly maxUnavailable?: number; readonly maxSurge?: number };
  };
  readonly ingressClass?: {
    readonly enabled?: boolean;
    /** Serve Ingress objects that name no class. @default true */
    readonly isDefaultClass?: boolean;
    /** @default the name of the release */
    readonly name?: string;
  };
  readonly core?: {
    /** Refuse TLS options that contradict each other for one host, instead of the defaults (GHSA-g55h-rg46-x9c5). @default false */
    readonly strictTLSOptions?: boolean;
  };
  readonly api?: { readonly dashboard?: boolean };
  readonly ingressRoute?: {
    /** The chart's own route to the dashboard. @default {enabled: false} */
    readonly dashboard?: { readonly enabled?: boolean };
  };
  readonly providers?: {
    readonly kubernetesCRD?: {
      readonly enabled?: boolean;
      /** Let a route use middlewares and services of other namespaces. @default false */
      readonly allowCrossNamespace?: boolean;
      /** The one namespace whose TLSOption and TLSStore `default` count. @default any */
      readonly defaultTLSResourcesNamespace?: string;
    };
    readonly kubernetesIngress?: {
      readonly enabled?: boolean;
      /** Copy the chart's Service's addresses into each Ingress's status. @default {enabled: true} */
      readonly publishedService?: { readonly enabled?: boolean };
      /** The address to write there instead. */
      readonly ingressEndpoint?: { readonly ip?: string };
    };
  };
  readonly log?: { readonly level?: TraefikLogLevel; readonly format?: 'common' | 'json' };
  readonly accessLog?: {
    readonly enabled?: boolean;
    readonly format?: 'common' | 'genericCLF' | 'json';
    /** Log only what passes one of these. */
    readonly filters?: {
      /** Ranges, such as `400-599`. */
      readonly statusCodes?: string;
      readonly retryAttempts?: boolean;
      /** Such as `10s`. */
      readonly minDuration?: string;
    };
    readonly fields?: {
      /** Of a field that `names` does not name. @default 'keep' */
      readonly defaultMode?: 'keep' | 'drop' | 'redact';
      readonly names?: Readonly<Record<string, string>>;
      /** @default {defaultMode: 'drop'} */
      readonly headers?: { readonly defaultMode?: 'keep' | 'drop' | 'redact' };
      /** Of the path. @default {defaultMode: 'keep'} */
      readonly queryParameters?: { readonly defaultMode?: 'keep' | 'drop' };
    };
  };
  readonly metrics?: {
    readonly prometheus?: {
      /** @default 'metrics' */
      readonly entryPoint?: string;
      readonly addRoutersLabels?: boolean;
      /** A Service for the ServiceMonitor. @default {enabled: false} */
      readonly service?: { readonly enabled?: boolean };
      /** Needs the CRDs of the Prometheus operator. @default {enabled: false} */
      readonly serviceMonitor?: {
        readonly enabled?: boolean;
        readonly interval?: string;
        readonly additionalLabels?: Readonly<Record<string, string>>;
      };
    };
  };
  readonly global?: {
    /** Ask Traefik's makers for a newer version. @default true */
    readonly checkNewVersion?: boolean;
    /** @default false */
    readonly sendAnonymousUsage?: boolean;
  };
  /**
   * Entry points by name, besides and over the chart's own: `traefik` (8080, health checks), `web` (8000), `websecure`
   * (8443, TLS) and `metrics` (9100).
   */
  readonly ports?: Readonly<Record<string, TraefikPort>>;
  /** The Service before Traefik. It cannot be made without a port whose `expose.default` is true. */
  readonly service?: {
    readonly enabled?: boolean;
    readonly spec?: { readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' };
  };
  readonly persistence?: { readonly enabled?: boolean };
  /** From the limit of memory the chart derives GOMEMLIMIT: 90 % of it. */
  readonly resources?: ContainerResources;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly TraefikToleration[];
  readonly priorityClassName?: string;
  /** @default user and group 65532, not root, seccomp profile RuntimeDefault */
  readonly podSecurityContext?: {
    readonly runAsUser?: number;
    readonly runAsGroup?: number;
    readonly runAsNonRoot?: boolean;
    readonly seccompProfile?: { readonly type: 'RuntimeDefault' | 'Unconfined' };
  };
  /** @default no privilege escalation, no capabilities, a read-only root file system */
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  };
}

/** `registry/repository:tag`, or `registry/repository@digest` where a digest is given. */
export interface TraefikImage {
  /** @default 'docker.io' */
  readonly registry?: string;
  /** @default 'traefik' */
  readonly repository?: string;
  /** @default the chart's appVersion */
  readonly tag?: string;
  /** `sha256:…`; wins over `tag`. */
  readonly digest?: string;
}

/** An entry point: a port that Traefik listens on. */
export interface TraefikPort {
  /** Port in the pod. Traefik is not root: above 1023. */
  readonly port: number;
  /** Port on every address of the board. The chart's `hostIP` is of no use here: Traefik itself would listen on it. */
  readonly hostPort?: number;
  /** Port that visitors see: of the Service, and of redirections to this entry point. */
  readonly exposedPort?: number;
  /** Have the port in the chart's Service. */
  readonly expose?: { readonly default: boolean };
  readonly protocol?: 'TCP' | 'UDP';
  /** Serve routers that name no entry point. When no port says so, all but `traefik` do. */
  readonly asDefault?: boolean;
  /** Leave `/.well-known/acme-challenge/` to routes, whatever is redirected. @default false */
  readonly allowACMEByPass?: boolean;
  readonly http?: {
    readonly redirections?: {
      readonly entryPoint: {
        /** Entry point whose `exposedPort` is redirected to. */
        readonly to: string;
        readonly scheme: 'http' | 'https';
        readonly permanent: boolean;
      };
    };
    /** Middlewares of all routers of the entry point, as `<namespace>-<name>@kubernetescrd`. */
    readonly middlewares?: readonly string[];
    readonly tls?: {
      readonly enabled: boolean;
      /** A TLSOption, as `<namespace>-<name>@kubernetescrd`. */
      readonly options?: string;
    };
  };
  readonly forwardedHeaders?: {
    /** Proxies whose X-Forwarded-* headers are believed. @default none */
    readonly trustedIPs: readonly string[];
  };
  readonly transport?: {
    readonly respondingTimeouts?: {
      /** For the whole request with its body: what an upload may take. @default 60s in Traefik */
      readonly readTimeout?: string;
      readonly writeTimeout?: string;
      /** @default 180s in Traefik */
      readonly idleTimeout?: string;
    };
    readonly lifeCycle?: {
      /** How long to go on serving after the order to stop, before new requests are refused. */
      readonly requestAcceptGraceTimeout?: string;
      /** How long running requests may still take. @default 10s in Traefik */
      readonly graceTimeOut?: string;
    };
  };
}

/** Traefik's log levels, most to least. */
export type TraefikLogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL' | 'PANIC';

/** A toleration of Kubernetes. */
export interface TraefikToleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}
