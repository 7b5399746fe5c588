import { command } from './command.ts';
import { exit } from './exit.ts';
import { seconds } from './flags.ts';

/** What a rotation usually takes with proxies that renew themselves, in days. */
const usualDays = 2;
const secondsPerDay = 86_400;

export const setup = command<Readonly<{ retention?: number }>>({
  brief:
    'Prepare the Temporal namespace: register search attributes, have it keep what has ended for long enough',
  examples: [
    ['', 'does it, for the namespace of TEMPORAL_NAMESPACE'],
    ['--retention 90d', 'the same, and has it keep ended rotations for 90 days'],
  ],
  parameters: {
    flags: {
      retention: {
        kind: 'parsed',
        parse: seconds('--retention'),
        optional: true,
        brief: 'Keep what has ended for so long; left out, 30 days where it is too short for a rotation',
        placeholder: 'TIME',
      },
    },
  },
  async run({ process, namespace }, { retention }) {
    const place = await namespace();
    await place.register();
    process.stdout.write(`Namespace ${place.name} has all search attributes.\n`);
    if (retention === undefined) {
      const raised = await place.raiseRetention(usualDays);
      if (raised !== undefined)
        process.stdout.write(`It keeps what has ended for ${raised.is} days now, not for ${raised.was}.\n`);
    } else {
      await place.setRetention(Math.ceil(retention / secondsPerDay));
      await place.verifyRetention(usualDays);
    }
    process.stderr.write('Next: meshturn worker -f FILE\n');
    return exit.ok;
  },
});
