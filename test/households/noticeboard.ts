import { ApiObject, Chart } from 'cdk8s';

const name = 'noticeboard';
const labels = { 'app.kubernetes.io/name': name };

/** A chart as an admin writes one, with the plain objects of cdk8s. */
export class Noticeboard extends Chart {
  constructor(scope: ConstructorParameters<typeof Chart>[0], id: string) {
    super(scope, id, { namespace: `app-${name}` });
    // Its own pages, which an image of this chart would read.
    this.#add('ConfigMap', 'v1', { data: { 'notice.txt': "Bins: Tuesday. {{ it's }} all.\n" } });
    this.#add('Deployment', 'apps/v1', {
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                name,
                image: 'ghcr.io/example/noticeboard:1.2.3',
                ports: [{ name: 'web', containerPort: 8080 }],
                readinessProbe: { tcpSocket: { port: 'web' } },
                livenessProbe: { tcpSocket: { port: 'web' }, initialDelaySeconds: 30 },
                resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
                volumeMounts: [{ name: 'notices', mountPath: '/notices', readOnly: true }],
              },
            ],
            volumes: [{ name: 'notices', configMap: { name } }],
          },
        },
      },
    });
    this.#add('Service', 'v1', { spec: { selector: labels, ports: [{ name: 'web', port: 80, targetPort: 'web' }] } });
  }

  #add(kind: string, apiVersion: string, rest: object): void {
    new ApiObject(this, kind, { apiVersion, kind, metadata: { name }, ...rest });
  }
}
