/**
 * Who goes first when a board has too little: the scheduler takes a pod of a lower class away to make room, and the
 * kubelet and a shutdown end the lower first. DNS and the API are above all of these (`system-cluster-critical`, k3s).
 */
export const priorities = {
  critical: {
    className: 'homecloud-critical',
    value: 1_000_000,
    isDefault: false,
    description: 'Shares and the ingress: without them the home stands still.',
  },
  normal: {
    className: 'homecloud-normal',
    value: 1_000,
    // Also for the pods of charts that name none, so that these go before the family's files do.
    isDefault: true,
    description: 'What people use, and whatever names no class.',
  },
  low: {
    className: 'homecloud-low',
    value: 100,
    isDefault: false,
    description: 'What only the admin looks at: dashboards and the pages of tools.',
  },
} as const;

export type Priority = keyof typeof priorities;
