import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { z } from 'zod';
import { loadFleet } from '../../../fleet/load.ts';
import { parseCertificate } from '../../../pki/certificate.ts';
import type { SimIssuer } from '../../../sim/issuing/issuers.ts';
import { connectClient } from '../../../worker/connection.ts';
import { spawned, type Spawned } from '../../cli/spawned.ts';
import type { Secret } from '../../demo/needles.ts';
import { secretsIn, vaultsOf } from '../../demo/vaults.ts';

const main = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));
const run = promisify(execFile);

/** A demo with one issuer, at its end; all of it still runs. */
export interface Lane {
  readonly kind: SimIssuer;
  readonly demo: Spawned;
  readonly folder: string;
  /** Of the namespace that it has for itself. */
  readonly client: Client;
  /** Private keys and logins: of vaults, of the issuer, of the simulation. */
  readonly secrets: readonly Secret[];
}

/** Runs a demo by itself on a server that all share, up to its end. */
export async function runLane(
  kind: SimIssuer,
  o: { readonly address: string; readonly secret: string; readonly ending: (end: () => void) => void },
): Promise<Lane> {
  const client = new Client(await namespaceOn(o.address, kind));
  const environment = {
    ...{ TEMPORAL_ADDRESS: o.address, TEMPORAL_NAMESPACE: kind },
    // What a worker has that no other program is to have.
    AZURE_CLIENT_SECRET: o.secret,
  };
  const argv = ['demo', '--issuer', kind, '--clusters', '2', '--keep', '-o', 'json'];
  const demo = spawned(argv, environment, o.ending);
  await demo.said('stderr', 'Everything goes on running until Ctrl-C.');
  const fleetFile = /^Fleet file: (\S+)/m.exec(demo.written.stderr)?.[1] ?? '';
  const folder = dirname(fleetFile);
  return { kind, demo, folder, client, secrets: await secretsOf(folder, fleetFile) };
}

async function namespaceOn(address: string, namespace: string) {
  const { connection } = await connectClient({ address });
  await connection.workflowService.registerNamespace({
    ...{ namespace, workflowExecutionRetentionPeriod: msToTs('30 days') },
  });
  return { connection, namespace };
}

async function secretsOf(folder: string, fleetFile: string): Promise<readonly Secret[]> {
  const files = await filesIn(folder);
  const kept = files.filter(({ name, text }) => text.includes('PRIVATE KEY') || name.endsWith('.token'));
  const logins = [
    ...(files.find(({ name }) => name.endsWith('/kubeconfig'))?.text ?? '').matchAll(/token: (\S+)/g),
  ];
  const inVaults = await secretsIn(await vaultsOf(await loadFleet(fleetFile)));
  return [
    ...inVaults.filter(({ text }) => text.includes('PRIVATE KEY')),
    ...kept,
    ...logins.map(([, text = '']) => ({ name: 'kubeconfig', text })),
  ];
}

export async function filesIn(folder: string): Promise<readonly Secret[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.map(async (name) => ({ name, text: await readFile(name, 'latin1') })));
}

const share = z.object({ count: z.number(), total: z.number() });
const trust = z.object({
  trust: z.object({
    unseen: z.array(z.unknown()),
    certificates: z.array(z.object({ fingerprint: z.string(), leaves: share, proxies: share })),
  }),
});

/** Who trusts the new root and has a leaf below it, asked of every proxy by another process. */
export async function censusOf({ folder }: Lane) {
  const file = join(folder, 'root-b/root-cert.pem');
  const words = ['ca', 'inspect', file, '-f', join(folder, 'fleet.yaml'), '-o', 'json'];
  const { stdout } = await run(process.execPath, [main, ...words]);
  const { unseen, certificates } = trust.parse(JSON.parse(stdout)).trust;
  const { fingerprint } = parseCertificate(await readFile(file, 'utf8'), file);
  const { leaves, proxies } = certificates.find((one) => one.fingerprint === fingerprint) ?? {};
  return { unseen, leaves, proxies };
}
