import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { PodLogs } from '../../../lab/pods/pod-logs.ts';
import { ProgramLog } from '../../../sim/program-log.ts';

const metadata = { name: 'ledger-0', namespace: 'payments', uid: 'u1', resourceVersion: '1' };
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, creationTimestamp: '' } };
const at = new Date('2026-01-02T03:04:05.678Z');

let folder: string;
let logs: PodLogs;
let errors: unknown[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-lab-logs-'));
  errors = [];
  logs = new PodLogs(folder, (error) => errors.push(error));
});

const lines = async (previous = false) => readFile(logs.run('u1', previous)?.path ?? '', 'utf8');

/** Starts a program that prints. */
function start(...texts: readonly string[]): ProgramLog {
  const log = new ProgramLog();
  for (const text of texts) log.print(text, at);
  logs.begin(pod, log);
  return log;
}

describe('the logs of a pod', () => {
  it('have every line in the form of a container runtime', async () => {
    start('first').print('a\nb', at);
    const stamp = '2026-01-02T03:04:05.678Z stdout F';
    expect(await lines()).toBe(`${stamp} first\n${stamp} a\n${stamp} b\n`);
  });

  it('are one file a run, of which the last two are kept', async () => {
    const first = start('1');
    expect(logs.run('u1', true)).toBeUndefined();
    start('2');
    first.print('too late', at);
    expect(await lines(true)).toMatch(/F 1\n$/);
    start('3');
    expect(await lines(true)).toMatch(/F 2\n$/);
    expect(await lines()).toMatch(/F 3\n$/);
    expect(await readdir(join(folder, 'payments_ledger-0_u1'))).toEqual(['1.log', '2.log']);
  });

  it('that cannot be written are told, and nothing is thrown', async () => {
    await writeFile(join(folder, 'payments_ledger-0_u1'), '');
    start('1');
    expect(errors).toEqual([expect.objectContaining({ syscall: 'mkdir', code: 'EEXIST' })]);
    expect(logs.run('u1')).toBeUndefined();
  });

  it('go with the pod', async () => {
    const log = start('1');
    logs.remove(pod);
    log.print('too late', at);
    expect(logs.run('u1')).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
    expect(errors).toEqual([]);
  });
});
