import { z } from 'zod';
import type { Footing } from '../../rotation/footing.ts';
import type { KeysLeft } from '../../rotation/keys-left.ts';
import type {
  Awaiting,
  ClusterStep,
  CommandGiven,
  PhaseProgress,
  RotationProgress,
  RotationState,
  StepState,
  Stopped,
} from '../../rotation/progress.ts';
import type { PhaseName, Violation } from '../../rotation/plan.ts';
import { certificate, rotationKind } from './certificates.ts';
import { describing } from './held.ts';
import { standing } from './standing.ts';
import { count, fingerprint, instant, name, seconds, text } from './values.ts';

export const phaseName = describing<PhaseName>()(
  z
    .enum(['distribute', 'activate', 'revoke', 'replace'])
    .meta({ id: 'phaseName', description: 'replace is the second half of a two-phase rotation' }),
);

export const stepState = describing<StepState>()(
  z.enum(['waiting', 'running', 'stopped', 'paused', 'left', 'done']).meta({
    id: 'stepState',
    description:
      'stopped: it stands still until a person does something. paused: it rests until it is resumed. left: it was brought to rest before its end. More may come',
  }),
);

export const rotationState = describing<RotationState>()(
  z
    .enum([
      ...(['observing', 'running', 'stopped', 'pausing', 'paused', 'aborting', 'turningBack'] as const),
      ...(['rollingBack', 'completed', 'failed', 'aborted', 'rolledBack'] as const),
      ...(['terminated', 'cancelled', 'timedOut', 'crashed'] as const),
    ])
    .meta({
      id: 'rotationState',
      description:
        'observing: no plan yet. pausing, aborting and turningBack last until every unit rests. completed, failed, aborted and rolledBack are ends; terminated, cancelled, timedOut and crashed are ends that the Temporal server made, where all else is what the rotation said last. More may come',
    }),
);

const stand = {
  trusts: z.array(fingerprint).describe('Roots, in order'),
  signs: z.enum(['old', 'new']).describe('By the CA from before the rotation, or the one it leads to'),
};

const footing = describing<Footing>()(
  z
    .object({
      ...stand,
      underWay: z
        .object(stand)
        .exactOptional()
        .describe('What its CA source may hold already: a write that is not proven'),
      set: z
        .enum(['either', 'unsure'])
        .exactOptional()
        .describe(
          'Where a write has failed that may have been carried out all the same. either: the source holds what was proven or what is under way. unsure: or a part of it, which istiod refuses. More may come',
        ),
    })
    .meta({ id: 'footing', description: 'What a cluster was proven to trust and to sign with' }),
);

const stopped = describing<Stopped>()(
  z
    .object({
      code: text('Of docs/problems.md'),
      message: text('What stopped and what was seen; several lines where several things are wrong'),
      hint: text('What to do about it'),
      at: instant('When'),
      footing: footing.exactOptional().describe('Of a cluster that its own step stopped'),
      longestLeaf: seconds(
        'Likewise; the longest life of a leaf seen in the clusters of its unit',
      ).exactOptional(),
      overridable: z
        .array(z.string())
        .exactOptional()
        .describe('Codes of what forbids to go on, where a person may override all of it'),
    })
    .meta({ id: 'stopped', description: 'Why it stands still' }),
);

const keysLeft = describing<KeysLeft>()(
  z
    .object({
      units: z.array(z.string()).describe('Write units, twenty at most'),
      more: count('How many there are besides'),
    })
    .meta({ id: 'keysLeft', description: 'Units that may have an enabled key of the rotation in a secret' }),
);
const awaiting = describing<Awaiting>()(
  z
    .object({
      what: text('In words'),
      until: instant('The instant that bounds the wait; missing where nothing does').exactOptional(),
    })
    .meta({ id: 'awaiting', description: 'What is waited for' }),
);

