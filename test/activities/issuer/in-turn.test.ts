import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it, vi } from 'vitest';
import { askFor } from '../../../activities/issuer/asked.ts';
import { commandIssuer } from '../../../activities/issuer/command.ts';
import { inTurn } from '../../../activities/issuer/in-turn.ts';
import { PrivateKey } from '../../../activities/private-key.ts';
import { makeKey } from '../../../pki/key-types.ts';
import { keyPem, makeRoot } from '../../../pki/make.ts';

const asked = askFor('aks-1', new PrivateKey(keyPem(makeKey('ecdsa-p256'))));
const root = makeRoot({ commonName: 'Root B' }).cert;
const writesRoot = `process.stdout.write(${JSON.stringify(root.pem)});`;

const running = (script: string, timeout: number) =>
  commandIssuer({
    kind: 'command',
    run: [process.execPath, '-e', script],
    folder: '/',
    timeout,
    env: [],
  }).issue(asked, []);

/** Has its turn until it is told to end. */
function holding(): { readonly done: Promise<void>; readonly end: () => void } {
  const held = Promise.withResolvers<undefined>();
  const done = inTurn(async () => {
    await held.promise;
  });
  return {
    done,
    end: () => {
      held.resolve(undefined);
    },
  };
}

describe('programs of issuers', () => {
  it('run one at a time, also those of several activities', async () => {
    const lock = JSON.stringify(join(await mkdtemp(join(tmpdir(), 'meshturn-in-turn-')), 'lock'));
    const script = `
      const fs = require('node:fs');
      fs.mkdirSync(${lock});
      setTimeout(() => { fs.rmdirSync(${lock}); ${writesRoot} }, 200);`;
    const issued = await Promise.all(
      Array.from({ length: 2 }, () =>
        new MockActivityEnvironment().run(() =>
          Promise.all(Array.from({ length: 2 }, () => running(script, 60))),
        ),
      ),
    );
    expect(issued.flat()).toHaveLength(4);
  });

  it('have their whole time from when their turn has come', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      const first = holding();
      const second = running(writesRoot, 1);
      await vi.advanceTimersByTimeAsync(600_000);
      first.end();
      expect(await second).toHaveLength(1);
      await first.done;
    } finally {
      vi.useRealTimers();
    }
  });

  it('do not wait for their turn once their activity is cut off, and let others have theirs', async () => {
    const first = holding();
    const environment = new MockActivityEnvironment();
    const run = vi.fn(() => Promise.resolve('ran'));
    const waiting = environment.run(() => inTurn(run));
    const others = vi.fn(() => Promise.resolve());
    const third = inTurn(others);
    environment.cancel();
    await expect(waiting).rejects.toThrow();
    expect(others).not.toHaveBeenCalled();
    first.end();
    await Promise.all([first.done, third]);
    expect(others).toHaveBeenCalledOnce();
    expect(run).not.toHaveBeenCalled();
  });

  it('are not run for an activity that one of them has failed, and are for others', async () => {
    const failure = new Error('no more licences');
    const run = vi.fn(() => Promise.resolve('ran'));
    const failing = new MockActivityEnvironment().run(() =>
      Promise.allSettled([inTurn(() => Promise.reject(failure)), inTurn(run)]),
    );
    const other = new MockActivityEnvironment().run(() => inTurn(run));
    expect(await failing).toMatchObject([{ reason: failure }, { reason: failure }]);
    expect(await other).toBe('ran');
    expect(run).toHaveBeenCalledOnce();
  });
});
