import { resolve } from 'node:path';
import type { Fleet, Mesh } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';
import type { CaFolder, FormerCa } from '../../rotation/wanted.ts';
import { fileFlag, usage } from '../flags.ts';
import type { MeshName } from '../rotations.ts';

/** What `plan` and `start` are told in the same words. */
export type PlanFlags = Readonly<{
  file: string;
  mesh?: string;
  root?: string;
  intermediate?: string;
  phases: '2' | '3';
  override?: readonly string[];
  reason?: string;
}>;

const folder = { kind: 'parsed', parse: String, optional: true, placeholder: 'DIR' } as const;

export const planFlags = {
  file: fileFlag,
  mesh: {
    kind: 'parsed',
    parse: String,
    optional: true,
    brief: 'The mesh; may be left out where the fleet has one',
    placeholder: 'NAME',
  },
  root: { ...folder, brief: 'Rotate to the new root in this folder: root-cert.pem, CLUSTER/ca-cert.pem, …' },
  intermediate: { ...folder, brief: 'Rotate to the new intermediates in this folder, under the same root' },
  phases: {
    kind: 'enum',
    values: ['3', '2'],
    default: '3',
    brief: 'Three phases drop no connection; two are the AKS article’s way, which does',
  },
  override: {
    kind: 'parsed',
    parse: String,
    optional: true,
    variadic: true,
    brief: 'Go on in spite of this violation; needs --reason',
    placeholder: 'CODE',
  },
  reason: {
    kind: 'parsed',
    parse: String,
    optional: true,
    brief: 'Why it is overridden',
    placeholder: 'TEXT',
  },
} as const;

export const planAliases = { f: 'file', m: 'mesh', o: 'output' } as const;

/** The folder is the worker's to read as well, hence absolute. Throws USAGE unless exactly one is named. */
export function caOf({ root, intermediate }: PlanFlags): CaFolder {
  const expected = 'either --root DIR or --intermediate DIR';
  if (root !== undefined && intermediate !== undefined) throw usage('the new CA', expected, 'both');
  if (root !== undefined) return { kind: 'root', directory: folderOf(root, '--root') };
  if (intermediate === undefined) throw usage('the new CA', expected, 'neither');
  return { kind: 'intermediate', directory: folderOf(intermediate, '--intermediate') };
}

/** The same by the issuer of the mesh: of a folder that one fills, the roots alone are read. */
export function issuedFor({ issuer }: Mesh, ca: CaFolder): CaFolder {
  return issuer.kind === 'files' ? ca : { ...ca, issuer: issuer.kind };
}

/** The same of a way back: where nobody issues, nothing was staged that is to be disposed of. */
export function formerFor({ issuer }: Mesh, ca: FormerCa): FormerCa {
  return issuer.kind === 'files' ? ca : { ...ca, issued: true };
}

/** An empty name, as an unset variable of a shell leaves it, must not mean the current folder. */
function folderOf(written: string, flag: string): string {
  if (written.trim() === '') throw usage(flag, 'a folder', 'an empty name');
  return resolve(written);
}

/** The mesh that is named, or the only one. Throws NO_SUCH_MESH. */
export function meshOf(fleet: Fleet, name: string | undefined): Mesh {
  const [first, ...others] = fleet.meshes;
  if (name === undefined && first !== undefined && others.length === 0) return first;
  const found = fleet.meshes.find((mesh) => mesh.name === name);
  if (found !== undefined) return found;
  throw new Problem('NO_SUCH_MESH', {
    object: `fleet ${fleet.name}`,
    expected: `--mesh ${fleet.meshes.map((mesh) => mesh.name).join(' or ')}`,
    found: name ?? 'no --mesh',
  });
}

/** The mesh of a full name, in the fleet file that is its own. Throws USAGE where that is another's, NO_SUCH_MESH. */
export function meshNamed(fleet: Fleet, { fleet: named, mesh }: MeshName): Mesh {
  if (fleet.name !== named) throw usage(`the fleet in ${fleet.file}`, named, fleet.name);
  return meshOf(fleet, mesh);
}

/** The command line that starts what these flags plan, as it would be typed. */
export function startCommand(flags: PlanFlags, mesh: Mesh): string {
  const { file, root, intermediate, phases, override = [], reason } = flags;
  return [
    'meshturn rotation start',
    `-f ${quoted(file)}`,
    `--mesh ${mesh.name}`,
    ...(root === undefined ? [] : [`--root ${quoted(root)}`]),
    ...(intermediate === undefined ? [] : [`--intermediate ${quoted(intermediate)}`]),
    ...(phases === '3' ? [] : ['--phases 2']),
    ...override.map((code) => `--override ${code}`),
    ...(reason === undefined ? [] : [`--reason ${quoted(reason)}`]),
  ].join(' ');
}

/** As a POSIX shell reads it back. */
export function quoted(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
