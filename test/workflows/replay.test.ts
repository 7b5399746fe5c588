import { readdir, readFile } from 'node:fs/promises';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { workflowBundle } from '../support/workflow-bundle.ts';
import { quietRuntime } from '../support/quiet-runtime.ts';
import { recordHistories } from './record-histories.ts';

/**
 * Histories of released versions. A changed workflow must still go through each of them, or use `patched()`. Made
 * anew by `UPDATE_HISTORIES=1`: only where no rotation of the version before can still be running.
 */
const folder = new URL('../histories/', import.meta.url);

/** A rotation of each kind that goes through all that is special about it. */
const kept = [
  'continued',
  'intermediate',
  'offline',
  'rolled-back',
  'root',
  'stopped-and-retried',
  'watched',
];

const historyFile = z.object({ events: z.array(z.unknown()) });

describe('recorded histories', () => {
  it('are gone through by the workflows as they are now', async () => {
    if (process.env['UPDATE_HISTORIES'] === '1') await recordHistories(folder);
    else quietRuntime();
    const bundled = { workflowBundle: await workflowBundle() };
    const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
    const histories = await Promise.all(
      files.map(async (file) => {
        const history = historyFile.parse(JSON.parse(await readFile(new URL(file, folder), 'utf8')));
        return { workflowId: file, history };
      }),
    );
    const errors: Record<string, string | undefined> = {};
    for await (const { workflowId, error } of Worker.runReplayHistories(bundled, histories)) {
      errors[workflowId] = error?.message;
    }
    expect(errors).toEqual(Object.fromEntries(files.map((file) => [file, undefined])));
    const kinds = new Set(files.map((file) => file.replace(/-(\d+|unit.*)\.json$/, '')));
    expect([...kinds].toSorted()).toEqual(kept);
  });
});
