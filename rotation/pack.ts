import type { Fingerprint } from './trust.ts';

/**
 * Items that differ in little: one JSON template for all that are alike, and a row of what is each one's own.
 * A row begins with the template's number; names are numbers in a table, fingerprints are shortened.
 */
export interface Packed {
  readonly templates: readonly string[];
  readonly rows: readonly (readonly [number, ...(string | number)[]])[];
}

const mark = '~';

/** Strings that only one item holds go into its row. Items are plain JSON; no string in them begins with
 * `~` or `=`. */
export function pack(items: readonly unknown[], names: readonly string[]): Packed {
  const holders = new Map<string, number>();
  const stringsOf = items.map((item) => stringsIn(item));
  for (const text of stringsOf.flatMap((texts) => [...texts]))
    holders.set(text, (holders.get(text) ?? 0) + 1);
  const numbers = new Map(names.map((name, i) => [name, i]));
  const templates = new Map<string, number>();
  const rows = items.map((item, i): Packed['rows'][number] => {
    const own = [...(stringsOf[i] ?? [])].filter((text) => holders.get(text) === 1);
    const template = JSON.stringify(item, (_, value: unknown) => {
      const at = typeof value === 'string' ? own.indexOf(value) : -1;
      return at < 0 ? value : `${mark}${at}`;
    });
    const number = templates.get(template) ?? templates.size;
    templates.set(template, number);
    return [number, ...own.map((text) => numbers.get(text) ?? shortened(text))];
  });
  return { templates: [...templates.keys()], rows };
}

/** The items as they were packed, still to be narrowed by whoever knows what was. */
export function unpack({ templates, rows }: Packed, names: readonly string[]): readonly unknown[] {
  return rows.map(([number, ...own]): unknown =>
    JSON.parse(templates[number] ?? 'null', (_, value: unknown) => {
      if (typeof value !== 'string' || !value.startsWith(mark)) return value;
      const word = own[Number(value.slice(mark.length))];
      return typeof word === 'number' ? names[word] : lengthened(word ?? '');
    }),
  );
}

function stringsIn(value: unknown): ReadonlySet<string> {
  if (typeof value === 'string') return new Set([value]);
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(Object.values(value).flatMap((each) => [...stringsIn(each)]));
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const fingerprintMark = '=';

/** 64 hexadecimal digits in 43 of base 64, marked; other strings stay as they are. */
export function shortened(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) return text;
  const bits = text.replace(/./g, (digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0'));
  const sixes = `${bits}00`.replace(/.{6}/g, (six) => digits.charAt(Number.parseInt(six, 2)));
  return fingerprintMark + sixes;
}

export function lengthened(text: string): Fingerprint {
  if (!text.startsWith(fingerprintMark)) return text;
  const bits = text
    .slice(fingerprintMark.length)
    .replace(/./g, (digit) => digits.indexOf(digit).toString(2).padStart(6, '0'));
  return bits.slice(0, 256).replace(/.{4}/g, (four) => Number.parseInt(four, 2).toString(16));
}
