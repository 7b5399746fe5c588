// Runs every suite and leaves in a folder, for the summary, vitest's report of each and how it ended.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suites } from './suites.js';

const [folder = ''] = process.argv.slice(2);

const ended = suites.map(({ script }) => {
  const report = `${script.replace(':', '-')}.json`;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${join(folder, report)}`];
  const start = Date.now();
  const { status } = spawnSync('npm', ['run', '--silent', script, '--', ...reporters], { stdio: 'inherit' });
  return { script, report, status, seconds: Math.round((Date.now() - start) / 1_000) };
});
writeFileSync(join(folder, 'suites.json'), JSON.stringify(ended));
