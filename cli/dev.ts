import { command } from './command.ts';
import { simulationFlags } from './dev/flags.ts';
import { untilInterrupted } from './dev/until-interrupted.ts';
import { exit } from './exit.ts';

export const dev = command<Readonly<{ clusters: number; seed: number }>>({
  brief: 'Temporal, its UI, a simulated fleet and a worker, until Ctrl-C',
  examples: [
    ['', 'starts all of it and prints the addresses'],
    ['--clusters 8', 'the same with eight clusters'],
  ],
  parameters: { flags: simulationFlags },
  async run(context, { clusters, seed }) {
    const say = (line: string) => context.process.stderr.write(`${line}\n`);
    const { withEnvironment } = await import('./dev/with-environment.ts');
    return withEnvironment(context, { clusters, seed, say }, async (environment, { interrupted }) => {
      const { temporal, fleet, simulation } = environment;
      const mesh = fleet.meshes[0]?.name ?? '';
      context.process.stdout.write(
        [
          `TEMPORAL_ADDRESS=${temporal.address}`,
          ...(temporal.ui === undefined ? [] : [`Temporal UI      ${temporal.ui}`]),
          `Fleet file       ${simulation.fleetFile}`,
          '',
          'In another terminal:',
          `  export TEMPORAL_ADDRESS=${temporal.address}`,
          `  meshturn rotation plan -f ${simulation.fleetFile} --root ${simulation.newCa.root}`,
          `  meshturn rotation start -f ${simulation.fleetFile} --root ${simulation.newCa.root}`,
          `  meshturn rotation watch ${fleet.name}/${mesh}`,
          'To break something, as docs/faults.md has it:',
          `  curl -X POST ${simulation.control}/scenarios/vault-forbidden`,
          '',
        ].join('\n'),
      );
      await untilInterrupted({ interrupted });
      say('Ending …');
      return exit.ok;
    });
  },
});
