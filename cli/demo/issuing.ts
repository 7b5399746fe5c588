import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { rootPath } from '../../activities/new-ca/files.ts';
import type { SimIssuer } from '../../sim/issuing/issuers.ts';
import type { Environment } from '../dev/environment.ts';
import { startOfflineMachine, type OfflineMachine } from './offline/machine.ts';
import { runCli } from './offline/run-cli.ts';

/** Who made the intermediates that a demo rotated to. */
export interface DemoIssuer {
  readonly kind: SimIssuer;
  /** Of the process that signed off line. */
  readonly offline?: Pick<OfflineMachine, 'network' | 'connecting'>;
}

/** An issuer that is ready for a rotation. */
export interface Issuing {
  readonly issuer: DemoIssuer;
  /** Carries requests and certificates, where the rotation waits for a person who does. */
  readonly carry?: (signal: AbortSignal) => Promise<void>;
  close(): Promise<void>;
}

/** Throws ISSUER_FAILED. */
export async function startIssuing(kind: SimIssuer, environment: Environment): Promise<Issuing> {
  if (kind !== 'offline') return { issuer: { kind }, close: () => Promise.resolve() };
  const { folder, simulation, temporal } = environment;
  const machine = await startOfflineMachine(join(folder, 'offline'), temporal.address);
  const { network, connecting } = machine;
  await mkdir(simulation.newCa.root, { mode: 0o700 });
  await copyFile(machine.root, rootPath(simulation.newCa.root));
  return {
    issuer: { kind, offline: { network, connecting } },
    carry: (signal) => carry(environment, machine, signal),
    close: () => machine.close(),
  };
}

/** What a person does in the meantime: see docs/issuers.md. Throws ISSUER_FAILED, and the signal's reason. */
async function carry(
  { folder, simulation: { fleetFile }, fleet, temporal }: Environment,
  machine: OfflineMachine,
  signal: AbortSignal,
): Promise<void> {
  const { address, namespace } = temporal.target;
  const env = {
    ...(address === undefined ? {} : { TEMPORAL_ADDRESS: address }),
    ...(namespace === undefined ? {} : { TEMPORAL_NAMESPACE: namespace }),
  };
  const name = fleet.meshes[0]?.name ?? '';
  const mesh = ['-f', fleetFile, '--mesh', name];
  const requests = join(folder, 'requests');
  await runCli(['rotation', 'requests', ...mesh, '--out', requests], { env, signal });
  const signed = await machine.sign(join(requests, name));
  await runCli(['rotation', 'submit', ...mesh, signed], { env, signal });
}

/** What a person reads of it before the rotation. */
export function issuerLine({ kind, offline }: DemoIssuer): string {
  if (offline === undefined) return `Issuer: ${kind}`;
  const how = {
    none: 'a process without any network',
    refused:
      'a process that refuses to use the network, since this machine gives it no namespace without one',
  }[offline.network];
  return `Issuer: ${kind}, by ${how} (connecting from it to Temporal: ${offline.connecting})`;
}
