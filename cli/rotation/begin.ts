import { Problem } from '../../problems/problem.ts';
import { blocking } from '../../rotation/planner.ts';
import type { CaRef, Wanted } from '../../rotation/wanted.ts';
import type { Context } from '../context.ts';
import { exit } from '../exit.ts';
import type { Planned } from '../planning.ts';
import { planDocument } from '../render/plan-document.ts';
import { renderPlan, renderPlanned, type PlanView } from '../render/plan.ts';
import { violationLines } from '../render/violations.ts';
import type { Rotations } from '../rotations.ts';
import type { ConfirmFlags, Question } from './confirm.ts';
import { lookAndPlan, type Target } from './look.ts';
import { json } from '../render/json.ts';

/** What `rotation start -o json` prints, and `rollback` where it starts one. Additive changes only. */
export interface StartedDocument {
  readonly schema: 'meshturn.started/v1';
  readonly fleet: string;
  readonly mesh: string;
  readonly id: string;
}

export type BeginFlags = ConfirmFlags & Readonly<{ dryRun: boolean; output: 'text' | 'json' }>;

interface Beginning {
  readonly flags: BeginFlags;
  readonly question: Question;
  /** True where the rotation is followed to its end, so that nobody need be told how to watch it. */
  readonly follows: boolean;
}

/**
 * Plans a rotation, has the plan confirmed, and starts it. Resolves with what was started, or with an exit code where
 * nothing was. Throws INVARIANT_VIOLATED, CONFIRMATION_WRONG, and what the looks and the start throw.
 */
export async function beginRotation(
  context: Context,
  target: Target,
  beginning: Beginning,
): Promise<number | { readonly rotations: Rotations }> {
  const { flags, question } = beginning;
  const view = await lookAndPlan(context, target);
  if (flags.dryRun) return dryRun(context, view, flags);
  if (view.plan.phases.length === 0 && blocking(view.plan).length === 0) {
    context.process.stderr.write('Nothing to do: every cluster holds what is wanted. Nothing was started.\n');
    return exit.ok;
  }
  const refused = await ask(context, view, question);
  return refused ?? begin(context, target, view, beginning);
}

function dryRun({ process }: Context, view: PlanView, { output }: BeginFlags): number {
  process.stdout.write(output === 'json' ? planDocument(view) : renderPlan(view));
  return blocking(view.plan).length > 0 ? exit.failed : exit.ok;
}

async function begin(
  context: Context,
  { mesh, ca }: Target,
  { fleet, policy, wanted }: Planned & PlanView,
  beginning: Beginning,
): Promise<{ readonly rotations: Rotations }> {
  const rotationId = context.newRotationId();
  const rotations = await context.rotations();
  await rotations.start({ fleet, mesh: mesh.name, rotationId, ca: asRead(ca, wanted), policy });
  tellStarted(context, { fleet, mesh: mesh.name, id: rotationId }, beginning);
  return { rotations };
}

/** A way back goes on with what the look has found of it: a group of units may know nothing of its rotation. */
function asRead(ca: CaRef, { kind }: Wanted): CaRef {
  if (!('before' in ca)) return ca;
  return { kind, before: ca.before, ...(ca.issued === true ? { issued: true } : {}) };
}

/** Resolves with an exit code where nothing is to be started. Throws INVARIANT_VIOLATED, CONFIRMATION_WRONG. */
async function ask(context: Context, view: PlanView, question: Question): Promise<number | undefined> {
  const { process, interrupted } = context;
  refuseViolations(context, view);
  if (question.asks) process.stderr.write(renderPlanned(view));
  else tellViolations(context, view);
  const answer = interrupted.aborted ? 'cancelled' : await question.answer();
  if (answer === 'yes' && !interrupted.aborted) return undefined;
  process.stderr.write('Nothing was started.\n');
  return answer === 'no' ? exit.failed : exit.interrupted;
}

/** Throws INVARIANT_VIOLATED after telling the two ways on. */
function refuseViolations(context: Context, view: PlanView): void {
  const codes = [...new Set(blocking(view.plan).map(({ code }) => code))];
  if (codes.length === 0) return;
  tellViolations(context, view);
  throw new Problem('INVARIANT_VIOLATED', {
    object: `${view.fleet}/${view.observed.mesh}`,
    found: codes.join(', '),
    hint: 'nothing was started; each violation above says how to mend it',
  });
}

function tellViolations({ process }: Context, { plan, startCommand }: PlanView): void {
  for (const line of violationLines(plan, startCommand)) process.stderr.write(`${line}\n`);
}

function tellStarted(
  { process }: Context,
  { fleet, mesh, id }: Omit<StartedDocument, 'schema'>,
  { flags: { output }, follows }: Beginning,
): void {
  const name = `${fleet}/${mesh}`;
  if (output === 'json' && !follows) {
    const document: StartedDocument = { schema: 'meshturn.started/v1', fleet, mesh, id };
    process.stdout.write(json(document));
  } else if (!follows) {
    process.stdout.write(`${name} started, rotation ${id}\n`);
  } else {
    process.stderr.write(`${name} started, rotation ${id}\n`);
  }
  if (!follows) process.stderr.write(`Watch it: meshturn rotation watch ${name}\n`);
}
