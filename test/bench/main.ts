/**
 * How fast what Meshturn does is, beside what it is made of.
 *
 *   npm run bench -- pki
 *
 * stdout: a table, and a line for what is held to a bound. Exit code 1 where a bound is missed.
 */
import { benchPki } from './pki.ts';

const benches = new Map([['pki', benchPki]]);

const [name = ''] = process.argv.slice(2);
const bench = benches.get(name);
if (bench === undefined) {
  console.error(`expected one of: ${[...benches.keys()].join(', ')}`);
  process.exitCode = 64;
} else {
  process.exitCode = bench() ? 0 : 1;
}
