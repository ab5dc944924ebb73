import type { Config } from '../config.ts';
import type { Resources } from '../resources.ts';

export interface Traefik {
  readonly namespace: string;
  readonly dashboard: { readonly host: string; readonly secretName: string } | null;
  readonly resources: Resources;
  /** Ports of the boards: unencrypted, for the home, and for the outside. */
  readonly ports: { readonly http: number; readonly lan: number; readonly internet: number };
  readonly accessLog: Config['traefik']['accessLog'];
  readonly rateLimits: Readonly<Record<Exposure, RateLimit>>;
  /** Ports of its pods that those lead to. */
  readonly podPorts: { readonly http: number; readonly lan: number; readonly internet: number };
  readonly values: Config['traefik']['values'];
}

/** What one address may ask for. */
export interface RateLimit {
  /** Requests per second, on average. */
  readonly average: number;
  /** Requests at once. */
  readonly burst: number;
}

/** Where a route is reached from: at home, or also from the outside through the router's forward. */
export type Exposure = 'lan' | 'internet';
