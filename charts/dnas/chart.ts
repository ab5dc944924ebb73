import type { Chart } from 'cdk8s';
import { type Capability, folderPath } from '../folder.ts';
import { addNamespace, namespaceOf } from '../namespace.ts';
import { addInstance } from './instance.ts';

/** The Decentralized NAS: its namespace, and one instance for each board that holds shares. */
export const dnas: Capability = (model) => {
  const { namespace } = model.dnas;
  const controllers = { layer: 'controllers', capability: 'dnas', namespace } as const;
  const instances = model.boards.flatMap((board) =>
    board.dnas === null ? [] : [{ model, board, instance: board.dnas }],
  );
  if (instances.length === 0) return [];
  return [
    {
      ...controllers,
      build: (chart) => {
        addNamespace(chart, namespaceOf(model.namespaces, 'dnas'));
      },
    },
    ...instances.map((place) => ({
      layer: 'apps' as const,
      capability: 'dnas',
      instance: place.board.name,
      namespace,
      dependsOn: [folderPath(controllers)],
      build: (chart: Chart) => addInstance(chart, place),
    })),
  ];
};
