import type { Outcome, Scenario, Strike } from '../../../sim/scenarios/scenario.ts';
import type { Shown } from './enact.ts';
import type { Seen } from './golden.ts';
import type { Traffic } from './traffic.ts';

const intro = `# Faults of the world

What Meshturn does under each fault, in which phase, what a person sees, and what to do. Every row is a scenario in
\`sim/scenarios/\` and a test (\`npm run test:faults\`) that runs a rotation of two simulated clusters through it, with
real workload handshakes all the time; the messages are those the tests got. No handshake fails, except where a row
says that the fault breaks traffic by itself. Names of vaults, clusters and pods are those of the simulation; INSTANT,
PORT, SERIAL and OBJECTS stand for what is another in every run.

- **rides out**: the rotation completes by itself.
- **stops**: the cluster stops with the code; the others go on to the end of the phase and not past the barrier. Once
  the fault is mended, \`meshturn rotation retry\` goes on, and the rotation completes.
  In a mesh of two, a cluster that cannot be asked may stop the other one too, whose new leaf somebody else has to
  accept before more follow; with a third cluster it does not.
- **cannot meet it**: in that phase nothing happens that the fault could strike.
- **is not planned**: \`rotation plan\` and \`rotation start\` end with the error, and nothing was written.

Break the simulation yourself: \`meshturn dev\` (or \`demo --keep\`) prints the address of its control endpoint, where
\`POST /scenarios/NAME\` sets a fault on, \`DELETE /scenarios/NAME\` mends it, and \`GET /scenarios\` lists them.
`;

/** docs/faults.md: a section a fault, a row a phase. */
export function faultsPage(scenarios: readonly Scenario[], seen: Readonly<Record<string, Seen>>): string {
  return `${intro}\n${scenarios.map((scenario) => section(scenario, seen[scenario.name] ?? { phases: {} })).join('\n')}`;
}

function section({ name, title, todo, breaksTraffic, strikes, unmet }: Scenario, seen: Seen): string {
  const cells = [
    ...strikes.map((strike) => ({
      phase: strike.phase,
      rest: `${does(strike.outcome)} | ${sees(strike, seen.phases[strike.phase])}`,
    })),
    ...(unmet?.phases ?? []).map((phase) => ({ phase, rest: `cannot meet it | ${unmet?.why ?? ''}` })),
  ];
  const rows = [...Map.groupBy(cells, ({ rest }) => rest)].map(
    ([rest, alike]) => `| ${alike.map(({ phase }) => phase).join(', ')} | ${rest} |`,
  );
  return [
    `## ${title}`,
    '',
    `Scenario \`${name}\`. To do: ${todo === '-' ? 'nothing' : todo}.`,
    ...(breaksTraffic === undefined ? [] : ['', broken(breaksTraffic, seen.traffic)]),
    '',
    '| phase | Meshturn | what one sees |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function broken(
  { between, reason, why }: NonNullable<Scenario['breaksTraffic']>,
  { failed, attempted }: Traffic = { failed: 0, attempted: 0 },
): string {
  return `It breaks traffic by itself until it is mended, whatever Meshturn does: ${why}. Handshakes between ${between} fail with \`${reason}\`, and no others do: ${failed} of all ${attempted} in the run that is recorded here.`;
}

function does(outcome: Outcome): string {
  if (!('code' in outcome)) return outcome.is;
  const other = outcome.is === 'stops' ? outcome.other : undefined;
  return `${outcome.is} \`${outcome.code}\`${other === undefined ? '' : `, the other cluster \`${other}\``}`;
}

function sees({ outcome }: Strike, shown: Shown | undefined): string {
  if (outcome.is === 'rides out')
    return outcome.sees === undefined ? 'the step takes longer' : `the step says “… ${outcome.sees}”`;
  if (shown === undefined) return 'not run yet';
  return `${cell(shown.message)}<br>hint: ${cell(shown.hint)}`;
}

function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, '; ')
    .replaceAll('<', '&lt;');
}
