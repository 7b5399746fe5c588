import { readBytes } from '../../activities/new-ca/files.ts';
import { istiodPlaces } from '../../activities/istiod/places.ts';
import { verifyFolder } from '../../activities/new-ca/verify-folder.ts';
import type { Mesh } from '../../fleet/fleet.ts';
import { loadFleet } from '../../fleet/load.ts';
import { parseBundle } from '../../pki/bundle.ts';
import type { MeshNeeds } from '../../pki/checks/seen-set.ts';
import { strictestRule } from '../../rotation/bundle-walk.ts';
import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { outputFlag, seconds, usage } from '../flags.ts';
import { renderCaCheck } from '../render/ca-check.ts';
import { meshOf } from '../rotation/plan-flags.ts';
import { caCheckDocument } from './check-document.ts';
import { json } from '../render/json.ts';

type Flags = Readonly<{
  file?: string;
  mesh?: string;
  trustDomain?: string;
  leafTtl: number;
  margin: number;
  inUse?: string;
  istiod?: string;
  output: 'text' | 'json';
}>;

const optional = { kind: 'parsed', parse: String, optional: true } as const;

export const verify = command<Flags, [string]>({
  brief: 'Tell all that is wrong with a new CA: one set of four files, or a folder of them for each cluster',
  examples: [
    ['./root-b', 'holds every set of a new CA against the table of checks'],
    ['./root-b -f prod.yaml --mesh payments', 'does so for the trust domain of a mesh'],
    ['./both --in-use old-root.pem --istiod 1.29.2', 'asks whether a bundle may follow on the one in use'],
  ],
  parameters: {
    flags: {
      file: { ...optional, brief: 'The fleet file of the mesh that it is for', placeholder: 'FILE' },
      mesh: { ...optional, brief: 'The mesh; may be left out where the fleet has one', placeholder: 'NAME' },
      trustDomain: { ...optional, brief: 'Instead of a fleet file: the trust domain', placeholder: 'NAME' },
      leafTtl: {
        kind: 'parsed',
        parse: seconds('--leaf-ttl'),
        default: '24h',
        brief: 'How long leaves live at most',
        placeholder: 'TIME',
      },
      margin: {
        kind: 'parsed',
        parse: seconds('--margin'),
        default: '30d',
        brief: 'How long a new CA is to last at least',
        placeholder: 'TIME',
      },
      inUse: {
        ...optional,
        brief: 'The root-cert.pem in use, which the new one is to hold',
        placeholder: 'FILE',
      },
      istiod: {
        ...optional,
        parse: version,
        brief: 'The oldest istiod that is to load it live',
        placeholder: 'VERSION',
      },
      output: outputFlag,
    },
    aliases: { f: 'file', m: 'mesh', o: 'output' },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, brief: 'The folder of the new CA', placeholder: 'DIR' }],
    },
  },
  async run({ process, terminal, now }, flags, folder) {
    const at = now();
    const mesh = await meshIn(flags);
    const trustDomain = mesh?.trustDomain ?? flags.trustDomain;
    const needs = { trustDomain, ...(await needsOf(flags)) };
    const istiods = mesh && istiodPlaces(mesh);
    const document = caCheckDocument(
      await verifyFolder(folder, { at, needs, ...(istiods && { istiods }) }),
      at,
    );
    process.stdout.write(
      flags.output === 'json' ? json(document) : renderCaCheck(document, terminal?.columns),
    );
    return document.refused ? exit.foundProblems : exit.ok;
  },
});

/** One that cannot be read would count as old. */
function version(written: string): string {
  if (/^v?\d+\.\d+(\.\d+)?([-+.][\w.+-]+)?$/.test(written)) return written;
  throw usage('--istiod', 'a version, such as 1.29.2', written);
}

async function needsOf({ inUse, istiod, leafTtl, margin }: Flags): Promise<MeshNeeds> {
  if (istiod !== undefined && inUse === undefined)
    throw usage('--istiod', 'a bundle to compare: --in-use FILE', 'none');
  const bundleInUse = inUse === undefined ? undefined : (await readBytes(inUse)).toString('utf8');
  return {
    leafTtl,
    margin,
    bundleInUse,
    oldRoots: bundleInUse === undefined ? [] : parseBundle(bundleInUse, inUse ?? ''),
    comparesBytes: istiod !== undefined && strictestRule([istiod]) === 'contiguous',
  };
}

/** Undefined without a fleet file. */
async function meshIn({ file, mesh, trustDomain }: Flags): Promise<Mesh | undefined> {
  if (file === undefined) return undefined;
  if (trustDomain !== undefined) throw usage('the trust domain', '-f FILE or --trust-domain NAME', 'both');
  return meshOf(await loadFleet(file), mesh);
}
