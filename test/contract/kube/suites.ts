import { execs } from './execs.ts';
import { jobs } from './jobs.ts';
import { lists } from './lists.ts';
import { logs } from './logs.ts';
import { portForwards } from './port-forwards.ts';
import { refusals } from './refusals.ts';
import { roles } from './roles.ts';
import { rollouts } from './rollouts.ts';
import { tokens } from './tokens.ts';
import { watches } from './watches.ts';
import type { KubeWorld } from './world.ts';
import { writes } from './writes.ts';

type Suites = readonly ((open: () => KubeWorld) => void)[];

/** What holds of every API server and the controllers behind it, a suite a behaviour. */
export const apiSuites: Suites = [lists, watches, writes, refusals, roles, tokens, rollouts, jobs];

/** What holds of programs in pods, as the API server shows them. */
export const programSuites: Suites = [logs, execs, portForwards];
