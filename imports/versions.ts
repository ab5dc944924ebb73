/** What a pin is fetched as. */
export type PinKind = 'image' | 'chart' | 'binary' | 'manifest' | 'collection';

/** One thing from upstream, at one version. */
export interface Pin {
  readonly kind: PinKind;
  /**
   * Image repository, chart repository URL with the chart's name after `#`, the name of an Ansible collection, or the base
   * URL of the releases of the rest.
   */
  readonly source: string;
  readonly version: string;
  /**
   * Of an image: its index digest, of a manifest: that of its file, `sha256:…`. Of a binary: one SHA-256 per
   * architecture. Absent where it could not be had: `homecloud report` lists it, and nothing is invented.
   */
  readonly digest?: string;
  readonly sha256?: Readonly<Partial<Record<'arm64' | 'amd64', string>>>;
}

/**
 * Every version that homecloud puts into `dist/`. The comment above a version is what Renovate reads (`renovate.json`);
 * the config overrides each by its name, in `versions`.
 */
export const pins = {
  k3s: {
    kind: 'binary',
    source: 'https://github.com/k3s-io/k3s/releases/download',
    // renovate: datasource=github-releases depName=k3s-io/k3s versioning=loose
    version: 'v1.37.1+k3s1',
  },
  syncthing: {
    kind: 'binary',
    source: 'https://github.com/syncthing/syncthing/releases/download',
    // renovate: datasource=github-releases depName=syncthing/syncthing
    version: 'v2.1.3',
  },
  flux: {
    kind: 'manifest',
    source: 'https://github.com/fluxcd/flux2/releases/download',
    // renovate: datasource=github-releases depName=fluxcd/flux2
    version: 'v2.9.5',
  },
  traefik: {
    kind: 'chart',
    source: 'https://traefik.github.io/charts#traefik',
    // renovate: datasource=helm depName=traefik registryUrl=https://traefik.github.io/charts
    version: '41.3.0',
  },
  certManager: {
    kind: 'chart',
    source: 'https://charts.jetstack.io#cert-manager',
    // renovate: datasource=helm depName=cert-manager registryUrl=https://charts.jetstack.io
    version: 'v1.21.2',
  },
  prometheusStack: {
    kind: 'chart',
    source: 'https://prometheus-community.github.io/helm-charts#kube-prometheus-stack',
    // renovate: datasource=helm depName=kube-prometheus-stack registryUrl=https://prometheus-community.github.io/helm-charts
    version: '88.5.3',
  },
  victoriaLogs: {
    kind: 'chart',
    source: 'https://victoriametrics.github.io/helm-charts/#victoria-logs-single',
    // renovate: datasource=helm depName=victoria-logs-single registryUrl=https://victoriametrics.github.io/helm-charts/
    version: '0.13.9',
  },
  victoriaLogsCollector: {
    kind: 'chart',
    source: 'https://victoriametrics.github.io/helm-charts/#victoria-logs-collector',
    // renovate: datasource=helm depName=victoria-logs-collector registryUrl=https://victoriametrics.github.io/helm-charts/
    version: '0.3.7',
  },
  longhorn: {
    kind: 'chart',
    source: 'https://charts.longhorn.io#longhorn',
    // renovate: datasource=helm depName=longhorn registryUrl=https://charts.longhorn.io
    version: '1.12.1',
  },
  headlamp: {
    kind: 'chart',
    source: 'https://kubernetes-sigs.github.io/headlamp/#headlamp',
    // renovate: datasource=helm depName=headlamp registryUrl=https://kubernetes-sigs.github.io/headlamp/
    version: '0.45.0',
  },
  portainer: {
    kind: 'chart',
    source: 'https://portainer.github.io/k8s/#portainer',
    // renovate: datasource=helm depName=portainer registryUrl=https://portainer.github.io/k8s/
    version: '239.4.0',
  },
  // The last one. Its makers moved the repository when they archived it.
  kubernetesDashboard: {
    kind: 'chart',
    source: 'https://kubernetes-retired.github.io/dashboard/#kubernetes-dashboard',
    // renovate: datasource=helm depName=kubernetes-dashboard registryUrl=https://kubernetes-retired.github.io/dashboard/
    version: '7.14.0',
  },
  samba: {
    kind: 'image',
    source: 'ghcr.io/crazy-max/samba',
    // renovate: datasource=docker depName=ghcr.io/crazy-max/samba
    version: '4.23.8-r0',
  },
  ganesha: {
    kind: 'image',
    source: 'docker.io/longhornio/longhorn-share-manager',
    // renovate: datasource=docker depName=longhornio/longhorn-share-manager
    version: 'v1.12.1',
  },
  nextcloud: {
    kind: 'image',
    source: 'docker.io/library/nextcloud',
    // renovate: datasource=docker depName=nextcloud
    version: '34.0.3-apache',
  },
  // A version with long support, of those that Nextcloud recommends (its administration manual, "System requirements").
  mariadb: {
    kind: 'image',
    source: 'docker.io/library/mariadb',
    // renovate: datasource=docker depName=mariadb
    version: '11.8.8',
  },
  valkey: {
    kind: 'image',
    source: 'docker.io/valkey/valkey',
    // renovate: datasource=docker depName=valkey/valkey
    version: '9.1.1',
  },
  devsec: {
    kind: 'collection',
    source: 'devsec.hardening',
    // renovate: datasource=galaxy-collection depName=devsec.hardening
    version: '10.6.0',
  },
  // What devsec.hardening depends on (its galaxy.yml), each at a version that runs on ansible-core 2.16, too.
  ansiblePosix: {
    kind: 'collection',
    source: 'ansible.posix',
    // renovate: datasource=galaxy-collection depName=ansible.posix
    version: '2.1.0',
  },
  communityCrypto: {
    kind: 'collection',
    source: 'community.crypto',
    // renovate: datasource=galaxy-collection depName=community.crypto
    version: '2.22.3',
  },
  communityGeneral: {
    kind: 'collection',
    source: 'community.general',
    // renovate: datasource=galaxy-collection depName=community.general
    version: '11.4.2',
  },
  communityMysql: {
    kind: 'collection',
    source: 'community.mysql',
    // renovate: datasource=galaxy-collection depName=community.mysql
    version: '3.16.1',
  },
} as const satisfies Record<string, Pin>;

export type PinName = keyof typeof pins;
