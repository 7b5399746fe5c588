import { readFile } from 'node:fs';
import { promisify } from 'node:util';
import { Problem } from '../../problems/problem.ts';
import { systemCode } from '../../problems/system-code.ts';
import type { Context } from '../context.ts';
import { promptsUnder } from '../rotation/confirm.ts';
import { usage, whole } from '../flags.ts';

export type PassphraseFlags = Readonly<{
  passphraseFile?: string;
  passphraseFd?: number;
  passphraseEnv?: string;
  output: 'text' | 'json';
}>;

const source = { kind: 'parsed', optional: true } as const;

/** Where a passphrase may come from. Never from the command line, which every process of the machine can read. */
export const passphraseFlags = {
  passphraseFile: {
    ...source,
    parse: String,
    brief: 'The file whose one line is the passphrase',
    placeholder: 'FILE',
  },
  passphraseFd: {
    ...source,
    parse: whole(0, '--passphrase-fd'),
    brief: 'The file descriptor that it is read from; 0 is stdin',
    placeholder: 'N',
  },
  passphraseEnv: {
    ...source,
    parse: String,
    brief: 'The environment variable that holds it',
    placeholder: 'NAME',
  },
} as const;

/** A shorter one is guessed, whatever stretches it. */
const leastCharacters = 12;
/** What openssl and node take of a passphrase; a key under a longer one could never be opened. */
const mostBytes = 1_024;

/**
 * The passphrase for a new key, asked for twice on a terminal; undefined where that was cancelled. Throws Problem
 * PASSPHRASE_MISSING, PASSPHRASE_UNFIT, USAGE.
 */
export async function newPassphrase(
  context: Context,
  flags: PassphraseFlags,
  key: string,
): Promise<string | undefined> {
  const object = `the passphrase of ${key}`;
  const passphrase = await passphraseOf(context, flags, key);
  if (passphrase === undefined) return undefined;
  const { length } = Array.from(passphrase);
  if (length < leastCharacters) {
    const expected = `${leastCharacters} characters or more`;
    throw new Problem('PASSPHRASE_UNFIT', { object, expected, found: String(length) });
  }
  const bytes = Buffer.byteLength(passphrase);
  if (bytes > mostBytes) {
    throw new Problem('PASSPHRASE_UNFIT', {
      object,
      expected: `at most ${mostBytes} bytes`,
      found: String(bytes),
    });
  }
  if (placeOf(context, flags) !== undefined) return passphrase;
  const again = await context.prompts?.secret('The same once more');
  if (again === undefined || again === passphrase) return again;
  throw new Problem('PASSPHRASE_UNFIT', {
    object,
    expected: 'the same twice',
    found: 'another the second time',
  });
}

/** The passphrase of a key that is there. Otherwise as `newPassphrase`. */
export async function passphraseOf(
  context: Context,
  flags: PassphraseFlags,
  key: string,
): Promise<string | undefined> {
  const place = placeOf(context, flags);
  if (place !== undefined) return oneLine(await place.read(), place.object);
  const prompts = promptsUnder(flags.output, context.prompts);
  if (prompts === undefined) throw new Problem('PASSPHRASE_MISSING', { object: key });
  return prompts.secret(`Passphrase of ${key}`);
}

interface Place {
  readonly object: string;
  /** Rejects with PASSPHRASE_MISSING. */
  readonly read: () => Promise<string>;
}

const readText = promisify(readFile);

function placeOf({ env }: Context, flags: PassphraseFlags): Place | undefined {
  const { passphraseFile: file, passphraseFd: fd, passphraseEnv: name } = flags;
  const places: readonly Place[] = [
    ...(file === undefined ? [] : [place(`file ${file}`, () => readText(file, 'utf8'))]),
    ...(fd === undefined ? [] : [place(`file descriptor ${fd}`, () => readText(fd, 'utf8'))]),
    ...(name === undefined ? [] : [place(variable(name), () => Promise.resolve(env[name]))]),
  ];
  if (places.length > 1)
    throw usage('the passphrase', 'one place', places.map(({ object }) => object).join(', '));
  return places[0];
}

/** Whoever gives the value in place of the name must not read it in an error. */
function variable(name: string): string {
  return /^[A-Z_][A-Z0-9_]*$/.test(name) ? `environment variable ${name}` : 'the environment variable';
}

function place(object: string, read: () => Promise<string | undefined>): Place {
  const missing = (found: string): Problem => new Problem('PASSPHRASE_MISSING', { object, found });
  return {
    object,
    async read() {
      const text = await read().catch((error: unknown) => {
        throw missing(systemCode(error));
      });
      if (text === undefined) throw missing('no such variable');
      return text;
    },
  };
}

/** Of several lines, one of which may be meant, none is guessed. */
function oneLine(text: string, object: string): string {
  const line = text.replace(/\r?\n$/, '');
  if (line !== '' && !/[\r\n]/.test(line)) return line;
  throw new Problem('PASSPHRASE_UNFIT', {
    object,
    expected: 'one line',
    found: line === '' ? 'nothing' : 'several lines',
  });
}
