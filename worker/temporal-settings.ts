import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { Problem } from '../problems/problem.ts';

/**
 * What TEMPORAL_* and the profile in temporal.toml say of the server: address, namespace, TLS, API key.
 * Throws TEMPORAL_CONFIG_INVALID.
 */
export function loadTemporalSettings(
  environment: Readonly<Record<string, string | undefined>>,
  profile?: string,
): ClientConnectConfig {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  try {
    return loadClientConnectConfig({ overrideEnvVars, ...(profile === undefined ? {} : { profile }) });
  } catch (error) {
    const found = error instanceof Error ? error.message : 'an unknown error';
    const object = 'TEMPORAL_* and temporal.toml';
    throw new Problem('TEMPORAL_CONFIG_INVALID', { object, found }, { cause: error });
  }
}
