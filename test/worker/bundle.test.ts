import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import * as workflows from '../../workflows/all.ts';
import { bundleWorkflows, workflowCode } from '../../worker/bundle.ts';

describe('the workflow code', () => {
  it('is taken from the sources where they run as they are', () => {
    expect(workflowCode()).toEqual({ workflowsPath: expect.stringMatching(/workflows\/all\.ts$/) as string });
  });

  it('fits the sandbox, and holds every workflow', async () => {
    const { code } = await bundleWorkflows();
    for (const name of Object.keys(workflows)) expect(code).toContain(name);
    expect(code).not.toContain('node-forge');
  });

  it('lists the workflows only', async () => {
    const text = await readFile(new URL('../../workflows/all.ts', import.meta.url), 'utf8');
    expect(text.split('\n').filter((line) => line.startsWith('export'))).toHaveLength(
      Object.keys(workflows).length,
    );
    expect(Object.keys(workflows)).toEqual(['advanceUnit', 'rotateFleet']);
  });
});
