import { once } from 'node:events';
import { Connection } from '@temporalio/client';
import type { DevServer } from '../../../worker/dev-server.ts';
import { startTied } from '../../../worker/tied-process.ts';

const startLimitMs = 60_000;

/** A Temporal server that knows nothing of Meshturn, as one looks after its database was lost. */
export async function startBareServer(
  lost: DevServer,
  o: { readonly path: string; readonly databaseFile: string },
): Promise<DevServer> {
  const [ip = '', port = ''] = lost.address.split(':');
  const where = ['--ip', ip, '--port', port, '--ui-port', new URL(lost.uiUrl).port];
  const flags = ['server', 'start-dev', ...where, '--db-filename', o.databaseFile, '--log-level', 'warn'];
  const server = await startTied([o.path, ...flags], { logFile: lost.logFile });
  const connection = Connection.lazy({ address: lost.address, connectTimeout: startLimitMs });
  try {
    const ended = once(server.child, 'exit').then(() => {
      throw new Error(`the server ended before it answered: ${lost.logFile}`);
    });
    await Promise.race([connection.ensureConnected(), ended]);
  } finally {
    await connection.close();
  }
  return { ...lost, ...server };
}
