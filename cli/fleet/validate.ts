import { loadFleet } from '../../fleet/load.ts';
import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { outputFlag } from '../flags.ts';
import { fleetDocument, renderFleet } from '../render/fleet.ts';
import { json } from '../render/json.ts';

type Flags = Readonly<{
  output: 'text' | 'json';
}>;

export const validate = command<Flags, [string]>({
  brief: 'Read a fleet file and name every error in it at once',
  examples: [['prod.yaml', 'tells what the file says, or all that is wrong with it, by line and column']],
  parameters: {
    flags: { output: outputFlag },
    aliases: { o: 'output' },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, brief: 'The fleet file', placeholder: 'FILE' }],
    },
  },
  async run({ process }, { output }, file) {
    const fleet = await loadFleet(file);
    process.stdout.write(output === 'json' ? json(fleetDocument(fleet)) : renderFleet(fleet));
    return exit.ok;
  },
});
