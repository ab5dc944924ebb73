import { addressNumber } from './addresses.ts';

/** Orders of the model's lists. They come from the entries themselves, so that the config's order never shows. */

export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

export function byAddress(a: { readonly address: string }, b: { readonly address: string }): number {
  return addressNumber(a.address) - addressNumber(b.address);
}
