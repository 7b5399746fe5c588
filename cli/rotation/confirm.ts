import { Problem } from '../../problems/problem.ts';
import type { Prompts } from '../prompts.ts';

export type ConfirmFlags = Readonly<{ yes: boolean; confirm?: string }>;

export const confirmFlags = {
  yes: { kind: 'boolean', default: false, brief: 'Do not ask; overrides are asked for all the same' },
  confirm: {
    kind: 'parsed',
    parse: String,
    optional: true,
    brief: 'The fleet’s name, in place of an answer; overrides need it where nobody can be asked',
    placeholder: 'NAME',
  },
} as const;

interface Change {
  readonly fleet: string;
  /** True for what may drop connections: that takes the fleet’s name, not a y. */
  readonly severe: boolean;
  readonly flags: ConfirmFlags;
  /** The same command line with its confirmation, for the hint. */
  readonly confirmed: string;
}

type Answer = 'yes' | 'no' | 'cancelled';

export interface Question {
  /** False where nobody needs to be asked: the answer is yes. */
  readonly asks: boolean;
  /** Throws CONFIRMATION_WRONG where another name is typed. */
  readonly answer: () => Promise<Answer>;
}

/**
 * What a person must still be asked before a change. Where there is nobody to ask (`prompts` is undefined), a
 * moderate change goes ahead and a severe one throws CONFIRMATION_MISSING unless `--confirm` is there.
 * Throws CONFIRMATION_WRONG where that names another fleet.
 */
export function questionOf(change: Change, prompts: Prompts | undefined): Question {
  const { fleet, severe, flags, confirmed } = change;
  if (!severe || flags.confirm !== undefined) {
    return yesOrNo('Start this rotation? (y/N)', { fleet, flags }, prompts);
  }
  if (prompts !== undefined) return askName(fleet, prompts);
  throw new Problem('CONFIRMATION_MISSING', { object: 'an override', hint: `add it: ${confirmed}` });
}

/**
 * What is asked before a moderate change; nothing where `--yes` or `--confirm` is given or nobody can be asked.
 * Throws CONFIRMATION_WRONG where that names another fleet.
 */
export function yesOrNo(
  question: string,
  { fleet, flags: { yes, confirm } }: Pick<Change, 'fleet' | 'flags'>,
  prompts: Prompts | undefined,
): Question {
  if (confirm !== undefined) verifyName(fleet, confirm, '--confirm');
  const isAnswered = yes || confirm !== undefined || prompts === undefined;
  return isAnswered ? noQuestion : askYesOrNo(question, prompts);
}

/** Whoever can be asked: nobody where stdout is to be a document. */
export function promptsUnder(output: 'text' | 'json', prompts: Prompts | undefined): Prompts | undefined {
  return output === 'text' ? prompts : undefined;
}

export const noQuestion: Question = { asks: false, answer: () => Promise.resolve('yes') };

function askYesOrNo(question: string, prompts: Prompts): Question {
  const answer = async () => {
    const isYes = await prompts.yesOrNo(question);
    if (isYes === undefined) return 'cancelled';
    return isYes ? 'yes' : 'no';
  };
  return { asks: true, answer };
}

function askName(fleet: string, { typed }: Prompts): Question {
  const answer = async () => {
    const name = await typed(`An override can drop connections. To start, type the fleet’s name: ${fleet}`);
    if (name === undefined) return 'cancelled';
    verifyName(fleet, name, 'the name typed');
    return 'yes';
  };
  return { asks: true, answer };
}

function verifyName(fleet: string, found: string, object: string): void {
  if (found === fleet) return;
  throw new Problem('CONFIRMATION_WRONG', {
    object,
    expected: fleet,
    found: found === '' ? 'nothing' : found,
  });
}
