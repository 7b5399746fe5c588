// Runs the demo and every suite, and leaves in a folder, for the summary, what came of each and how it ended.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installs, suites } from './suites.js';

const [folder = ''] = process.argv.slice(2);

/** What a command prints is shown as a whole when it has ended: others print at the same time. */
async function run(command, ...words) {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
  const status = await new Promise((resolve) => {
    // A shell's code where there is no such command.
    child.on('error', (error) => printed.push(Buffer.from(`${error.message}\n`)) && resolve(127));
    child.on('close', resolve);
  });
  console.log(`$ ${[command, ...words].join(' ')}\n${Buffer.concat(printed).toString()}`);
  return status;
}

const needs = [...new Set(suites.flatMap((suite) => suite.needs ?? []))];
const needed = new Map(needs.map((script) => [script, prepare(script)]));

async function prepare(script) {
  const start = Date.now();
  const status = await run('timeout', String(2 * installs), 'chrt', '--idle', '0', 'npm', 'run', script);
  return { script, status, seconds: Math.round((Date.now() - start) / 1_000) };
}

async function runSuite({ script, seconds, needs: first }) {
  // What it needs tells by itself why it is not there: the suite fails then, and says so.
  await needed.get(first);
  const report = `${script.replace(':', '-')}.json`;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${join(folder, report)}`];
  const start = Date.now();
  // It is ended, and all that it has started, when it has failed by its time anyway.
  const bound = ['timeout', '--kill-after=30', String(2 * seconds)];
  const status = await run(...bound, 'npm', 'run', '--silent', script, '--', ...reporters);
  return { script, report, status, seconds: Math.round((Date.now() - start) / 1_000) };
}

async function oneAfterAnother(lane) {
  const ended = [];
  for (const suite of lane) ended.push(await runSuite(suite));
  return ended;
}

// The demo waits more than it works, too.
const demo = run('.ci/demo', folder);
const working = demo.then(() => oneAfterAnother(suites.filter(({ waits }) => !waits)));
const preparing = Promise.all(needed.values());
// Until all is installed no processor is idle anyway.
const waiting = preparing.then(() => oneAfterAnother(suites.filter(({ waits }) => waits)));
const ended = (await Promise.all([working, waiting])).flat();
const prepared = await preparing;
writeFileSync(join(folder, 'suites.json'), JSON.stringify({ demo: await demo, ended, prepared }));
