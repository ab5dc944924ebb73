/**
 * Who goes first when a board has too little: the scheduler takes a pod of a lower class away to make room, and a shutdown
 * ends the lower first. Under pressure for memory the kubelet looks first at who uses more than it asked for, and at the
 * class only among those (kubernetes v1.37.2, pkg/kubelet/eviction/helpers.go, rankMemoryPressure). DNS is above all of
 * these (`system-cluster-critical`, k3s).
 */
export const priorities = {
  critical: {
    className: 'homecloud-critical',
    value: 1_000_000,
    isDefault: false,
    description: 'The ingress: without it the home stands still.',
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

/**
 * Of shares, which use more memory than they ask for whenever somebody works with them. The kubelet never evicts such a pod
 * (pkg/kubelet/eviction/eviction_manager.go, evictPod), and the kernel takes it last (pkg/kubelet/qos/policy.go,
 * GetContainerOOMScoreAdjust). Kubernetes has the class in each cluster, and a pod of any namespace may have it.
 */
export const nodeCritical = 'system-node-critical';

export type Priority = keyof typeof priorities;
