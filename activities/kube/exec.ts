import { text } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import { Exec, type V1Status } from '@kubernetes/client-node';
import { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from './connect.ts';
import { sessionProblem } from './problems.ts';

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/**
 * Runs a command in a container. A command that fails is a result, not an error.
 * @param signal closes the session: nobody waits for its end any more
 * @throws Problem where the API server refuses or the command could not be started (EXEC_FAILED)
 */
export async function execIn(
  client: ClusterClient,
  target: { namespace: string; pod: string; container: string },
  command: readonly string[],
  signal?: AbortSignal,
): Promise<ExecResult> {
  const object = `exec in ${target.namespace}/${target.pod} (${target.container}) of cluster ${client.name}`;
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const outputs = Promise.all([text(stdout), text(stderr)]);
  const status = Promise.withResolvers<V1Status | undefined>();
  try {
    const ws = await new Exec(client.config).exec(
      target.namespace,
      target.pod,
      target.container,
      [...command],
      stdout,
      stderr,
      null,
      false,
      status.resolve,
    );
    const abandon = () => ws.close();
    signal?.addEventListener('abort', abandon);
    if (signal?.aborted === true) abandon();
    ws.addEventListener('close', () => {
      signal?.removeEventListener('abort', abandon);
      stdout.end();
      stderr.end();
      status.resolve(undefined);
    });
  } catch (error) {
    stdout.end();
    stderr.end();
    const { namespace } = target;
    throw await sessionProblem(client, error, object, {
      ...{ verbs: ['get', 'create'], group: '', resource: 'pods/exec', namespace },
    });
  }
  const exitCode = exitCodeOf(await status.promise, object);
  const [out, err] = await outputs;
  return { stdout: out, stderr: err, exitCode };
}

function exitCodeOf(status: V1Status | undefined, object: string): number {
  if (status?.status === 'Success') return 0;
  const cause = status?.details?.causes?.find(({ reason }) => reason === 'ExitCode');
  const code = Number(cause?.message);
  if (cause !== undefined && Number.isInteger(code)) return code;
  throw new Problem('EXEC_FAILED', { object, found: status?.message ?? 'the connection was closed' });
}
