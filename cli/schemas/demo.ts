import { z } from 'zod';
import { simIssuers } from '../../sim/issuing/issuers.ts';
import type { DemoDocument } from '../demo/document.ts';
import { describing } from './held.ts';
import { count, instant, name, seconds, text } from './values.ts';

const counts = z.object({
  attempted: count('Handshakes made'),
  failed: count('Those that failed, while both pods were to serve'),
  byReason: z.record(z.string(), count('How many')).describe('Why they failed'),
  terminating: count('Those that a terminating pod cut; they count as no failure'),
  pairs: z
    .object({ covered: count('Accepted at least once'), total: count('Of so many') })
    .describe('Ordered pairs of cluster and leaf generation'),
});

const phase = z.object({
  name: text('As in meshturn.rotation/v1'),
  startedAt: instant('When it began').exactOptional(),
  endedAt: instant('When it ended').exactOptional(),
  clusters: z.array(
    z.object({
      name: text('Its name in the fleet file'),
      state: text('As in meshturn.rotation/v1'),
      evidence: z.array(z.string()).describe('One line a proof'),
    }),
  ),
});

/** `demo -o json`. */
export const demoDocument = describing<DemoDocument>()(
  z
    .object({
      schema: name('meshturn.demo/v1'),
      rotation: z.object({
        id: text("The rotation's id"),
        kind: text('root or intermediate'),
        state: text('As in meshturn.rotation/v1'),
        phases: z.array(phase),
      }),
      issuer: z.object({
        kind: z.enum(simIssuers).describe('Who made the new intermediates, by the name in the fleet file'),
        offline: z
          .object({
            network: z
              .enum(['none', 'refused'])
              .describe(
                'none: it was in a network namespace without any; refused: Node opened no connection',
              ),
            connecting: text(
              'What became of its try to connect to the Temporal server: the code of the error',
            ),
          })
          .exactOptional()
          .describe('The process that signed off line'),
      }),
      clusters: count('Simulated clusters'),
      proxies: count('Proxies in all'),
      handshakes: counts.extend({
        phases: z.array(counts.extend({ name: text('The phase') })),
        failures: z
          .array(
            z.object({
              at: instant('When'),
              from: text('The client'),
              to: text('The server'),
              reason: text('What it said'),
            }),
          )
          .describe('The first twenty that failed'),
      }),
      temporal: z.object({
        address: text('Of the Temporal server'),
        ui: text('Of its UI; missing where the server ran already').exactOptional(),
      }),
      elapsedSeconds: seconds('From the start of the rotation to its end'),
    })
    .meta({ title: 'What a demo showed' }),
);
