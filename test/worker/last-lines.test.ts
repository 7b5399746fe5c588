import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderError } from '../../cli/render/problem.ts';
import { endOf, lastLines } from '../../worker/last-lines.ts';

it('the end of a log is its last lines, without what Node prints around an error', () => {
  expect(endOf('one\ntwo\nthree\nfour\n    at main.js:1\nNode.js v24.1.0\n')).toBe('two | three | four');
  expect(endOf('\n')).toBe('an empty log');
});

it('the end of a log has what was found where a problem is told last', () => {
  const log = renderError(new Error('POST /api/v1/nodes: 500 etcdserver: request timed out'));
  expect(endOf(`started\n${log}`)).toBe(
    'started | error: meshturn: something failed that has no code of its own   [UNEXPECTED] | found    POST /api/v1/nodes: 500 etcdserver: request timed out',
  );
});

it('the end of a log of a program in Go is what it died of, not the end of its stack', () => {
  const log = [
    'level=WARN msg="something"',
    'panic: failed assigning ephemeral port: no port',
    '',
    'goroutine 1 [running]:',
    'github.com/spf13/cobra.(*Command).ExecuteContext(...)',
    '\t/go/cobra/command.go:1063',
    'main.main()',
  ];
  expect(endOf(log.join('\n'))).toBe('panic: failed assigning ephemeral port: no port');
});

it('the end of a log in JSON is what its lines say, without stacks, or what the program died of', () => {
  const line = (level: string, msg: string, more: object = {}) =>
    JSON.stringify({ level, ts: '2026-11-29T23:00:00Z', caller: 'embed/etcd.go:1', msg, ...more });
  const warned = line('warn', 'closing etcd server', { name: 'default', 'data-dir': '/tmp/etcd' });
  const taken = {
    error: 'listen tcp 127.0.0.1:2379: bind: address already in use',
    stacktrace: 'main.main()',
  };
  expect(endOf([warned, line('info', 'closed', { err: 'ended' }), '{ "half'].join('\n'))).toBe(
    'closing etcd server | closed: ended | { "half',
  );
  const died = [warned, line('fatal', 'discovery failed', taken), line('info', 'closed')];
  expect(endOf(died.join('\n'))).toBe(
    'discovery failed: listen tcp 127.0.0.1:2379: bind: address already in use',
  );
  const panicked = [
    line('panic', 'failed to create WAL', { error: 'no space left' }),
    'panic: failed to create WAL',
  ];
  expect(endOf(panicked.join('\n'))).toBe('failed to create WAL: no space left');
});

it('the end of a log in JSON that the disk had no place for is what its last line could still say', () => {
  const cut = (line: string) => line.slice(0, line.indexOf('"stack') + 12);
  const line = String.raw`{"level":"fatal","ts":"2026-12-01","msg":"failed to save \"state\"","error":"no space left","stack":"main.main()"}`;
  expect(endOf(cut(line))).toBe('failed to save "state": no space left');
  expect(endOf(line.slice(0, line.indexOf('no space')))).toBe('failed to save "state"');
  expect(endOf(line.slice(0, line.indexOf('failed')))).toBe(line.slice(0, line.indexOf('failed')));
});

it('the end of a log has no more than the beginning of a line that is without an end', () => {
  expect(endOf(`one\n${'x'.repeat(5_000)}\n`)).toBe(`one | ${'x'.repeat(1_000)}…`);
});

it('of a log that is larger than memory, the end is read', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'meshturn-log-')), 'etcd.log');
  await writeFile(file, `panic: of another start\n${'filled\n'.repeat(200_000)}the last\n`);
  await expect(lastLines(file)).resolves.toBe('filled | filled | the last');
});
