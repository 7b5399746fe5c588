import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Log } from '@kubernetes/client-node';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { followLog, readLog } from '../../../activities/kube/follow-logs.ts';
import { eventually } from '../../support/eventually.ts';
import { newPlace, refusal, type Place } from './place.ts';
import { startPod } from './pods.ts';
import type { KubeWorld } from './world.ts';

/** Logs of containers, read and followed, over all that ends a container or a connection. */
export function logs(open: () => KubeWorld): void {
  describe('a log', () => {
    let place: Place;
    beforeAll(async () => {
      place = await newPlace(open());
    });
    const target = (pod: string) => ({ namespace: place.namespace, pod, container: 'main' });
    const logOf = (name: string, o: object = {}) =>
      place.client.core.readNamespacedPodLog({ namespace: place.namespace, name, container: 'main', ...o });

    /** Follows by the product until the test is over. */
    function follow(pod: string, since = new Date(0)) {
      const heard: string[] = [];
      const follower = followLog(place.client, target(pod), since.toISOString(), (part) => heard.push(part));
      onTestFinished(() => follower.stop());
      return { follower, heard: () => heard.join('') };
    }

    it('is read whole, from an instant on, and by its end with the instants', async () => {
      const { program } = await startPod(place, 'web');
      program().log.print('early', new Date('2026-01-01T00:00:00.500Z'));
      program().log.print('late', new Date('2099-01-01T00:00:01.000Z'));
      await eventually(async () => expect(await logOf('web')).toBe('started web\nearly\nlate\n'));
      expect(await logOf('web', { tailLines: 1, timestamps: true })).toMatch(
        /^2099-01-01T00:00:01(\.0+)?Z late\n$/,
      );
      expect(await readLog(place.client, target('web'), { sinceTime: '2098-01-01T00:00:00Z' })).toBe(
        'late\n',
      );
      expect(await logOf('web', { limitBytes: 9 })).toBe('started w');
    });

    it('of a pod of several containers is that of the one asked for', async () => {
      const containers = ['main', 'istio-proxy'].map((name) => ({ name, image: 'serves' }));
      await startPod(place, 'two', { containers });
      const { namespace } = place;
      expect(await refusal(place.client.core.readNamespacedPodLog({ namespace, name: 'two' }))).toMatchObject(
        {
          ...{ code: 400, reason: 'BadRequest' },
          message: 'a container name must be specified for pod two, choose one of: [main istio-proxy]',
        },
      );
      const wrong = place.client.core.readNamespacedPodLog({ namespace, name: 'two', container: 'side' });
      expect(await refusal(wrong)).toMatchObject({
        code: 400,
        message: 'container side is not valid for pod two',
      });
    });

    it('of a container that has not started is refused, and followed as soon as it has', async () => {
      const volumes = [{ name: 'settings', configMap: { name: 'late' } }];
      const containers = [
        { name: 'main', image: 'serves', volumeMounts: [{ name: 'settings', mountPath: '/s' }] },
      ];
      const { namespace, client } = place;
      await client.core.createNamespacedPod({
        namespace,
        body: { metadata: { name: 'waits' }, spec: { containers, volumes } },
      });
      await eventually(async () => {
        expect(await refusal(logOf('waits'))).toMatchObject({
          ...{ code: 400, message: 'container "main" in pod "waits" is waiting to start: ContainerCreating' },
        });
      });
      const { follower, heard } = follow('waits');
      await eventually(() => expect(follower.problem()?.code).toBe('REQUEST_REJECTED'));
      await client.core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'late' } } });
      await eventually(() => expect(heard()).toContain('started waits\n'));
      expect(follower.problem()).toBeUndefined();
    });

    it('of no pod is a problem that the product tells while it goes on', async () => {
      const { follower, heard } = follow('nobody');
      await eventually(() => expect(follower.problem()?.code).toBe('OBJECT_NOT_FOUND'));
      await startPod(place, 'nobody');
      await eventually(() => expect(heard()).toContain('started nobody\n'));
    });

    it('that is followed ends with its container, and the product goes on with the next', async () => {
      const { program, restart } = await startPod(place, 'restarts');
      const output = new PassThrough();
      await new Log(place.client.config).log(place.namespace, 'restarts', 'main', output, { follow: true });
      const read = text(output);
      const { heard } = follow('restarts');
      program().log.print('first run');
      await eventually(() => expect(heard()).toContain('first run\n'));
      const first = program();
      await restart();
      expect(await read).toBe('started restarts\nfirst run\nstopping\n');
      program().log.print('second run');
      await eventually(() => expect(heard()).toContain('second run\n'));
      expect(heard().split('first run\n')).toHaveLength(2);
      expect(await readLog(place.client, target('restarts'), { previous: true })).toContain('first run\n');
      expect(await readLog(place.client, target('restarts'))).not.toContain('first run');
      expect(first.stops).toBe(1);
    });

    it('of a run before the first there is none', async () => {
      await startPod(place, 'fresh');
      expect(await refusal(logOf('fresh', { previous: true }))).toMatchObject({
        ...{ code: 400, message: 'previous terminated container "main" in pod "fresh" not found' },
      });
    });

    it('that is followed is told from an instant on, until the product is told to stop', async () => {
      const { program } = await startPod(place, 'later');
      program().log.print('past', new Date('2026-01-01T00:00:00Z'));
      const { follower, heard } = follow('later', new Date('2098-01-01T00:00:00Z'));
      await eventually(() => {
        program().log.print('to come', new Date('2099-01-01T00:00:00Z'));
        expect(heard()).toContain('to come\n');
      });
      expect(heard()).not.toContain('past');
      follower.stop();
      program().log.print('nobody hears', new Date('2099-01-01T00:00:00Z'));
      await eventually(async () => expect(await logOf('later')).toContain('nobody hears'));
      expect(heard()).not.toContain('nobody hears');
    });

    it('is followed over a restart of the API server', async () => {
      const { program } = await startPod(place, 'cut');
      const { follower, heard } = follow('cut');
      program().log.print('before');
      await eventually(() => expect(heard()).toContain('before\n'));
      const restarting = place.world.restart();
      program().log.print('meanwhile');
      await restarting;
      program().log.print('after');
      await eventually(() => expect(heard()).toContain('after\n'));
      expect(heard()).toContain('meanwhile\n');
      expect(follower.problem()).toBeUndefined();
    });
  });
}
