import type { Chart } from 'cdk8s';
import { Kustomization } from '../../imports/kustomize.toolkit.fluxcd.io.ts';
import { OciRepository } from '../../imports/source.toolkit.fluxcd.io.ts';
import type { Model } from '../../model/model.ts';
import type { Capability } from '../folder.ts';
import { neverPruned } from '../namespace.ts';

/** Flux keeps itself at the version of the config: the role starts it once, and from then on Git owns it. */
export const flux: Capability = (model) => [
  {
    layer: 'controllers',
    capability: 'flux',
    namespace: model.git.namespace,
    build: (chart) => addFlux(chart, model),
  },
];

const name = 'flux';

function addFlux(chart: Chart, { pins }: Model): void {
  // What its makers release in a registry with all controllers, at `v…` (flux2, .github/workflows/release.yaml).
  new OciRepository(chart, 'source', {
    metadata: { name, annotations: neverPruned },
    spec: {
      url: 'oci://ghcr.io/fluxcd/flux-manifests',
      ref: { tag: pins.flux.version },
      interval: '24h',
      // Nobody could give a digest here. Their workflow signs it, so that it is theirs wherever the tag leads.
      verify: {
        provider: 'cosign',
        matchOidcIdentity: [
          {
            issuer: '^https://token\\.actions\\.githubusercontent\\.com$',
            subject: '^https://github\\.com/fluxcd/flux2/\\.github/workflows/release\\.yaml@refs/tags/v.*$',
          },
        ],
      },
    },
  });
  new Kustomization(chart, 'kustomization', {
    metadata: { name, annotations: neverPruned },
    spec: {
      sourceRef: { kind: 'OCIRepository', name },
      path: './',
      interval: '1h',
      retryInterval: '2m',
      timeout: '10m',
      prune: true,
      // Without Flux nobody would bring Flux back.
      deletionPolicy: 'Orphan',
      wait: true,
      patches: [
        // As the role leaves them out: nothing here writes to Git, or splits an artifact.
        without({
          labelSelector:
            'app.kubernetes.io/component in (image-automation-controller, image-reflector-controller, source-watcher)',
        }),
        // The namespace is the home's: nobody else may take it away.
        without({ kind: 'Namespace' }),
        // A commit goes through the layers one by one: a folder whose dependency was not ready is looked at again after five
        // seconds instead of thirty.
        withArgument('kustomize-controller', '--requeue-dependency=5s'),
        // Else the undo of a bad commit waits for the health of what will never be well: as long as `timeout`. A release
        // whose wait was cut short counts as failed: each of ours tries again (charts/release.ts).
        ...['kustomize-controller', 'helm-controller'].map((controller) =>
          withArgument(controller, '--feature-gates=CancelHealthCheckOnNewRevision=true'),
        ),
      ],
    },
  });
}

/** Starts a controller of Flux with one more argument (fluxcd.io, "Flux bootstrap customization"). */
function withArgument(controller: string, argument: string) {
  const patch = ['- op: add', '  path: /spec/template/spec/containers/0/args/-', `  value: ${argument}`, ''].join('\n');
  return { patch, target: { kind: 'Deployment', name: controller } };
}

/** Leaves objects out. What they are called is not looked at, but must be there. */
function without(target: { readonly kind: string } | { readonly labelSelector: string }) {
  const patch = ['$patch: delete', 'apiVersion: v1', 'kind: Any', 'metadata:', '  name: any', ''].join('\n');
  return { patch, target };
}
