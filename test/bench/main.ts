/**
 * How fast what Meshturn does is, beside what it is made of.
 *
 *   npm run bench -- pki
 *
 * stdout: tables, and a line for what is held to a bound. Exit code 1 where a bound is missed.
 */
import { benchPki } from './pki.ts';
import { benchInputs } from './pki-inputs.ts';

const benches = new Map([['pki', [benchPki, benchInputs]]]);

const [name = ''] = process.argv.slice(2);
const named = benches.get(name);
if (named === undefined) {
  console.error(`expected one of: ${[...benches.keys()].join(', ')}`);
  process.exitCode = 64;
} else {
  process.exitCode = named.map((bench) => bench()).every((kept) => kept) ? 0 : 1;
}
