/** The folder with what all others need: an API server refuses pods of a priority class that it does not know. */
export const policyFolder = { layer: 'controllers', capability: 'policy' } as const;
