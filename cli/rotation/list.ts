import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { outputFlag } from '../flags.ts';
import { renderRotations } from '../render/rotations.ts';
import type { RotationRow } from '../rotations.ts';
import { json } from '../render/json.ts';

/** What `rotation list -o json` prints. Additive changes only. */
export interface RotationsDocument {
  readonly schema: 'meshturn.rotations/v1';
  readonly rotations: readonly RotationRow[];
}

type Flags = Readonly<{ output: 'text' | 'json' }>;

export const list = command<Flags>({
  brief: 'List the rotations that the Temporal server knows, newest first',
  examples: [['', 'shows mesh, kind, phase, state and times']],
  parameters: { flags: { output: outputFlag }, aliases: { o: 'output' } },
  async run({ process, rotations }, { output }) {
    const rows = await (await rotations()).list();
    const document: RotationsDocument = { schema: 'meshturn.rotations/v1', rotations: rows };
    process.stdout.write(output === 'json' ? json(document) : renderRotations(rows));
    return exit.ok;
  },
});
