import { defineConfig } from 'homecloud';
import full from './full.ts';

/** The full household after its admin has turned the Decentralized NAS off. */
export default defineConfig({ ...full, shares: [] });
