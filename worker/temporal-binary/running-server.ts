import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Problem } from '../../problems/problem.ts';
import { type Outcome, type Source } from './source.ts';

/** A server that Temporal's own settings name: TEMPORAL_ADDRESS, or a profile of temporal.toml. */
export const runningServer: Source = {
  name: 'running server',
  downloads: false,
  look({ program, environment }): Promise<Outcome> {
    if (program.sdkServer !== 'dev-server') {
      return Promise.resolve({ reason: 'not asked: a test needs a server of its own' });
    }
    const address = configuredAddress(environment);
    return Promise.resolve(
      address === undefined
        ? { reason: 'neither TEMPORAL_ADDRESS nor a profile in temporal.toml names a server' }
        : { found: { address }, reason: 'TEMPORAL_ADDRESS or a profile in temporal.toml names it' },
    );
  },
};

/** The `host:port` that Temporal's client settings name. Throws TEMPORAL_CONFIG_INVALID. */
export function configuredAddress(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const variables = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  try {
    return loadClientConnectConfig({ overrideEnvVars: variables }).connectionOptions.address;
  } catch (error) {
    throw new Problem(
      'TEMPORAL_CONFIG_INVALID',
      {
        object: 'TEMPORAL_* and temporal.toml',
        found: error instanceof Error ? error.message : 'an unknown error',
      },
      { cause: error },
    );
  }
}
