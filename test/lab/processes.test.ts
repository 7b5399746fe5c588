import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Processes } from '../../lab/processes.ts';
import { eventually } from '../support/eventually.ts';
import { noneLeft, processesOf } from './processes-of.ts';

let folder: string;
let processes: Processes;
const interrupt = { controller: new AbortController() };
const sh = (script: string) => ['sh', '-c', `cd "$0"; ${script}`, folder];
const never = () => Promise.resolve(false);
const atOnce = () => Promise.resolve(true);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-lab-processes-'));
  interrupt.controller = new AbortController();
  processes = new Processes(folder, interrupt.controller.signal);
});
afterEach(async () => {
  await processes.stop();
  await noneLeft(folder);
});

describe('a process of the lab', () => {
  it('that ends while it starts is named, with the end of its log', async () => {
    const taken = 'echo "listen tcp 127.0.0.1:6443: bind: address already in use" >&2; exit 1';
    await expect(processes.start('kube-apiserver of a', sh(taken), never)).rejects.toMatchObject({
      code: 'LAB_COMPONENT_FAILED',
      details: {
        object: 'kube-apiserver of a',
        found: 'listen tcp 127.0.0.1:6443: bind: address already in use',
      },
    });
  });

  it('that does not become ready in time is named likewise', async () => {
    const hasty = new Processes(folder, interrupt.controller.signal, 2_000);
    const refused = () => Promise.reject(new Error('connect ECONNREFUSED'));
    await expect(hasty.start('kwok of a', sh('echo waits; exec sleep 1000'), refused)).rejects.toMatchObject({
      code: 'LAB_COMPONENT_FAILED',
      details: {
        object: 'kwok of a',
        found: 'no answer within 2 s (connect ECONNREFUSED), and a log that ends with waits',
      },
    });
    await hasty.stop();
  });

  it('that ends later is told once', async () => {
    await processes.start('etcd', sh('exec sleep 1000'), atOnce);
    const [pid = 0] = await eventually(() => {
      const found = processesOf(folder).slice(0, 1);
      expect(found).toHaveLength(1);
      return found;
    });
    process.kill(-pid, 'SIGKILL');
    await expect(processes.failed).resolves.toMatchObject({
      code: 'LAB_COMPONENT_FAILED',
      details: { object: 'etcd', found: 'an empty log' },
    });
  });

  it('that ends once its log is gone is told all the same', async () => {
    await processes.start('etcd', sh('while [ -e etcd.log ]; do sleep 0.05; done; exit 1'), atOnce);
    await rm(join(folder, 'etcd.log'));
    await expect(processes.failed).resolves.toMatchObject({
      code: 'LAB_COMPONENT_FAILED',
      details: { object: 'etcd', found: expect.stringContaining('no log: ENOENT') as string },
    });
  });

  it('is ready as soon as a look at it no longer fails', async () => {
    let looks = 0;
    const thirdTime = async () => {
      looks += 1;
      if (looks < 3) throw new Error('connect ECONNREFUSED');
      return Promise.resolve(true);
    };
    await processes.start('etcd', sh('exec sleep 1000'), thirdTime);
    expect(looks).toBe(3);
  });

  it('that is restarted ends at once, whatever it is at, and is started as it was', async () => {
    let looks = 0;
    const ready = async () => Promise.resolve((looks += 1) > 0);
    await processes.start('etcd', sh('exec sleep 1000'), ready);
    const [before] = await eventually(() => {
      const found = processesOf(folder).slice(0, 1);
      expect(found).toHaveLength(1);
      return found;
    });
    await processes.restart('etcd');
    expect(looks).toBe(2);
    await eventually(() => expect(processesOf(folder)).not.toContain(before));
    await expect(Promise.race([processes.failed, Promise.resolve('none')])).resolves.toBe('none');
  });

  it('is stopped though it is being started only then', async () => {
    const starting = processes.start('etcd', sh('exec sleep 1000'), never);
    const told = expect(starting).rejects.toThrow('called off');
    interrupt.controller.abort(new Error('called off'));
    await processes.stop();
    await told;
    await noneLeft(folder);
  });

  it('is not started again where it ends with all others', async () => {
    await processes.start('etcd', sh('exec sleep 1000'), atOnce);
    const again = processes.restart('etcd');
    const told = expect(again).rejects.toThrow('etcd is not started: all are being stopped');
    await processes.stop();
    await told;
    await noneLeft(folder);
  });

  it('is waited for no longer once that is called off', async () => {
    const starting = processes.start('etcd', sh('exec sleep 1000'), never);
    interrupt.controller.abort();
    await expect(starting).rejects.toBe(interrupt.controller.signal.reason);
  });
});
