import { needlesOf, windowOf, type Certificates, type Needles, type Secret } from './needles.ts';

/** A text that the product left behind, and where. */
export interface Trace {
  readonly where: string;
  readonly text: string;
}

/** What was found, by name: never the secret itself, for a failing test is printed. */
export interface Leak {
  readonly where: string;
  readonly what: string;
}

type Kind = readonly [what: string, pattern: RegExp];

/** What no text may hold, whosever it is: made in the run and known to nobody else, such as keys of probes. */
const kinds: readonly Kind[] = [
  ['a PEM block', /-----BEGIN/],
  ['a PEM block as base64', /LS0tLS1CRUdJTi|0tLS0tQkVHSU4|tLS0tLUJFR0lO/],
  ['a certificate or an RSA key as base64', /MII[A-Za-z0-9+/]{60}/],
  ['DER as hex', /3082[0-9a-f]{80}/i],
];

/** Likewise, where certificates and requests have to be, as between a rotation and who signs for it. */
const privateKinds: readonly Kind[] = [
  ['a private key', /PRIVATE KEY-----/],
  ['a private key as base64', anyOf('PRIVATE KEY-----')],
  ['an elliptic curve key as base64', /MHcCAQEEI|MIGHAgEAMBMGByqGSM49/],
  ['an elliptic curve key as hex', /30770201010420|308187020100301306072a8648ce3d/i],
  ['a JSON Web Key', /"d\\?":\s*\\?"[\w-]{40,}/],
  ['a signed token', /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/],
];

/** The text within other data that is base64, wherever it begins there. */
function anyOf(text: string): RegExp {
  const forms = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64');
    return encoded.replaceAll('=', '').slice(shift === 0 ? 0 : 4, -1);
  });
  return new RegExp(forms.map((form) => form.replaceAll('+', '\\+')).join('|'));
}

const base64Run = /[A-Za-z0-9+/_-]{40,}/g;
const colonHex = /(?:[0-9a-f]{2}:){19,}[0-9a-f]{2}/gi;
/** Bytes as JSON writes a Buffer. */
const byteList = /(?:\d{1,3},\s*){19,}\d{1,3}/g;

/** Finds secrets, in every form in which software is wont to print them. */
export class LeakFinder {
  readonly #needles: Needles;
  readonly #kinds: readonly Kind[];

  /** @param certificates `hidden` where no certificate may be found either */
  constructor(secrets: readonly Secret[], certificates: Certificates = 'hidden') {
    this.#needles = needlesOf(secrets, certificates);
    this.#kinds = certificates === 'open' ? privateKinds : [...kinds, ...privateKinds];
  }

  /** Every leak once for each place. */
  leaksIn(traces: Iterable<Trace>): readonly Leak[] {
    const leaks = new Map<string, Leak>();
    for (const { where, text } of traces) {
      for (const what of this.#found(text)) leaks.set(`${where} ${what}`, { where, what });
    }
    return [...leaks.values()];
  }

  *#found(text: string): Iterable<string> {
    for (const [what, pattern] of this.#kinds) if (pattern.test(text)) yield what;
    for (const [token, name] of this.#needles.whole) if (text.includes(token)) yield name;
    for (const [run] of text.matchAll(base64Run)) {
      yield* known(run.replaceAll('-', '+').replaceAll('_', '/'), this.#needles.base64);
      if (/^[0-9a-f]+$/i.test(run)) yield* known(run.toLowerCase(), this.#needles.hex);
    }
    for (const [run] of text.matchAll(colonHex)) {
      yield* known(run.replaceAll(':', '').toLowerCase(), this.#needles.hex);
    }
    for (const [run] of text.matchAll(byteList)) {
      yield* known(Buffer.from(run.split(',').map(Number)).toString('hex'), this.#needles.hex);
    }
  }
}

function* known(run: string, needles: ReadonlyMap<string, string>): Iterable<string> {
  for (let start = 0; start + windowOf <= run.length; start += 1) {
    const name = needles.get(run.slice(start, start + windowOf));
    if (name !== undefined) yield name;
  }
}
