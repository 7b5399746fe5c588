import { z } from 'zod';
import { badParameter } from './refusal.ts';
import type { DeletedSecret, SecretVersion } from './secret-book.ts';

const attributes = z.object({
  enabled: z.boolean().optional(),
  nbf: z.number().int().optional(),
  exp: z.number().int().optional(),
});

const update = z.object({
  contentType: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  attributes: attributes.optional(),
});

const set = update.extend({ value: z.string() });

/** Reads the body of PUT /secrets/NAME. Throws Refusal BadParameter. */
export function parseSet(body: unknown): z.infer<typeof set> {
  return orBadParameter(set.safeParse(body));
}

/** Reads the body of PATCH /secrets/NAME/VERSION. Throws Refusal BadParameter. */
export function parseUpdate(body: unknown): z.infer<typeof update> {
  return orBadParameter(update.safeParse(body));
}

function orBadParameter<T>(parsed: z.ZodSafeParseResult<T>): T {
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw badParameter(`Property ${paths} has invalid value`);
}

const recovery = { recoveryLevel: 'Recoverable+Purgeable', recoverableDays: 90 };

/** A SecretItem: all but the value. `id` names the version only where `ofVersion` says so. */
export function item(url: string, one: SecretVersion, ofVersion: boolean): object {
  const id = `${url}/secrets/${one.name}${ofVersion ? `/${one.version}` : ''}`;
  const { contentType, tags } = one;
  return {
    id,
    attributes: { ...one.attributes, ...recovery },
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

/** A SecretBundle: an item with its value. */
export function bundle(url: string, one: SecretVersion): object {
  return { value: one.value, ...item(url, one, true) };
}

/** A DeletedSecretItem, which is a DeletedSecretBundle as well: neither has the value. */
export function deletedItem(url: string, { versions, deletedDate }: DeletedSecret): object {
  const newest = versions.at(-1);
  if (newest === undefined) throw new RangeError('expected a deleted secret to have versions');
  return {
    ...item(url, newest, true),
    recoveryId: `${url}/deletedsecrets/${newest.name}`,
    deletedDate,
    scheduledPurgeDate: deletedDate + 90 * 24 * 60 * 60,
  };
}

/** One page of a list, and where the next one is. */
export function page(o: { readonly items: readonly object[]; readonly self: URL }): {
  readonly value: readonly object[];
  readonly nextLink: string | null;
} {
  const size = Number(o.self.searchParams.get('maxresults') ?? 25);
  if (!Number.isInteger(size) || size < 1 || size > 25) {
    throw badParameter('maxresults must be between 1 and 25.');
  }
  const start = Number(o.self.searchParams.get('$skiptoken') ?? 0);
  const end = start + size;
  const next = new URL(o.self);
  next.searchParams.set('$skiptoken', String(end));
  return { value: o.items.slice(start, end), nextLink: end < o.items.length ? next.href : null };
}
