import type { RotationState, ServerEnd } from './progress.ts';

/** What a person may tell a rotation. */
export const commandNames = ['pause', 'resume', 'retry', 'abort', 'rollback'] as const;
export type CommandName = (typeof commandNames)[number];

/** Either what happens then, or why it is refused. */
export type Answer = { readonly accepted: string } | { readonly refused: string };

type Answers = Readonly<Record<RotationState, Answer>>;

const no = (refused: string): Answer => ({ refused });
const yes = (accepted: string): Answer => ({ accepted });

export const endedWords = {
  terminated: 'it was terminated in Temporal',
  cancelled: 'it was cancelled in Temporal',
  timedOut: 'Temporal ended it, as its time was over',
  crashed: 'its workflow has failed',
} as const satisfies Record<ServerEnd, string>;

const ended = {
  completed: no('it has completed'),
  failed: no('it has failed, and wrote nothing'),
  aborted: no('it was aborted'),
  rolledBack: no('it was rolled back'),
  terminated: no(endedWords.terminated),
  cancelled: no(endedWords.cancelled),
  timedOut: no(endedWords.timedOut),
  crashed: no(endedWords.crashed),
} as const;

const rests = yes('nothing new begins; what is under way comes to rest between writes');
const leaves = yes('units come to rest between writes, and the rotation ends');
const turns = yes('units come to rest between writes; then the mesh is planned back');
const anew = yes('it is started anew, on its way back');

/** Every command in every state of a rotation: the one truth for workflows, command line and docs/control.md. */
export const answers: Readonly<Record<CommandName, Answers>> = {
  pause: {
    observing: yes('the look goes on to its end, and no phase begins'),
    running: rests,
    stopped: yes('what is stopped stays stopped, and nothing new begins'),
    pausing: no('it is being paused already'),
    paused: no('it is paused already'),
    aborting: no('it is being aborted'),
    turningBack: no('its units are being brought to rest; pause it when it is on its way back'),
    rollingBack: rests,
    ...ended,
  },
  resume: {
    observing: no('it is not paused'),
    running: no('it is not paused'),
    stopped: no('it is not paused; what is stopped goes on with retry'),
    pausing: yes('it goes on; what has come to rest begins where it rested'),
    paused: yes('it goes on, and what is stopped stays stopped; a barrier is looked at afresh'),
    aborting: no('it is being aborted'),
    turningBack: no('it is not paused'),
    rollingBack: no('it is not paused'),
    ...ended,
  },
  retry: {
    observing: no('nothing is stopped'),
    running: no('nothing is stopped'),
    stopped: yes('what is stopped begins its stage anew, with its write, which may be repeated'),
    pausing: no('it is paused: resume it first'),
    paused: no('it is paused: resume it first'),
    aborting: yes('a unit that could not be brought to rest is tried again'),
    turningBack: yes('a unit that could not be brought to rest is tried again'),
    rollingBack: no('nothing is stopped'),
    ...ended,
  },
  abort: {
    observing: yes('the look is cut off, and the rotation ends; nothing was written'),
    running: leaves,
    stopped: leaves,
    pausing: leaves,
    paused: leaves,
    aborting: no('it is being aborted already'),
    turningBack: yes('it ends where its units come to rest, and does not go back'),
    rollingBack: leaves,
    ...ended,
  },
  rollback: {
    observing: no('nothing was written that could be rolled back: abort it'),
    running: turns,
    stopped: turns,
    pausing: turns,
    paused: turns,
    aborting: no('it is being aborted; roll it back when it has ended'),
    turningBack: no('it turns back already'),
    rollingBack: no('it is on its way back already'),
    ...ended,
    completed: anew,
    aborted: anew,
    terminated: anew,
    cancelled: anew,
    timedOut: anew,
    crashed: anew,
  },
};

/** Where one write unit is in its step when a command comes. */
export const places = [
  'waiting',
  'write',
  'betweenWrites',
  'wait',
  'restart',
  'timer',
  'stopped',
  'paused',
  'barrier',
] as const;
export type Place = (typeof places)[number];

/** When a unit comes to rest, and how. */
interface Effect {
  /** `afterIt`: what is under way is brought to its end before. `cutOff`: it is cancelled, as it only looks. */
  readonly rests: 'atOnce' | 'afterIt' | 'cutOff' | 'never';
  readonly words: string;
}

/** `leave` is the way to rest of abort and rollback. */
export const effects: Readonly<Record<'pause' | 'leave', Readonly<Record<Place, Effect>>>> = {
  pause: {
    waiting: { rests: 'atOnce', words: 'does not begin until it is resumed' },
    write: {
      rests: 'afterIt',
      words:
        'the write is finished and read back, or put back where it is refused; what was written is proven to be loaded',
    },
    betweenWrites: {
      rests: 'atOnce',
      words: 'rests, but after a write that only the next one makes whole: that is written first',
    },
    wait: {
      rests: 'afterIt',
      words: 'goes on to its end; that for volumes until istiods are proven to serve what was written',
    },
    restart: { rests: 'afterIt', words: 'the batch is rolled out, and no other begins' },
    timer: { rests: 'atOnce', words: 'rests; agents go on renewing leaves by themselves' },
    stopped: { rests: 'atOnce', words: 'stays stopped' },
    paused: { rests: 'never', words: 'refused' },
    barrier: { rests: 'afterIt', words: 'the look goes on to its end, and the next phase does not begin' },
  },
  leave: {
    waiting: { rests: 'atOnce', words: 'never begins, and stands where the phase before has left it' },
    write: {
      rests: 'afterIt',
      words: 'the write is finished and read back, or put back where it is refused',
    },
    betweenWrites: {
      rests: 'atOnce',
      words: 'ends, but after a write that only the next one makes whole: that is written first',
    },
    wait: { rests: 'cutOff', words: 'the wait is cut off; istiods go on loading what was written' },
    restart: { rests: 'cutOff', words: 'the batch is no longer waited for; Kubernetes rolls it out' },
    timer: { rests: 'atOnce', words: 'ends; agents go on renewing leaves by themselves' },
    stopped: {
      rests: 'atOnce',
      words: 'ends; where it stopped in a write, the set is looked at and made whole before',
    },
    paused: { rests: 'atOnce', words: 'ends' },
    barrier: { rests: 'cutOff', words: 'the look is cut off' },
  },
};

export function answerTo(command: CommandName, state: RotationState): Answer {
  return answers[command][state];
}
