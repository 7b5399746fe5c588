import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CodeEntry } from '../../problems/code.ts';
import { caCheckCodes } from '../../problems/codes/ca-checks.ts';
import { clusterCodes } from '../../problems/codes/cluster.ts';
import { evidenceCodes } from '../../problems/codes/evidence.ts';
import { fleetCodes } from '../../problems/codes/fleet.ts';
import { istiodCodes } from '../../problems/codes/istiod.ts';
import { keyVaultCodes } from '../../problems/codes/key-vault.ts';
import { pkiCodes } from '../../problems/codes/pki.ts';
import { rotationCodes } from '../../problems/codes/rotation.ts';
import { temporalCodes } from '../../problems/codes/temporal.ts';
import { workloadCodes } from '../../problems/codes/workloads.ts';
import { Problem } from '../../problems/problem.ts';
import { isProblemCode } from '../../problems/registry.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { relianceOf } from '../../rotation/reliance.ts';
import { unitDetails } from '../../workflows/unit-details.ts';
import { activating, forbidden, progress } from './samples.ts';
import { scripted, session, type World } from './session.ts';

/** What activities and workflows meet; the rest of the registry is of commands and of the files that they read. */
const met: Readonly<Record<string, CodeEntry>> = {
  ...{ ...keyVaultCodes, ...clusterCodes, ...istiodCodes, ...workloadCodes, ...pkiCodes },
  ...{ ...rotationCodes, ...evidenceCodes, ...fleetCodes, ...temporalCodes },
  ...caCheckCodes,
};
const ofCommands = /^(FLEET_|TEMPORAL_|ROTATION_|ISSUER_NOT_|COMMAND_|SEARCH_ATTRIBUTE_|RETENTION_)/;
const stops = Object.entries(met).flatMap(([code, { warns }]) =>
  warns === true || ofCommands.test(code) || !isProblemCode(code) ? [] : [code],
);

function stoppedBy(code: (typeof stops)[number]): RotationProgress {
  const { message, hint } = new Problem(code, { object: 'what it is about', found: 'what it is' }).report();
  const stopped = { ...forbidden, code, message, hint };
  const phase = activating({ state: 'stopped', awaiting: undefined, stopped });
  const phases = progress().phases.map((each) => (each.name === 'activate' ? phase : each));
  return progress({ state: 'stopped', phases });
}

const on = (columns: number, state: RotationProgress): World => ({
  rotations: scripted({ kind: 'live', progress: state }),
  terminal: { columns, rows: 40 },
});

/** Of all that is printed, what tells of the stop. */
async function toldBy(code: (typeof stops)[number], columns: number): Promise<string> {
  const { stdout } = await session(['rotation', 'status', 'prod/payments'], on(columns, stoppedBy(code)));
  return stdout.slice(stdout.indexOf('\n\n') + 2);
}

describe('a stop by any code', () => {
  it('is told as it is, with what stands, whether that is safe, and what to type', async () => {
    const file = new URL('stops.golden.txt', import.meta.url);
    const blocks = await Promise.all(stops.map((code) => toldBy(code, 80)));
    const text = blocks.join('\n');
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it.each(stops)('says the same in the Temporal UI: %s', async (code) => {
    const state = stoppedBy(code);
    const block = await toldBy(code, 10_000);
    const [safety = '', , head = '', stands = '', hint = ''] = block.split('\n');
    expect(head).toContain(`[${code}]`);
    expect(block).toContain('meshturn rotation retry prod/payments --cluster aks-eus-1');
    const clusters = state.phases[1]?.clusters ?? [];
    const details = unitDetails(
      { rotationId: 'r-1', phase: 'activate', unit: 'aks-eus-1', sequence: 1, state: 'stopped', clusters },
      {
        ...{ fleet: 'prod', mesh: 'payments', ca: { kind: 'root', directory: '/new-ca' } },
        ...{ phase: 'activate', reliance: relianceOf(state) },
      },
      '2026-11-21T13:00:00.000Z',
    );
    expect(details).toContain(`**${code}**`);
    expect(details).toContain(`- ${stands.trim()}`);
    expect(details).toContain(hint.trim().replace('hint: ', ''));
    expect(details).toContain(`- ${safety.trim().replace(/ \(in \d+ days\)/, '')}`);
  });
});
