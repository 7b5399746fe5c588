import type { StepState } from './progress.ts';

/** Every state has a sign of its own, so that none is told by colour alone. */
export const symbols = {
  done: '✔',
  running: '●',
  waiting: '○',
  stopped: '■',
  paused: '‖',
  left: '◐',
} as const satisfies Record<StepState, string>;
