import { z } from 'zod';
import type { Plan } from '../../rotation/plan.ts';
import type { PlanDocument } from '../render/plan-document.ts';
import { rotationKind, trustState, wanted } from './certificates.ts';
import { describing } from './held.ts';
import { observed } from './observed.ts';
import { phaseName, violation } from './rotation.ts';
import { fingerprint, name, seconds, text, yes } from './values.ts';

const write = z
  .object({
    roots: z.array(fingerprint).exactOptional(),
    chain: z.array(fingerprint).exactOptional(),
    signer: fingerprint.exactOptional().describe('The intermediate; its key goes with it'),
    rootsLater: yes("Whether the bundle gets the signer's root with the next write only").exactOptional(),
    chainLater: yes('Whether the chain gets the signer with the next write only').exactOptional(),
  })
  .meta({ id: 'write', description: 'What changes; what is not named stays as it is' });

const stage = z
  .object({
    name: z
      .enum([
        'mend-roots',
        'add-roots',
        'repeat-roots',
        'mend-chain',
        'chain-of-both',
        'signer',
        'trim-chain',
        'drop-roots',
        'replace-all',
      ])
      .describe('More may come'),
    write,
    proofs: z
      .array(z.enum(['synced', 'loaded', 'accepted', 'secondPlane', 'converged']))
      .describe('In this order'),
    expect: trustState.describe('What every istiod serves and every proxy holds in the end'),
    chain: z.array(fingerprint).describe('What cert-chain.pem holds once it is written'),
  })
  .meta({ id: 'stage', description: 'One write to a CA source, and what is proven after it' });

const unitStep = z
  .object({
    unit: text('The write unit'),
    controlPlanes: z.array(z.string()),
    clusters: z.array(z.string()),
    from: trustState,
    chain: z.array(fingerprint).describe('What cert-chain.pem holds before'),
    to: trustState,
    stages: z.array(stage),
    longestLeaf: seconds('The longest life of a leaf seen in its clusters, rounded up').exactOptional(),
  })
  .meta({ id: 'unitStep', description: 'What one write unit does in one phase' });

const plan = describing<Plan>()(
  z
    .object({
      kind: rotationKind,
      phases: z.array(z.object({ name: phaseName, units: z.array(unitStep) })),
      violations: z.array(violation),
    })
    .meta({ id: 'plan', description: 'The phases, in their order' }),
);

const trustHolder = z
  .object({
    name: z.string(),
    description: z.string().exactOptional(),
    authenticates: z.literal('certificate').exactOptional().describe('To istiod, by a certificate'),
  })
  .meta({ id: 'trustHolder', description: "Something outside the mesh that trusts the mesh's roots" });

/** `rotation plan -o json`, and `rotation start --dry-run -o json`. */
export const planDocument = describing<PlanDocument>()(
  z
    .object({
      schema: name('meshturn.plan/v1'),
      fleet: text('The name in the fleet file'),
      mesh: text('Likewise'),
      changes: yes('Whether anything would be written'),
      blocked: yes('Whether a violation forbids to start it'),
      plan,
      phaseSeconds: z.array(seconds('The usual length of a phase')).describe('In the order of the phases'),
      trustHolders: z.array(trustHolder),
      wanted,
      observed,
    })
    .meta({ title: 'The plan of a rotation' }),
);
