/**
 * What makes zero failed handshakes mean something: rotations that break an invariant must fail some, in every
 * seeded run through the same simulation.
 *
 *   npm run dangers [-- --seeds 5]
 *
 * stdout: a line a run, and `N passed, N failed` at the end. Exit code 1 where a run failed no handshake.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const dangers = [
  { name: 'two phases, as the AKS article has it', flags: ['--phases', '2'] },
  { name: 'certificate and key before the chain', flags: ['--chain', 'last'] },
];

const document = z.object({
  rotation: z.object({ state: z.string() }),
  handshakes: z.object({ attempted: z.number(), failed: z.number() }),
});
const meshturn = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

async function demo(flags: readonly string[]): Promise<z.output<typeof document>> {
  const child = spawn(process.execPath, [meshturn, 'demo', ...flags, '-o', 'json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return document.parse(JSON.parse(await text(child.stdout)));
}

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '5' } } });
const outcomes: boolean[] = [];
for (const { name, flags } of dangers) {
  for (let seed = 1; seed <= Number(values.seeds); seed += 1) {
    const { rotation, handshakes } = await demo([...flags, '--seed', String(seed)]);
    const { attempted, failed } = handshakes;
    console.log(`${name}, seed ${seed}: ${rotation.state}, ${failed} of ${attempted} handshakes failed`);
    outcomes.push(rotation.state === 'completed' && failed > 0);
  }
}
const passed = outcomes.filter(Boolean).length;
console.log(`${passed} passed, ${outcomes.length - passed} failed`);
process.exitCode = passed === outcomes.length && passed > 0 ? 0 : 1;
