import type { EvidenceReader } from '../../activities/evidence/reader.ts';
import { Problem } from '../../problems/problem.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import type { MeshName, Rotations } from '../rotations.ts';
import { reportOf, type Report, type ReportSource } from './report.ts';

export interface ReportRequest {
  readonly name: MeshName;
  /** The newest that is known where left out. */
  readonly rotationId: string | undefined;
  /** Undefined where no fleet file was given, which says where evidence is. */
  readonly reader: EvidenceReader | undefined;
  readonly rotations: () => Promise<Rotations>;
  readonly at: Date;
}

/**
 * All that evidence and the live run tell of a rotation; either may lack, and the report says why.
 * @throws Problem as the live run refuses where the store has nothing either; ROTATION_UNKNOWN
 */
export async function gather(request: ReportRequest): Promise<Report> {
  const { name, reader, at } = request;
  const live = await ask(() => liveRun(request));
  const seen = 'value' in live ? live.value : undefined;
  const id = request.rotationId ?? (typeof seen === 'object' ? seen.id : undefined);
  const asked = reader && (await ask(() => stored(reader, name, id)));
  const store = asked !== undefined && 'value' in asked ? asked.value : undefined;
  const found = id ?? store?.id;
  const progress = typeof seen === 'object' && seen.id === found ? seen : undefined;
  if (found === undefined || ((store?.kept.length ?? 0) === 0 && progress === undefined)) {
    throw asked !== undefined && 'problem' in asked ? asked.problem : unknown(live, request);
  }
  return reportOf({
    ...name,
    id: found,
    at: at.toISOString(),
    kept: store?.kept ?? [],
    live: progress,
    sources: { store: storeSource(reader, asked), live: liveSource(live, found) },
  });
}

type Answer<T> = { readonly value: T } | { readonly problem: Problem };

async function ask<T>(question: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await question() };
  } catch (problem) {
    if (problem instanceof Problem) return { problem };
    throw problem;
  }
}

type Live = RotationProgress | 'silent';

async function liveRun({ name, rotations }: ReportRequest): Promise<Live> {
  const seen = await (await rotations()).look(name);
  return seen.kind === 'live' ? seen.progress : 'silent';
}

async function stored(reader: EvidenceReader, name: MeshName, id: string | undefined) {
  const rotationId = id ?? (await reader.newest(name));
  if (rotationId === undefined) return { id: undefined, kept: [] };
  return { id: rotationId, kept: await reader.documents({ ...name, rotationId }) };
}

function storeSource(
  reader: EvidenceReader | undefined,
  asked: Answer<Awaited<ReturnType<typeof stored>>> | undefined,
): ReportSource {
  const place = reader?.place ?? 'the store of evidence';
  if (asked === undefined)
    return { place, found: 0, lacks: 'not read: the fleet file says where it is, give it with -f' };
  if ('problem' in asked) return { place, found: 0, lacks: wordsOf(asked.problem) };
  const found = asked.value.kept.length;
  return { place, found, ...(found === 0 ? { lacks: 'holds nothing on this rotation' } : {}) };
}

function liveSource(live: Answer<Live>, id: string): ReportSource {
  const place = 'Temporal';
  if ('problem' in live) return { place, found: 0, lacks: wordsOf(live.problem) };
  if (live.value === 'silent') return { place, found: 0, lacks: 'no worker answers' };
  if (live.value.id !== id)
    return { place, found: 0, lacks: `knows rotation ${live.value.id} only, which is another` };
  return { place, found: 1 };
}

function unknown(live: Answer<Live>, { name, rotationId }: ReportRequest): Problem {
  if ('problem' in live) return live.problem;
  const which = rotationId === undefined ? '' : ` ${rotationId}`;
  return new Problem('ROTATION_UNKNOWN', { object: `rotation${which} of ${name.fleet}/${name.mesh}` });
}

function wordsOf({ code, message }: Problem): string {
  return `${message} [${code}]`;
}
