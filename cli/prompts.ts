import type { Readable, Writable } from 'node:stream';
import { confirm, isCancel, password, text } from '@clack/prompts';

/** Questions to the person at the terminal. Each resolves with undefined where it was cancelled by Ctrl-C or Escape. */
export interface Prompts {
  /** `no` is what Enter answers. */
  readonly yesOrNo: (question: string) => Promise<boolean | undefined>;
  /** What was typed, without blanks around it. */
  readonly typed: (question: string) => Promise<string | undefined>;
  /** The same as it is, and nothing of it on the screen, not even its length. */
  readonly secret: (question: string) => Promise<string | undefined>;
}

/** Prompts by keys from `input`; what they draw goes to `output`. An aborted `signal` cancels. */
export function promptsOn(streams: {
  readonly input: Readable;
  readonly output: Writable;
  readonly signal: AbortSignal;
}): Prompts {
  const common = { ...streams, withGuide: false };
  return {
    async yesOrNo(message) {
      const answer = await confirm({ ...common, message, initialValue: false });
      return isCancel(answer) ? undefined : answer;
    },
    async typed(message) {
      const answer = await text({ ...common, message });
      return isCancel(answer) ? undefined : answer.trim();
    },
    async secret(message) {
      const answer = await password({ ...common, message, mask: '' });
      return isCancel(answer) ? undefined : answer;
    },
  };
}
