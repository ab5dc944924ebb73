import type { Chart } from 'cdk8s';
import { Certificate } from '../../imports/cert-manager.io.ts';
import type { Certificates } from '../../model/facts/certificates.ts';
import { type Capability, folderPath } from '../folder.ts';
import { addNamespace, namespaceOf } from '../namespace.ts';
import { addRelease } from '../release.ts';
import { addIssuer } from './issuer.ts';
import { certManagerValues } from './release-values.ts';

/** cert-manager, the authority that signs, and a certificate for every host name of the home. */
export const certificates: Capability = (model) => {
  const { certificates: home } = model;
  if (home === null) return [];
  const { namespace } = home;
  const controllers = { layer: 'controllers', capability: 'certificates', namespace } as const;
  return [
    {
      ...controllers,
      build: (chart) => {
        addNamespace(chart, namespaceOf(model.namespaces, 'certificates'));
        addRelease(chart, {
          name: 'cert-manager',
          chart: model.pins.certManager,
          values: certManagerValues(home),
          extraValues: home.values,
        });
      },
    },
    {
      layer: 'configs',
      capability: 'certificates',
      namespace,
      // The certificates stand in the namespace of the ingress, which reads them.
      dependsOn: [folderPath(controllers), folderPath({ layer: 'controllers', capability: 'traefik' })],
      build: (chart) => {
        addIssuer(chart, home);
        addCertificates(chart, home);
      },
    },
  ];
};

function addCertificates(chart: Chart, { issuer, list }: Certificates): void {
  for (const { name, secretName, namespace, dnsNames } of list) {
    new Certificate(chart, `certificate-${name}`, {
      metadata: { name, namespace },
      spec: {
        secretName,
        issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: issuer },
        dnsNames,
        // A hundredth of the time that a small board needs for RSA, and every device of the last ten years knows it.
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        revisionHistoryLimit: 1,
      },
    });
  }
}
