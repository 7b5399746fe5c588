import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { applyObjects } from '../../../lab/mesh/apply.ts';

/** Applies nothing by a `kubectl` that is such lines of sh. */
async function applyBy(lines: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-apply-'));
  const kubectl = join(folder, 'kubectl');
  await writeFile(kubectl, `#!/bin/sh\n${lines}\n`);
  await chmod(kubectl, 0o755);
  const { signal } = new AbortController();
  await applyObjects({ cluster: 'a', kubectl, kubeconfig: 'k', folder, signal }, []);
}

it.each([
  ['exit 3', 'an end without a word: exit code 3'],
  ['kill -9 $$', 'an end without a word: exit code 137'],
])('a kubectl that fails without a word is told with how it ended: %s', async (lines, found) => {
  await expect(applyBy(lines)).rejects.toMatchObject({
    code: 'LAB_COMPONENT_FAILED',
    details: { object: 'kubectl of a', found },
  });
});

it('one that says why is told with that', async () => {
  await expect(applyBy('echo "unknown field" >&2; exit 1')).rejects.toMatchObject({
    code: 'LAB_OBJECT_REFUSED',
    details: { object: 'a', found: 'unknown field' },
  });
});
