import { keyTypes } from '../../pki/key-types.ts';
import { hasUnseen } from '../../pki/name.ts';
import { seconds, usage, whole } from '../flags.ts';

/** Flags that the commands which make CAs share. */
export const outFlag = {
  kind: 'parsed',
  parse: folder('--out'),
  brief: 'The folder that the files are written to; nothing in it is written over',
  placeholder: 'DIR',
} as const;

export const keyTypeFlag = {
  kind: 'enum',
  values: keyTypes,
  default: 'ecdsa-p256',
  brief: 'The kind of the new keys',
} as const;

export const organizationFlag = {
  kind: 'parsed',
  parse: nameText('--organization'),
  default: 'Istio',
  brief: 'The O of the subject',
  placeholder: 'TEXT',
} as const;

export const backdateFlag = {
  kind: 'parsed',
  parse: seconds('--backdate'),
  default: '1h',
  brief: 'Begin so long before now, for clocks that are behind',
  placeholder: 'TIME',
} as const;

/** How long what is made is valid; `usual` is the default. */
export function daysFlag(usual: number) {
  return {
    kind: 'parsed',
    parse: whole(1, '--days'),
    default: String(usual),
    brief: 'So long it is valid',
    placeholder: 'N',
  } as const;
}

/** X.520's upper bound of a common name, and of an organization's. */
const mostOfName = 64;

/** Reads a part of a name: what it looks like on a terminal is all that there is to it. */
export function nameText(flag: string): (written: string) => string {
  return (written) => {
    if (hasUnseen(written)) throw usage(flag, 'a text without control characters', 'one with some');
    const { length } = Array.from(written);
    if (written.trim() === '') throw usage(flag, 'a text', 'an empty one');
    if (length > mostOfName) throw usage(flag, `at most ${mostOfName} characters`, String(length));
    return written;
  };
}

const second = 1_000;
const day = 86_400 * second;

/** Throws USAGE where a certificate would begin or end in a year that it cannot say: these have four digits. */
export function refuseUnsaid(
  { days, backdate }: { readonly days: number; readonly backdate: number },
  now: Date,
): void {
  if (!canSay(now.getTime() - backdate * second))
    throw usage('--backdate', 'a time that begins in the year 0 or later', `${backdate} seconds`);
  if (!canSay(now.getTime() + days * day))
    throw usage('--days', 'a number that ends in the year 9999 or before', String(days));
}

function canSay(milliseconds: number): boolean {
  const year = new Date(milliseconds).getUTCFullYear();
  return year >= 0 && year <= 9999;
}

/** An empty name, as an unset variable of a shell leaves it, must not mean the current folder. */
export function folder(flag: string): (written: string) => string {
  return (written) => {
    if (written.trim() !== '') return written;
    throw usage(flag, 'a folder', 'an empty name');
  };
}
