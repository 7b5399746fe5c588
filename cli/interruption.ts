/** What a reader that went away leaves behind: a closed pipe, or a terminal whose window was closed. */
const readerGone = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'];
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `npm run` passes on what the terminal has sent to the whole group already: the two of them are one Ctrl-C. */
const oneAndTheSame = 1000;

/**
 * Aborted by what asks this process to end: by SIGINT, SIGTERM or SIGHUP, and where nobody reads its output
 * any more. The command then takes leave; a second signal ends the process at once.
 */
export function interruption(process: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  let first: number | undefined;
  for (const signal of signals) {
    process.on(signal, () => {
      first ??= Date.now();
      if (Date.now() - first < oneAndTheSame) {
        abort();
      } else {
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
      }
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!readerGone.includes(error.code ?? '')) throw error;
      abort();
    });
  }
  return controller.signal;
}
