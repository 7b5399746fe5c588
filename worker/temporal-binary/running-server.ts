import { loadTemporalSettings } from '../temporal-settings.ts';
import type { Source } from './source.ts';

/** A server that Temporal's own settings name. Settings that cannot be read are a problem, not a reason to go on. */
export const runningServer: Source = {
  name: 'running server',
  downloads: false,
  look({ program, environment }) {
    if (program.sdkServer !== 'dev-server') return { reason: 'not asked: a test needs a server of its own' };
    const { address } = loadTemporalSettings(environment).connectionOptions;
    return address === undefined
      ? { reason: 'neither TEMPORAL_ADDRESS nor a profile in temporal.toml names a server' }
      : { found: { address }, reason: 'TEMPORAL_ADDRESS or a profile in temporal.toml names it' };
  },
};
