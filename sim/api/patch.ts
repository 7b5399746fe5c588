import { applyPatch } from 'rfc6902';
import { z } from 'zod';
import type { Call } from './call.ts';
import { readBody } from './incoming.ts';
import { ApiError } from './status.ts';
import { jsonMerge, strategicMerge } from './strategic-merge.ts';

const text = z.string();
const operations = z.array(
  z.discriminatedUnion('op', [
    z.object({
      op: z.enum(['add', 'replace', 'test']),
      path: text,
      value: z.unknown().transform((value) => value ?? null),
    }),
    z.object({ op: z.literal('remove'), path: text }),
    z.object({ op: z.enum(['move', 'copy']), path: text, from: text }),
  ]),
);

const types: Readonly<Record<string, (call: Call, target: unknown) => unknown>> = {
  'application/json-patch+json': ({ body }, target) => jsonPatch(target, readBody(body)),
  'application/merge-patch+json': ({ body }, target) => jsonMerge(target, readBody(body)),
  'application/strategic-merge-patch+json': (call, target) => {
    // Custom resources have no merge keys: the real server refuses this type for them.
    if (call.type.custom) throw unsupported(call.contentType);
    return strategicMerge(target, readBody(call.body));
  },
  // Fields that an earlier apply set and this one lacks stay: ownership of fields is not kept.
  'application/apply-patch+yaml': ({ body }, target) => strategicMerge(target, readBody(body, true)),
};

/** The target as the call's patch leaves it. */
export function patched(call: Call, target: unknown): unknown {
  const apply = types[call.contentType];
  if (apply === undefined) throw unsupported(call.contentType);
  return apply(call, target);
}

/** True of a server-side apply, which creates what is not there. */
export function isApply({ contentType, query }: Call): boolean {
  if (contentType !== 'application/apply-patch+yaml') return false;
  if (!query.get('fieldManager')) {
    throw new ApiError(
      'Invalid',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  return true;
}

function jsonPatch(target: unknown, patch: unknown): unknown {
  const parsed = operations.safeParse(patch);
  if (!parsed.success) throw new ApiError('BadRequest', `error decoding patch: ${parsed.error.message}`);
  const changed: unknown = structuredClone(target);
  if (applyPatch(changed, parsed.data).some((error) => error !== null)) {
    throw new ApiError('Invalid', 'the server rejected our request due to an error in our request');
  }
  return changed;
}

function unsupported(contentType: string): ApiError {
  const accepted = Object.keys(types).join(', ');
  return new ApiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format (${contentType}) - accepted media types include: ${accepted}`,
  );
}
