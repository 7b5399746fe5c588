import { certificates } from './certificates.ts';
import { configMaps } from './config-maps.ts';
import { reloads } from './reloads.ts';
import { signingSets } from './signing-sets.ts';
import type { IstiodWorld } from './world.ts';

/** What holds of every istiod of 1.30, a suite a behaviour. */
export const istiodSuites: readonly ((open: () => IstiodWorld) => void)[] = [
  reloads,
  certificates,
  configMaps,
  signingSets,
];
