// Counts the tests of every suite, checks the demo's JSON document and the wall-clock budgets, and prints the closing line.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installs, suites } from './suites.js';

const [folder = '', testsExit, testSeconds, allSeconds] = process.argv.slice(2);
const read = (name) => {
  const file = join(folder, name);
  try {
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  } catch (error) {
    console.log(`not JSON: ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
};

/** The failed tests of a file; one that could not be run at all has no test, but a message. */
function failuresOf({ name, status, message, assertionResults }) {
  const tests = assertionResults.filter((test) => test.status === 'failed');
  const whole = status === 'failed' && tests.length === 0;
  return whole ? [{ fullName: name, failureMessages: [message] }] : tests;
}

const tests = read('tests.json');
const { demo: demoExit, ended = [], prepared = [] } = read('suites.json') ?? {};
const demo = read('demo.json');
const phases = demo?.rotation?.phases ?? [];
const shakes = demo?.handshakes ?? {};

const suiteRuns = suites.map((suite) => {
  const run = ended.find(({ script }) => script === suite.script);
  return { ...suite, run, report: run && read(run.report) };
});

const dangersFile = join(folder, 'dangers.txt');
const dangers = existsSync(dangersFile) ? readFileSync(dangersFile, 'utf8').trim() : '';

/** Each check: what must hold, whether it does, and what was found. */
const checks = [
  ['types, lint and tests end with 0', testsExit === '0', testsExit],
  ['install and tests take under 10 minutes (stated: 5)', Number(testSeconds) < 600, `${testSeconds} s`],
  ['everything takes under 80 minutes (stated: 40)', Number(allSeconds) < 4_800, `${allSeconds} s`],
  ['the demo ends with 0', demoExit === 0, demoExit],
  ['the demo prints one document meshturn.demo/v1', demo?.schema === 'meshturn.demo/v1', demo?.schema],
  ['the rotation completed', demo?.rotation?.state === 'completed', demo?.rotation?.state],
  [
    'its phases are distribute, activate, revoke',
    phases.map(({ name }) => name).join(' ') === 'distribute activate revoke',
    phases.map(({ name }) => name).join(' '),
  ],
  [
    'every cluster of every phase is done with evidence',
    phases.length > 0 &&
      phases.every(({ clusters }) =>
        clusters.every(({ state, evidence }) => state === 'done' && evidence.length > 0),
      ),
    phases.map(({ clusters }) => clusters.map(({ state }) => state).join(',')).join(' '),
  ],
  ['at least 1,000 handshakes were attempted', shakes.attempted >= 1000, shakes.attempted],
  [
    'at least 25 of them a second (stated: 50)',
    shakes.attempted >= 25 * demo?.elapsedSeconds,
    `${shakes.attempted} in ${demo?.elapsedSeconds} s`,
  ],
  ['no handshake failed', shakes.failed === 0, JSON.stringify(shakes.byReason)],
  [
    'terminating pods reset under 1 % of them',
    shakes.terminating < shakes.attempted / 100,
    `${shakes.terminating} of ${shakes.attempted}`,
  ],
  [
    'every ordered pair of cluster and leaf generation was accepted in every phase',
    shakes.phases?.length === 3 && shakes.phases.every(({ pairs }) => pairs.covered === pairs.total),
    JSON.stringify(shakes.phases?.map(({ pairs }) => pairs)),
  ],
  ['rotations that break an invariant fail handshakes', dangers.endsWith('2 passed, 0 failed'), dangers],
  ['the rotation takes under 180 s (stated: 90)', demo?.elapsedSeconds < 180, `${demo?.elapsedSeconds} s`],
  ...prepared.map(({ script, status, seconds }) => [
    `npm run ${script} ends with 0 and under ${2 * installs} s (stated: ${installs})`,
    status === 0,
    `${status} after ${seconds} s`,
  ]),
  ...suiteRuns.flatMap(({ script, seconds, run, report }) => [
    [`npm run ${script} ends with 0`, run?.status === 0, run?.status],
    [`npm run ${script} tests something`, report?.numPassedTests > 0, report?.numPassedTests],
    [
      `npm run ${script} takes under ${2 * seconds} s (stated: ${seconds})`,
      run?.seconds < 2 * seconds,
      `${run?.seconds} s`,
    ],
  ]),
];

const failed = checks.filter(([, holds]) => !holds);
const reports = [tests, ...suiteRuns.map(({ report }) => report)];

/** Each failed test with the beginning of what it said: of a long log often only the end is kept. */
const assertions = reports.flatMap((report) => report?.testResults ?? []).flatMap(failuresOf);
for (const { fullName, failureMessages } of assertions) {
  const said = failureMessages.join('\n').split('\n');
  const ours = said.filter((line) => !/^\s+at .*(node_modules|node:|new Promise)/.test(line));
  console.log(`FAILED ${fullName}\n${ours.join('\n').slice(0, 2_000)}`);
}
for (const [what, , found] of failed) console.log(`FAILED ${what}: ${found}`);
const passedTests = reports.reduce((sum, report) => sum + (report?.numPassedTests ?? 0), 0);
const failedTests = reports.reduce((sum, report) => sum + (report?.numFailedTests ?? 0), 0);
const skippedTests = reports.reduce((sum, report) => sum + (report?.numPendingTests ?? 0), 0);
for (const { script, seconds } of prepared) console.log(`${script}: ${seconds} s`);
for (const { script, run } of suiteRuns) if (run !== undefined) console.log(`${script}: ${run.seconds} s`);
console.log(`tests: ${testSeconds} s\nall: ${allSeconds} s`);
console.log(
  `${passedTests + checks.length - failed.length} passed, ${failedTests + failed.length} failed, ${skippedTests} skipped`,
);
process.exitCode = failed.length + failedTests === 0 ? 0 : 1;
