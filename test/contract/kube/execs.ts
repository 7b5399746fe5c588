import { access, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Exec, type V1Status } from '@kubernetes/client-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { execIn } from '../../../activities/kube/exec.ts';
import { eventually } from '../../support/eventually.ts';
import { newPlace, type Place } from './place.ts';
import { startPod } from './pods.ts';
import type { KubeWorld } from './world.ts';

/** Commands in containers: what they print, how they end, and who ends them. */
export function execs(open: () => KubeWorld): void {
  describe('a command in a pod', () => {
    let place: Place;
    const target = (pod: string) => ({ namespace: place.namespace, pod, container: 'main' });
    const run = (script: string, signal?: AbortSignal) =>
      execIn(place.client, target('web'), ['sh', '-c', script], signal);
    /** A command that goes on, and how to see that it does: commands of pods run on this machine. */
    const sleeping = async (): Promise<readonly [string, () => Promise<void>]> => {
      const mark = join(await mkdtemp(join(tmpdir(), 'meshturn-exec-')), 'begun');
      return [`touch '${mark}'; exec sleep 20`, () => access(mark)];
    };
    beforeAll(async () => {
      place = await newPlace(open());
      await startPod(place, 'web');
    });

    it('gives what it printed, its arguments as they were', async () => {
      expect(await execIn(place.client, target('web'), ['printf', '%s|', 'a b', 'c\n'])).toEqual({
        ...{ stdout: 'a b|c\n|', stderr: '', exitCode: 0 },
      });
    });

    it('that fails gives its exit code, and what went to stderr', async () => {
      expect(await run('echo out; echo no such file >&2; exit 3')).toEqual({
        ...{ stdout: 'out\n', stderr: 'no such file\n', exitCode: 3 },
      });
    });

    it('tells its exit code in a Status', async () => {
      const status = Promise.withResolvers<V1Status>();
      const sink = () => new PassThrough().resume();
      const { namespace, client } = place;
      const command = ['sh', '-c', 'exit 7'];
      await new Exec(client.config).exec(
        namespace,
        'web',
        'main',
        command,
        sink(),
        sink(),
        null,
        false,
        status.resolve,
      );
      expect(await status.promise).toMatchObject({
        ...{ status: 'Failure', reason: 'NonZeroExitCode' },
        details: { causes: [{ reason: 'ExitCode', message: '7' }] },
      });
    });

    it('gives a large output whole', async () => {
      const { stdout } = await run('head -c 1000000 /dev/zero | tr "\\0" x');
      expect(stdout).toBe('x'.repeat(1_000_000));
    });

    it('in a pod that is not there is OBJECT_NOT_FOUND', async () => {
      await expect(execIn(place.client, target('nobody'), ['true'])).rejects.toMatchObject({
        code: 'OBJECT_NOT_FOUND',
      });
    });

    it('in a container that is not there is refused', async () => {
      const wrong = { ...target('web'), container: 'side' };
      await expect(execIn(place.client, wrong, ['true'])).rejects.toMatchObject({ code: 'REQUEST_REJECTED' });
    });

    it('ends for who asked when that is told to stop', async () => {
      const stop = new AbortController();
      const [script, isUnderWay] = await sleeping();
      const told = expect(run(script, stop.signal)).rejects.toMatchObject({ code: 'EXEC_FAILED' });
      await eventually(isUnderWay);
      stop.abort();
      await told;
    });

    it('is lost in a restart of the API server, and said to be', async () => {
      const [script, isUnderWay] = await sleeping();
      const told = expect(run(script)).rejects.toMatchObject({
        ...{ code: 'EXEC_FAILED', details: { found: 'the connection was closed' } },
      });
      await eventually(isUnderWay);
      await place.world.restart();
      await told;
      await eventually(async () => expect(await run('true')).toMatchObject({ exitCode: 0 }));
    });
  });
}
