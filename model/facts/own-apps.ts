import type { Pin } from '../../imports/versions.ts';
import type { AppVolume } from './apps.ts';

/** An app of the admin that comes as a chart: what the home does for it. */
export interface OwnApp {
  readonly name: string;
  readonly namespace: string;
  /** `null` where it has no web pages. */
  readonly page: {
    readonly host: string;
    readonly service: string;
    readonly port: number;
    /** Of the pods that the service leads to. */
    readonly podPort: number;
  } | null;
  readonly hasSecrets: boolean;
  readonly storage: readonly AppVolume[];
  /** Where its pods give figures to Prometheus; `null` where nobody asks. */
  readonly metrics: { readonly port: number; readonly path: string } | null;
  /** `null` for a chart of cdk8s, whose objects are among `own`. */
  readonly release: {
    readonly chart: Pin;
    readonly values: object;
    /** Memory of a container for which the chart says nothing. */
    readonly containerLimit: string;
  } | null;
}
