import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert, property, nat, array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cronJobVerdict } from '../../../activities/istiod/cron-job-log.ts';
import { entryHead } from '../../../activities/istiod/log-entry.ts';
import { LogReader, readEvents } from '../../../activities/istiod/log.ts';

const folder = fileURLToPath(new URL('../../fixtures/istiod-1.30.3/', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.log'));

const fixture = (file: string) => readFileSync(`${folder}${file}`, 'utf8');
const kinds = (file: string) => readEvents(fixture(file)).map((event) => event.kind);
const serials = (file: string) =>
  readEvents(fixture(file)).flatMap((event) =>
    event.kind === 'certificate' ? [event.certificate.serial] : [],
  );
const refusals = (file: string) =>
  readEvents(fixture(file)).flatMap((event) => (event.kind === 'refused' ? [event.code] : []));

/** The same log as `--log_as_json` prints it: bodies become part of the message. */
function asJson(text: string): string {
  const entries: { level: string; time: string; scope?: string; msg: string }[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const head = entryHead(line);
    const last = entries.at(-1);
    if (head !== undefined) {
      const time = line.slice(0, line.indexOf('\t'));
      const scope = head.scope === '' ? {} : { scope: head.scope };
      entries.push({ level: head.level, time, ...scope, msg: head.message });
    } else if (last !== undefined) {
      last.msg += `\n${line}`;
    }
  }
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

describe('a live reload', () => {
  const signerA = '1866507191730521e49714b5507b02ac8653e374';
  const signerB = '342d0d8de3ed86ca463378c9b67b26c5f9622c0b';
  const rootA = '5a86a0ddbcce9cb9fe74faa2e61617c1c85f6095';
  const rootB = '68e0c5c5309840a24698aa7712c771eaa4104090';

  test.each([
    ['distribute.log', ['7beddf17e4c119f9a2de3094ec5ee33a', signerA, rootA]],
    ['activate.log', ['60b914decdaf5a16c25f46c57dad1b59', signerB, rootB]],
    ['revoke.log', ['909588276a2fad7e0a360293fe3c45e9', signerB, rootB]],
    ['accepted-torn-chain.log', ['ffbbabdde0da069e671c6ff87660254c', signerA, rootA]],
  ])('tells the serial numbers of what istiod holds: %s', (file, expected) => {
    expect(serials(file)).toEqual(expected);
    expect(kinds(file)).toEqual(['updating', 'certificate', 'certificate', 'certificate', 'reloaded']);
  });

  test('says `reloaded` for the old certificate first, so only the second serial is of the new one', () => {
    expect(serials('tls-secret-renewed.log').filter((serial) => serial.startsWith('5'))).toEqual([
      '510a5fee8258a994f2feb83b06fd1108ef990306',
      '5acc973550e6de833da92de769fe62c375532358',
    ]);
  });

  test('tells issuer, subject and validity as printed, in the instant of the line', () => {
    expect(readEvents(fixture('activate.log'))[2]).toEqual({
      kind: 'certificate',
      at: new Date('2026-11-21T23:07:01.772Z'),
      certificate: {
        issuer: 'CN=Root B,O=Test',
        subject: 'CN=Intermediate B,O=Istio',
        serial: signerB,
        notBefore: '2026-11-21T22:55:05Z',
        notAfter: '2028-11-20T22:55:05Z',
      },
    });
  });
});

describe('a refused update', () => {
  test.each([
    ['refused-root-replaced.log', 'ISTIOD_REFUSED_ROOT'],
    ['refused-garbage-root.log', 'ISTIOD_REFUSED_ROOT'],
    ['refused-tls-secret-root-replaced.log', 'ISTIOD_REFUSED_ROOT'],
    ['refused-multi-root-disabled.log', 'ISTIOD_MULTIROOT_OFF'],
    ['refused-key-mismatch.log', 'ISTIOD_REFUSED_KEY'],
    ['refused-chain-does-not-verify.log', 'ISTIOD_REFUSED_CHAIN'],
  ])('has a name of its own: %s', (file, code) => {
    expect(refusals(file)).toEqual([code]);
    expect(kinds(file).at(-1)).toBe('refused');
  });

  test('is found in no log of an accepted one', () => {
    const others = files.filter((file) => !file.startsWith('refused-'));
    expect(others.flatMap(refusals)).toEqual([]);
  });
});

describe('a start', () => {
  test.each([
    ['start-plugged-in.log', 'plugged-in', 1],
    ['start-two-roots.log', 'plugged-in', 2],
    ['start-tls-secret.log', 'plugged-in', 1],
    ['start-self-signed.log', 'self-signed', 1],
  ])('tells which CA is used and how many peers were added: %s', (file, ca, count) => {
    const events = readEvents(fixture(file));
    expect(events.find((event) => event.kind === 'started')).toMatchObject({ ca });
    expect(events.find((event) => event.kind === 'peersAdded')).toMatchObject({
      count,
      trustDomain: 'cluster.local',
    });
  });
});

test.each(files)('JSON form tells the same as text: %s', (file) => {
  const text = fixture(file);
  expect(readEvents(asJson(text))).toEqual(readEvents(text));
});

test('a log cut anywhere tells the same as the whole, in text and JSON', () => {
  const text = files.map(fixture).join('');
  for (const whole of [text, asJson(text)]) {
    const expected = readEvents(whole);
    assert(
      property(array(nat(whole.length), { maxLength: 40 }), (cuts) => {
        const reader = new LogReader();
        const edges = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const events = edges.flatMap((edge, i) => reader.push(whole.slice(edges[i - 1] ?? 0, edge)));
        expect([...events, ...reader.end()]).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  }
});

test('a log that begins in the middle of a PEM body loses nothing that follows', () => {
  const text = fixture('distribute.log');
  expect(readEvents(text.slice(text.indexOf('MIID'))).map((event) => event.kind)).toEqual([
    'certificate',
    'certificate',
    'certificate',
    'reloaded',
  ]);
});

test('the last line is told once its newline is there, without waiting for another entry', () => {
  const reader = new LogReader();
  const text = fixture('refused-root-replaced.log');
  expect(reader.push(text.slice(0, -1)).map((event) => event.kind)).toEqual(['updating']);
  expect(reader.push('\n').map((event) => event.kind)).toEqual(['refused']);
});

test('the validator CronJob says what it found', () => {
  const restarted =
    'Root certificate update detected. Restarting deployment...\ndeployment.apps/istiod-asm-1-17 restarted\nDeployment istiod-asm-1-17 restarted.\n';
  expect(cronJobVerdict(restarted)).toBe('detected');
  expect(cronJobVerdict('Root certificate update not detected.\n')).toBe('not detected');
  expect(cronJobVerdict('error: connection refused')).toBeUndefined();
});
