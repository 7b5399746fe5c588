import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { forwardTo } from '../../../activities/kube/port-forward.ts';
import { eventually } from '../../support/eventually.ts';
import { newPlace, type Place } from './place.ts';
import { startPod, type StartedPod } from './pods.ts';
import type { KubeWorld } from './world.ts';

/** Connections to ports of pods, by whoever they are ended. */
export function portForwards(open: () => KubeWorld): void {
  describe('a port-forward', () => {
    let place: Place;
    let pod: StartedPod;
    beforeAll(async () => {
      place = await newPlace(open());
      pod = await startPod(place, 'web');
    });

    async function forward(port: number, name = 'web') {
      const made = await forwardTo(place.client, place.namespace, name, port);
      onTestFinished(() => made.close());
      return {
        problem: () => made.problem(),
        dial: () => connect({ port: made.port, host: '127.0.0.1', allowHalfOpen: true }),
      };
    }
    async function answer(socket: Socket, word: string): Promise<string> {
      socket.write(word);
      return String((await once(socket, 'data'))[0]);
    }
    const noneOpen = () => eventually(() => expect(pod.program().connections.size).toBe(0));

    it('carries every connection to its loopback port to the port of the pod', async () => {
      const { dial, problem } = await forward(7);
      const words = Array.from({ length: 20 }, (_, n) => `message ${n}`);
      const sockets = words.map(() => dial());
      expect(await Promise.all(sockets.map((socket, n) => answer(socket, words[n] ?? '')))).toEqual(words);
      expect(pod.program().accepted).toBe(20);
      for (const socket of sockets) socket.destroy();
      await noneOpen();
      expect(problem()).toBeUndefined();
    });

    it('carries a large answer whole', async () => {
      const { dial } = await forward(7);
      const socket = dial();
      const sent = Buffer.alloc(2_000_000, 'a');
      let received = 0;
      socket.on('data', (chunk: Buffer) => (received += chunk.length));
      socket.write(sent);
      await eventually(() => expect(received).toBe(sent.length));
      socket.destroy();
      await noneOpen();
    });

    it('gives the last words of a server that ends first, and ends', async () => {
      const { dial, problem } = await forward(8);
      expect(await text(dial())).toBe('good day\n');
      await noneOpen();
      expect(problem()).toBeUndefined();
    });

    it('ends where its client ends its side, for there is no half-close', async () => {
      const { dial } = await forward(7);
      const socket = dial();
      socket.end('last words');
      expect(['', 'last words']).toContain(await text(socket));
      await noneOpen();
    });

    it('ends where its client breaks off', async () => {
      const { dial, problem } = await forward(7);
      const socket = dial();
      await answer(socket, 'a word');
      socket.resetAndDestroy();
      await noneOpen();
      expect(problem()).toBeUndefined();
    });

    it('ends where the server breaks off', async () => {
      const { dial } = await forward(9);
      const socket = dial();
      socket.write('a word');
      await text(socket);
      await noneOpen();
    });

    it('to a port on which nothing listens says so, and ends', async () => {
      const { dial, problem } = await forward(81);
      expect(await text(dial())).toBe('');
      expect(problem()).toMatchObject({
        ...{ code: 'PORT_FORWARD_FAILED' },
        details: {
          found: expect.stringMatching(
            /^error forwarding port 81 to pod .*, uid .*: .*connection refused/,
          ) as string,
        },
      });
    });

    it('to a pod that is not there is OBJECT_NOT_FOUND', async () => {
      const { dial, problem } = await forward(7, 'nobody');
      await text(dial());
      expect(problem()?.code).toBe('OBJECT_NOT_FOUND');
    });

    it('loses its connections in a restart of the API server, and carries those that come after', async () => {
      const { dial } = await forward(7);
      const socket = dial();
      await answer(socket, 'a word');
      await place.world.restart();
      await text(socket);
      await noneOpen();
      await eventually(async () => {
        const next = dial();
        next.write('again');
        const [word] = (await Promise.race([once(next, 'data'), once(next, 'end')])) as unknown[];
        next.destroy();
        expect(String(word)).toBe('again');
      });
    });
  });
}
