import { beforeAll, expect, it } from 'vitest';
import { resolveTemporalCli } from '../../../worker/temporal-binary/resolve.ts';
import { spawned } from '../../cli/spawned.ts';
import { expectTranscript } from './demo-transcript.ts';

let temporal: string;

beforeAll(async () => {
  temporal = (await resolveTemporalCli({ downloads: true })).path;
});

/** Which Temporal is taken, and what is tried before, would be another on every machine. */
const named = (): NodeJS.ProcessEnv => ({ MESHTURN_TEMPORAL_BIN: temporal });

it('a demo tells of its rotation from beginning to end, counts handshakes, and ends with 0 where none failed', async () => {
  const demo = spawned(['demo'], named());
  await expectTranscript('demo', 'demo', demo, temporal);
  expect(demo.written.stdout).toContain('No connection was dropped.');
});

it('a world to play with says where it is and what to type, and ends on Ctrl-C', async () => {
  const dev = spawned(['dev'], named());
  await dev.said('stdout', 'scenarios/');
  dev.signalGroup('SIGINT');
  await expectTranscript('dev', 'dev', dev, temporal);
  await dev.nothingLeft();
});
