import { KubePriorityClass } from 'cdk8s-plus-27/lib/imports/k8s.js';
import { priorities } from '../../model/priorities.ts';
import type { Capability } from '../folder.ts';
import { policyFolder } from '../policy-folder.ts';

/** What holds for all of the cluster: who goes first when a board has too little. */
export const policy: Capability = () => [
  {
    ...policyFolder,
    build: (chart) => {
      for (const { className, value, isDefault, description } of Object.values(priorities)) {
        new KubePriorityClass(chart, className, {
          metadata: { name: className },
          value,
          description,
          ...(isDefault && { globalDefault: true }),
        });
      }
    },
  },
];
