import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { DefaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asFailure } from '../../activities/failure.ts';
import { tracesOf } from '../support/key-traces.ts';
import { nearIssuers } from './near-issuers.ts';
import { keys, nearKeys, passphrase, type NearKey } from './near-keys.ts';

/** Rooms that see keys of a user's; sim and lab have keys of their own making alone. */
const rooms = ['problems', 'pki', 'fleet', 'rotation', 'activities', 'workflows', 'worker', 'cli'];
const traces = [...keys.flatMap((key) => tracesOf(key)), passphrase];
const converter = new DefaultFailureConverter();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-errors-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function thrownBy({ fail }: NearKey): Promise<unknown> {
  try {
    await fail(await mkdtemp(join(folder, 'row-')));
  } catch (error) {
    return error;
  }
  throw new Error('expected a failure');
}

/** All that a log, a terminal and Temporal can be shown of an error. */
function dumpsOf(error: unknown): readonly string[] {
  const failures = [error, asFailure('write', error)].map((one) =>
    converter.errorToFailure(one, defaultPayloadConverter),
  );
  const decoded = failures.flatMap(({ applicationFailureInfo }) =>
    (applicationFailureInfo?.details?.payloads ?? []).map(({ data }) => Buffer.from(data ?? []).toString()),
  );
  const shown = inspect(error, {
    depth: Infinity,
    showHidden: true,
    maxStringLength: Infinity,
    maxArrayLength: Infinity,
  });
  return [shown, JSON.stringify(error), ...failures.map((one) => JSON.stringify(one)), ...decoded];
}

function classesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const { errors = [] } = error as Partial<AggregateError>;
  return [error.constructor.name, ...classesOf(error.cause), ...errors.flatMap(classesOf)];
}

describe('errors', () => {
  it.each([...nearKeys, ...nearIssuers])('hold no part of a key: $name', async (row) => {
    const error = await thrownBy(row);
    for (const dump of dumpsOf(error))
      for (const trace of traces) expect(dump, row.name).not.toContain(trace);
  });

  it('of every class in the product are among those', async () => {
    const raised = new Set((await Promise.all(nearKeys.map(thrownBy))).flatMap(classesOf));
    const sources = await Promise.all(
      rooms.map(async (room) => {
        const files = await readdir(room, { recursive: true });
        const texts = files
          .filter((file) => file.endsWith('.ts'))
          .map((file) => readFile(join(room, file), 'utf8'));
        return (await Promise.all(texts)).join('\n');
      }),
    );
    const names = [
      ...sources.join('\n').matchAll(/\bclass (\w+) extends (?:\w*Error|Problems?|\w*Failure)\b/g),
    ];
    const classes = names.map(([, name = '']) => name);
    expect(classes.length).toBeGreaterThanOrEqual(4);
    expect(classes.filter((name) => !raised.has(name))).toEqual([]);
  });
});
