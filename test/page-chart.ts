import { ApiObject, type ApiObjectProps, Chart } from 'cdk8s';

/** Objects of a chart as a page has them: a Deployment behind a Service, in a namespace, and others. */
export function pageOf(name: string, namespace: string, ...others: readonly ApiObjectProps[]) {
  const labels = { app: name };
  const resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } };
  const ports = [{ name: 'web', containerPort: 8080 }];
  const containers = [{ name, image: `ghcr.io/example/${name}:1.2.3`, ports, resources }];
  const all = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 'web' }] },
    },
    ...others,
  ];
  return (scope: Chart) => {
    const chart = new Chart(scope, name, { namespace });
    all.forEach((object, index) => void new ApiObject(chart, `${index}`, object));
  };
}
