import { expect, it } from 'vitest';
import { golden } from '../golden.ts';
import { scripted } from '../session.ts';

const start = 'rotation start -f fleets/prod.yaml --root ./root-b';
const hasty = `${start} --phases 2 --override ROOT_IN_USE --reason tested`;

/** Plays the command against a server that remembers what it was told to start. */
async function played(name: string, commandLine: string, answers?: readonly (string | undefined)[]) {
  const rotations = scripted();
  await golden(name, commandLine, { rotations, ...(answers === undefined ? {} : { answers }) });
  return rotations.started.length;
}

it('shows the plan on a terminal and starts it after a y', async () => {
  expect(await played('start-asked', start, ['y'])).toBe(1);
});

it('starts nothing after an N, nor when the question is cancelled', async () => {
  expect(await played('start-declined', start, ['n'])).toBe(0);
  expect(await played('start-cancelled', start, [undefined])).toBe(0);
});

it('does not ask on a terminal under --yes, --confirm or JSON', async () => {
  expect(await played('start-yes', `${start} --yes`, [])).toBe(1);
  expect(await played('start-confirmed', `${start} --confirm prod`, [])).toBe(1);
  expect(await played('start-json', `${start} -o json`, [])).toBe(1);
});

it('wants the name of the fleet typed for an override, --yes or not', async () => {
  expect(await played('start-override-asked', `${hasty} --yes`, ['prod'])).toBe(1);
  expect(await played('start-override-mistyped', hasty, ['payments'])).toBe(0);
});

it('wants --confirm for an override where nobody can be asked', async () => {
  expect(await played('start-override-unconfirmed', hasty)).toBe(0);
  expect(await played('start-override-json', `${hasty} -o json`, [])).toBe(0);
  expect(await played('start-override-confirmed', `${hasty} --confirm=prod`)).toBe(1);
});

it('takes no other name for the fleet’s, though it would not have asked', async () => {
  expect(await played('start-confirmed-wrong', `${start} --confirm prud`)).toBe(0);
});

it('plans and does no more under --dry-run', async () => {
  expect(await played('start-dry-run', `${start} --dry-run`, [])).toBe(0);
});
