import type { Connection } from '@temporalio/client';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { Problem } from '../problems/problem.ts';
import { lazyConnection } from './lazy-connection.ts';
import { loadTemporalSettings } from './temporal-settings.ts';

/** Where the Temporal server is. What is left out comes from TEMPORAL_* and the profile in temporal.toml. */
export interface TemporalTarget {
  readonly address?: string;
  readonly namespace?: string;
  readonly profile?: string;
}

const defaultAddress = '127.0.0.1:7233';
const defaultNamespace = 'default';
const connectTimeout = '5s';

/** For clients: the CLI and the registration of search attributes. Throws TEMPORAL_UNREACHABLE. */
export async function connectClient(
  target: TemporalTarget = {},
): Promise<{ connection: Connection; namespace: string }> {
  const { connectionOptions, namespace } = settings(target);
  const { address } = connectionOptions;
  const connection = lazyConnection({ ...connectionOptions, connectTimeout });
  try {
    await connection.ensureConnected();
    return { connection, namespace };
  } catch (error) {
    throw unreachable(address, error);
  }
}

/** For workers, over the SDK's native core. Throws TEMPORAL_UNREACHABLE. */
export async function connectWorker(
  target: TemporalTarget = {},
): Promise<{ connection: NativeConnection; namespace: string }> {
  const { connectionOptions, namespace } = settings(target);
  try {
    return { connection: await NativeConnection.connect(connectionOptions), namespace };
  } catch (error) {
    throw unreachable(connectionOptions.address, error);
  }
}

type Settings = Required<ClientConnectConfig> & { connectionOptions: { address: string } };

/** Address, namespace, TLS and API key: the target first, then TEMPORAL_*, then the profile, then defaults. */
function settings(target: TemporalTarget): Settings {
  const loaded = loadTemporalSettings(process.env, target.profile);
  return {
    connectionOptions: {
      ...loaded.connectionOptions,
      address: target.address ?? loaded.connectionOptions.address ?? defaultAddress,
    },
    namespace: target.namespace ?? loaded.namespace ?? defaultNamespace,
  };
}

function unreachable(address: string, cause: unknown): Problem {
  return new Problem(
    'TEMPORAL_UNREACHABLE',
    { object: address, expected: 'an answer of the server', found: 'none' },
    { cause },
  );
}
