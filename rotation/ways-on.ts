import { answerTo, type CommandName } from './commands.ts';
import type { RotationState } from './progress.ts';

/** After one that has ended short of its goal, `next` is the rotation that goes on and `back` the one that leads it back. */
type Lead = Extract<CommandName, 'resume' | 'retry' | 'abort'> | 'next' | 'back' | 'report';

/** What is told of a rotation in one of its states, besides its phases. */
interface Way {
  /** After its name, what a person told it, and the mark before that; left out where nothing is in force. */
  readonly told?: { readonly mark: 'paused' | 'left'; readonly words: string; readonly after?: string };
  /** True where it stays as it is until a person goes on: whether its mesh is safe is told though nothing is stopped. */
  readonly stays: boolean;
  readonly goOn: readonly Lead[];
  /** The same from something that is stopped. */
  readonly stopped: readonly Lead[];
}

const moves: Way = { stays: false, goOn: [], stopped: ['retry'] };
const rests: Way = {
  told: { mark: 'paused', words: 'was told to pause' },
  stays: true,
  goOn: ['resume'],
  stopped: ['resume', 'retry'],
};
const cutOff = (words: string): Way => ({
  told: { mark: 'left', words, after: '; all else here is what it said last' },
  ...{ stays: true, goOn: ['next', 'back'], stopped: [] },
});
const arrived: Way = { stays: false, goOn: ['report'], stopped: [] };

/** What leads on, by the state of a rotation: the one truth for terminal, Temporal UI and memo. */
export const ways: Readonly<Record<RotationState, Way>> = {
  observing: moves,
  running: moves,
  stopped: moves,
  pausing: rests,
  paused: rests,
  aborting: { ...moves, told: { mark: 'paused', words: 'was told to end where it is' } },
  turningBack: { ...moves, told: { mark: 'paused', words: 'was told to go back to where it began' } },
  rollingBack: moves,
  completed: arrived,
  failed: { stays: true, goOn: [], stopped: ['next'] },
  aborted: { told: { mark: 'left', words: 'was aborted' }, stays: true, goOn: ['next', 'back'], stopped: [] },
  rolledBack: arrived,
  terminated: cutOff('was terminated in Temporal'),
  cancelled: cutOff('was cancelled in Temporal'),
  timedOut: cutOff('was ended by Temporal, as its time was over,'),
  crashed: cutOff('has failed in its own workflow'),
};

/** One thing to do. */
export interface Step {
  readonly label: 'Go on' | 'Lead it back' | 'Evidence' | 'then' | 'or';
  /** The command line. */
  readonly typed: string;
  /** The same as an update, to a rotation that takes any. */
  readonly update?: { readonly name: string; readonly argument: { readonly cluster?: string } };
}

/** All of a rotation that what to do depends on. */
export interface Led {
  readonly fleet: string;
  readonly mesh: string;
  readonly state: RotationState;
  readonly rollsBack?: string;
  /** Codes of what was overridden when it was planned. */
  readonly overridden: readonly string[];
}

const labels: Partial<Readonly<Record<Lead, Step['label']>>> = { back: 'Lead it back', report: 'Evidence' };

/** How the rotation as a whole goes on, or is read after its end, where no stop says so. */
export function stepsOn(led: Led): readonly Step[] {
  // What goes on with a way back leads back already.
  const leads = ways[led.state].goOn.filter((lead) => lead !== 'back' || led.rollsBack === undefined);
  return leads.map((lead) => stepOf(lead, labels[lead] ?? 'Go on', led));
}

/**
 * What to do, in this order, so that a stop goes on; nothing that is stopped goes on in a rotation that has ended. A
 * running way back takes no override: what it lacks is given to the way back after it.
 * @param cluster left out for all that is stopped
 * @param overridable of the stop
 */
export function stepsAfterStop(
  led: Led,
  { cluster, overridable = [] }: { readonly cluster?: string; readonly overridable?: readonly string[] } = {},
): readonly Step[] {
  const steps = ways[led.state].stopped.map((lead) => stepOf(lead, 'then', led, cluster));
  if (overridable.length === 0 || led.rollsBack === undefined || !takes(led, 'abort')) return steps;
  const codes = [...new Set([...led.overridden, ...overridable])];
  const ended: Led = { ...led, state: 'aborted' };
  return [...steps, stepOf('abort', 'or', led), { label: 'then', typed: nextRotation(ended, codes) }];
}

/** `Go on: meshturn rotation resume prod/payments` */
export function wordsOf({ label, typed }: Step): string {
  return `${label}: ${typed}`;
}

function takes({ state }: Led, command: CommandName): boolean {
  return 'accepted' in answerTo(command, state);
}

function stepOf(lead: Lead, label: Step['label'], led: Led, cluster?: string): Step {
  if (lead === 'next') return { label, typed: nextRotation(led) };
  const mesh = `${led.fleet}/${led.mesh}`;
  if (lead === 'back') return { label, typed: `meshturn rotation rollback ${mesh} -f …` };
  const only = lead === 'retry' && cluster !== undefined;
  const typed = `meshturn rotation ${lead} ${mesh}${only ? ` --cluster ${cluster}` : ''}`;
  if (lead === 'report') return { label, typed };
  return { label, typed, update: { name: lead, argument: only ? { cluster } : {} } };
}

/** A start with the same roots would turn a way back. */
function nextRotation(led: Led, overrides: readonly string[] = []): string {
  if (led.rollsBack === undefined) return 'meshturn rotation start … with the same --root or --intermediate';
  const named = takes(led, 'rollback') ? '' : ` --rotation ${led.rollsBack}`;
  const flags = overrides.map((code) => ` --override ${code}`).join('');
  const reason = overrides.length === 0 ? '' : ' --reason …';
  return `meshturn rotation rollback ${led.fleet}/${led.mesh} -f …${named}${flags}${reason}`;
}
