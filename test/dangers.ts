/**
 * What makes zero failed handshakes mean something: rotations that break an invariant must fail some, in every
 * seeded run through the same simulation in which the one that breaks none fails none.
 *
 *   npm run dangers [-- --seeds 5] [--broken]
 *
 * `--broken` leaves out the one that breaks none, where a demo has just been that.
 *
 * stdout: a line a run, the table that README.md shows, and `N passed, N failed` at the end. Exit code 1 where a run
 * failed, or failed none of the handshakes that it had to.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const rotations = [
  { name: 'three phases, as Meshturn does it', flags: [], fails: false },
  { name: 'two phases, as the article has it', flags: ['--phases', '2'], fails: true },
  {
    name: 'three phases, but certificate and key before the chain that holds them',
    flags: ['--chain', 'last'],
    fails: true,
  },
] as const;

const document = z.object({
  rotation: z.object({ state: z.string() }),
  handshakes: z.object({ attempted: z.number(), failed: z.number() }),
});
const meshturn = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

async function demo(flags: readonly string[]): Promise<z.output<typeof document>> {
  const child = spawn(process.execPath, [meshturn, 'demo', ...flags, '-o', 'json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (stdout === '') {
    process.stderr.write(`meshturn demo ${flags.join(' ')} came to no end:\n${stderr}`);
    process.exit(1);
  }
  return document.parse(JSON.parse(stdout));
}

/** `0`, or `12 to 235`. */
function range(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)].map((count) => count.toLocaleString('en'));
  return least === most ? String(least) : `${String(least)} to ${String(most)}`;
}

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '5' }, broken: { type: 'boolean' } },
});
const chosen = rotations.filter(({ fails }) => fails || values.broken !== true);
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
const table = ['| rotation | handshakes a run | failed a run | runs that failed some |', '| - | - | - | - |'];
let passed = 0;
for (const { name, flags, fails } of chosen) {
  const runs = [];
  for (const seed of seeds) {
    const { rotation, handshakes } = await demo([...flags, '--seed', String(seed)]);
    const { attempted, failed } = handshakes;
    console.log(`${name}, seed ${seed}: ${rotation.state}, ${failed} of ${attempted} handshakes failed`);
    if (rotation.state === 'completed' && failed > 0 === fails) passed += 1;
    runs.push(handshakes);
  }
  const attempted = range(runs.map((run) => run.attempted));
  const failed = range(runs.map((run) => run.failed));
  const failing = runs.filter((run) => run.failed > 0).length;
  table.push(`| ${name} | ${attempted} | ${failed} | ${failing} of ${seeds.length} |`);
}
console.log(table.join('\n'));
const wanted = chosen.length * seeds.length;
console.log(`${passed} passed, ${wanted - passed} failed`);
process.exitCode = passed === wanted && passed > 0 ? 0 : 1;
