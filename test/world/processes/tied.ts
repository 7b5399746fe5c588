import type { ChildProcess } from 'node:child_process';

/** Ends a process that was started with a group of its own, and all that it started, by a signal that none can heed. */
export async function killed(part: {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
}): Promise<void> {
  const { pid, exitCode, signalCode } = part.child;
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
  await part.ended;
}
