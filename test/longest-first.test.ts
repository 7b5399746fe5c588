import { access, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startVitest } from 'vitest/node';
import { longestFiles } from './support/longest-files.ts';
import { LongestFirst } from './support/longest-first.ts';

/** Runs the tests of a folder, one file after another, and returns the files as they were begun. */
async function order(root: string): Promise<readonly string[]> {
  const begun: string[] = [];
  const vitest = await startVitest([], {
    ...{ root, config: false, watch: false, globals: true, maxWorkers: 1 },
    sequence: { sequencer: LongestFirst },
    reporters: [{ onTestModuleStart: (module) => void begun.push(module.relativeModuleId) }],
  });
  await vitest.close();
  return begun;
}

describe('the order of test files', () => {
  it.each(longestFiles)('knows %s, which is there', async (file) => {
    await access(new URL(`../${file}`, import.meta.url));
  });

  it('begins with those known to be long, and with those that took longest once that is known', async () => {
    const root = await mkdtemp(join(tmpdir(), 'meshturn-order-'));
    const [longest = '', second = ''] = longestFiles;
    const test = 'it("passes", () => new Promise((done) => setTimeout(done, ms)));';
    // The largest file is the one that vitest itself would begin with.
    const files = { [second]: 0, [longest]: 200, 'test/large.test.ts': 800 };
    for (const [file, ms] of Object.entries(files)) {
      const padding = file.includes('large') ? '//'.padEnd(1000, '.') : '';
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), `const ms = ${ms};\n${test}\n${padding}\n`);
    }
    await expect(order(root)).resolves.toEqual([longest, second, 'test/large.test.ts']);
    await expect(order(root)).resolves.toEqual(['test/large.test.ts', longest, second]);
  });
});
