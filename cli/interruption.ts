import { Problem } from '../problems/problem.ts';
import { removeTemporaryFolders } from '../worker/temporary-folder.ts';
import { exitCodeOf } from './exit.ts';
import { renderError } from './render/problem.ts';

/** What a reader that went away leaves behind: a closed pipe, or a terminal whose window was closed. */
const readerGone = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'];
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `npm run` passes on what the terminal has sent to the whole group already: the two of them are one Ctrl-C. */
const oneAndTheSame = 1000;

/** A full disk, say: nothing that is still to come could be written either. What was begun is ended all the same. */
function endUnheard(process: NodeJS.Process, name: 'stdout' | 'stderr', cause: NodeJS.ErrnoException): void {
  const problem = new Problem('OUTPUT_FAILED', { object: name, found: cause.message }, { cause });
  if (name !== 'stderr') process.stderr.write(renderError(problem));
  process.once('exit', () => (process.exitCode = exitCodeOf(problem)));
}

/**
 * Aborted by what asks this process to end: by SIGINT, SIGTERM or SIGHUP, and where nobody reads its output
 * any more. The command then takes leave; a second signal ends the process at once, and removes its temporary folders.
 */
export function interruption(process: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  let first: number | undefined;
  let isUnheard = false;
  for (const signal of signals) {
    process.on(signal, () => {
      first ??= Date.now();
      if (Date.now() - first < oneAndTheSame) {
        abort();
      } else {
        process.removeAllListeners(signal);
        try {
          removeTemporaryFolders();
        } finally {
          process.kill(process.pid, signal);
        }
      }
    });
  }
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].on('error', (error: NodeJS.ErrnoException) => {
      if (!readerGone.includes(error.code ?? '') && !isUnheard) {
        isUnheard = true;
        endUnheard(process, name, error);
      }
      abort();
    });
  }
  return controller.signal;
}
