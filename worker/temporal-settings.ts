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
    const settings = loadClientConnectConfig({
      overrideEnvVars,
      ...(profile === undefined ? {} : { profile }),
    });
    verifyAddress(settings.connectionOptions.address);
    return settings;
  } catch (error) {
    if (error instanceof Problem) throw error;
    const found = error instanceof Error ? error.message : 'an unknown error';
    const object = 'TEMPORAL_* and temporal.toml';
    throw new Problem('TEMPORAL_CONFIG_INVALID', { object, found }, { cause: error });
  }
}

/** What a server that is merely away would otherwise hide. */
function verifyAddress(address: string | undefined): void {
  if (address === undefined) return;
  const url = URL.parse(`grpc://${address}`);
  if (url !== null && url.port !== '' && url.host === address) return;
  throw new Problem('TEMPORAL_CONFIG_INVALID', {
    object: 'the address of the Temporal server, TEMPORAL_ADDRESS or a profile in temporal.toml',
    expected: 'HOST:PORT, such as 127.0.0.1:7233',
    found: address,
  });
}
