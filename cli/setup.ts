import { command } from './command.ts';
import { exit } from './exit.ts';
import { seconds } from './flags.ts';

/** What a rotation usually takes with proxies that renew themselves, in days. */
const usualDays = 2;
const secondsPerDay = 86_400;

export const setup = command<Readonly<{ retention?: number }>>({
  brief: 'Prepare the Temporal namespace: register search attributes, check how long it keeps what has ended',
  examples: [
    ['', 'does it, for the namespace of TEMPORAL_NAMESPACE'],
    ['--retention 30d', 'also has it keep ended rotations for 30 days'],
  ],
  parameters: {
    flags: {
      retention: {
        kind: 'parsed',
        parse: seconds('--retention'),
        optional: true,
        brief: 'Keep what has ended for so long',
        placeholder: 'TIME',
      },
    },
  },
  async run({ process, namespace }, { retention }) {
    const place = await namespace();
    await place.register();
    process.stdout.write(`Namespace ${place.name} has all search attributes.\n`);
    if (retention !== undefined) await place.setRetention(Math.ceil(retention / secondsPerDay));
    await place.verifyRetention(usualDays);
    process.stderr.write('Next: meshturn worker -f FILE\n');
    return exit.ok;
  },
});
