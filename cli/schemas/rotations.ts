import { z } from 'zod';
import type { RotationMemo } from '../../rotation/memo.ts';
import type { RotationsDocument } from '../rotation/list.ts';
import type { StartedDocument } from '../rotation/begin.ts';
import { rotationKind } from './certificates.ts';
import { describing } from './held.ts';
import { phaseName, rotationState, stepState } from './rotation.ts';
import { count, instant, name, text } from './values.ts';

/** `rotation list -o json`. */
export const rotationsDocument = describing<RotationsDocument>()(
  z
    .object({
      schema: name('meshturn.rotations/v1'),
      rotations: z
        .array(
          z
            .object({
              fleet: text('The name in the fleet file'),
              mesh: text('Likewise'),
              kind: text('root or intermediate'),
              phase: text('The phase that it is in; empty before the plan and after the end'),
              state: text('As in meshturn.rotation/v1, or what the Temporal server says'),
              startedAt: instant('When it was started'),
              endedAt: instant('Missing while it goes on').exactOptional(),
            })
            .meta({ id: 'row', description: 'One rotation' }),
        )
        .describe('Newest first'),
    })
    .meta({ title: 'The rotations that a Temporal server knows' }),
);

/** `rotation start -o json`. */
export const startedDocument = describing<StartedDocument>()(
  z
    .object({
      schema: name('meshturn.started/v1'),
      fleet: text('The name in the fleet file'),
      mesh: text('Likewise'),
      id: text("The rotation's id"),
    })
    .meta({ title: 'A rotation that was started' }),
);

/** `rotation status -o json` where no worker answers. */
export const memoDocument = describing<RotationMemo>()(
  z
    .object({
      schema: name('meshturn.rotation-memo/v1'),
      at: instant('When it was written: the rotation may have gone on since'),
      id: text("The rotation's id"),
      startedAt: instant('When the rotation began').exactOptional(),
      kind: rotationKind,
      rollsBack: text('The id of the rotation that it leads back').exactOptional(),
      state: rotationState,
      endedAt: instant('Only where the Temporal server has ended it').exactOptional(),
      phase: phaseName.exactOptional().describe('Missing before the plan and after the end'),
      phases: z.array(
        z
          .object({
            name: phaseName,
            state: stepState,
            done: count('Clusters through it'),
            stopped: count('Clusters that stand still'),
            total: count('Clusters in all'),
          })
          .meta({ id: 'memoPhase', description: 'Clusters of a phase, counted' }),
      ),
      stopped: z
        .array(
          z
            .object({
              cluster: text('Missing where it is the rotation as a whole').exactOptional(),
              code: text('Of docs/problems.md'),
              message: text('What was seen, of the first only, as far as there is room').exactOptional(),
              hint: text('What to do about it, likewise').exactOptional(),
            })
            .meta({ id: 'memoStop', description: 'What stands still' }),
        )
        .describe('The first of them'),
      safety: text(
        'In words whether the mesh is safe and until when; missing where it goes on by itself',
      ).exactOptional(),
      next: z
        .array(z.string())
        .exactOptional()
        .describe('What to type, line by line, each after a word and a colon; missing where nothing is'),
      keysLeft: text('Where keys were not disposed of when it ended: of which units').exactOptional(),
      versionsWritten: count('Versions of CA source objects written so far'),
      digest: text('As in meshturn.rotation/v1'),
    })
    .meta({ title: 'What a rotation left behind' }),
);
