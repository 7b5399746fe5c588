import type { RotationState } from '../../rotation/progress.ts';
import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { meshArgument, outputFlag } from '../flags.ts';
import { noWorker, renderMemo } from '../render/memo.ts';
import { renderProgress } from '../render/progress.ts';
import { statusDocument } from '../render/status-document.ts';
import type { MeshName } from '../rotations.ts';

type Flags = Readonly<{ output: 'text' | 'json' }>;

const exitCodes = {
  observing: exit.pending,
  running: exit.pending,
  stopped: exit.failed,
  pausing: exit.pending,
  paused: exit.pending,
  aborting: exit.pending,
  turningBack: exit.pending,
  rollingBack: exit.pending,
  aborted: exit.failed,
  failed: exit.failed,
  terminated: exit.failed,
  cancelled: exit.failed,
  timedOut: exit.failed,
  crashed: exit.failed,
  completed: exit.ok,
  rolledBack: exit.ok,
} as const satisfies Record<RotationState, number>;

export const status = command<Flags, [MeshName]>({
  brief: 'Show where a rotation is, what it waits for, and what to type where it is stopped',
  examples: [['prod/payments', 'shows the phases and every cluster; exits with 8 while it runs']],
  parameters: {
    flags: { output: outputFlag },
    aliases: { o: 'output' },
    positional: meshArgument,
  },
  async run({ process, rotations, now, terminal }, { output }, name) {
    const seen = await (await rotations()).look(name);
    if (seen.kind === 'live') {
      const { progress } = seen;
      process.stdout.write(
        output === 'json' ? statusDocument(seen) : renderProgress(progress, now(), terminal),
      );
      return exitCodes[progress.state];
    }
    const { memo, ended } = seen;
    process.stderr.write(noWorker);
    process.stdout.write(output === 'json' ? statusDocument(seen) : renderMemo(name, seen, now()));
    const state = memo?.state ?? ended?.state;
    return state === undefined ? exit.pending : exitCodes[state];
  },
});