const clusterStep = describing<ClusterStep>()(
  z
    .object({
      cluster: text('Its name in the fleet file'),
      state: stepState,
      doing: text('The stage and proof it is in: chain-of-both: synced').exactOptional(),
      since: instant('Since when').exactOptional(),
      awaiting: awaiting.exactOptional(),
      done: count('Proxies that hold what the phase wants'),
      total: count('Proxies in all; 0 before they were first counted'),
      evidence: z.array(z.string()).describe('One line a proof, oldest first'),
      stopped: stopped.exactOptional(),
      doubts: z
        .array(z.string())
        .exactOptional()
        .describe('Codes of stops that put in doubt what was proven of it, until it is proven anew'),
    })
    .meta({ id: 'clusterStep', description: 'One cluster in one phase' }),
);

const unitWord = z
  .object({
    sequence: count('Of its reports the newest counts'),
    written: count('Versions of CA source objects that it wrote in this phase'),
  })
  .meta({ id: 'unitWord', description: 'The last word of a write unit' });

const phase = describing<PhaseProgress>()(
  z
    .object({
      name: phaseName,
      state: stepState,
      startedAt: instant('Missing before it began').exactOptional(),
      endedAt: instant('Missing before it ended').exactOptional(),
      until: certificate
        .exactOptional()
        .describe('The first certificate to expire of those that the mesh relies on in it'),
      clusters: z.array(clusterStep),
      heard: z.record(z.string(), unitWord).exactOptional().describe('By the name of the write unit'),
    })
    .meta({ id: 'phase', description: 'No cluster starts a phase before all have ended the one before' }),
);

export const violation = describing<Violation>()(
  z
    .object({
      invariant: count('1 to 9; 0 for what stands in the way besides them'),
      code: text('Of docs/problems.md'),
      unit: text('The write unit concerned'),
      text: text('What is broken, in words'),
      mend: text('What to do about it'),
      overridden: text('The reason given by whoever overrode it').exactOptional(),
    })
    .meta({ id: 'violation', description: 'An invariant that the plan, or the mesh as it stands, breaks' }),
);

const command = describing<CommandGiven>()(
  z
    .object({
      name: z.enum(['pause', 'abort', 'rollback']),
      reason: text('As it was given').exactOptional(),
      at: instant('When'),
    })
    .meta({ id: 'command', description: 'What a person told the rotation' }),
);

/** `rotation status -o json`, and every line of `rotation watch -o jsonl`. */
export const rotationDocument = describing<RotationProgress>()(
  z
    .object({
      schema: name('meshturn.rotation/v1'),
      id: text("The rotation's id, made when it was started"),
      fleet: text('The name in the fleet file'),
      mesh: text('Likewise'),
      kind: rotationKind,
      rollsBack: text('The id of the rotation that it leads back').exactOptional(),
      state: rotationState,
      startedAt: instant('When it was started'),
      endedAt: instant('Missing while it goes on').exactOptional(),
      from: z.array(certificate).describe('The roots that were trusted at the start'),
      to: z.array(certificate).describe('The roots that are trusted in the end'),
      pinned: z
        .array(fingerprint)
        .exactOptional()
        .describe('Those roots of the start that caCertificates of the mesh configuration keep trusted'),
      phases: z
        .array(phase)
        .describe('In their order; empty before the plan, and where nothing is to be done'),
      violations: z.array(violation).describe('Those that were overridden, or that stop the rotation'),
      stopped: stopped.exactOptional().describe('Why the rotation as a whole stands still'),
      doubts: z
        .array(z.string())
        .exactOptional()
        .describe('Codes of stops of the rotation as a whole that put in doubt what was proven, likewise'),
      command: command
        .exactOptional()
        .describe('The command in force; of an ended rotation, the one that ended it'),
      standing: standing.exactOptional().describe('Where it has left the mesh; only where it was aborted'),
      awaiting: awaiting.exactOptional().describe('What it waits for before it can plan'),
      disposing: z
        .literal(true)
        .exactOptional()
        .describe('There where all is proven and nothing is left to do but to disable staged keys'),
      keysLeft: keysLeft
        .exactOptional()
        .describe('Where keys were not disposed of when it ended (KEYS_LEFT)'),
      versionsWritten: count('Versions of CA source objects written so far'),
      digest: text('Changes with every change of state; commands name the one they were decided upon'),
    })
    .meta({ title: 'The state of a rotation' }),
);
