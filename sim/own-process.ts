import { parseArgs } from 'node:util';
import { usualHandshakesPerSecond } from './demo/profiles.ts';
import { isSimIssuer, type SimIssuer } from './issuing/issuers.ts';

/** A fleet that is a process of its own: what it was started with, and when it is told to end. */
export interface OwnProcess {
  readonly directory: string;
  readonly clusters: number;
  readonly seed: number;
  readonly issuer: SimIssuer;
  readonly handshakesPerSecond: number;
  /** The folder was made for it, and goes with it. */
  readonly removesDirectory: boolean;
  /** Aborted when its stdin ends, nobody reads its stdout any more, or by SIGTERM or SIGINT. */
  readonly told: AbortSignal;
}

/**
 * Reads `--dir DIR [--clusters N] [--seed 1] [--issuer files] [--handshakes 60] [--remove-dir]`, handshakes in a second,
 * and stays alive for as long as its stdin is open.
 */
export function ownProcess(o: { readonly clusters: number }): OwnProcess {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      clusters: { type: 'string', default: String(o.clusters) },
      seed: { type: 'string', default: '1' },
      issuer: { type: 'string', default: 'files' },
      handshakes: { type: 'string', default: String(usualHandshakesPerSecond) },
      'remove-dir': { type: 'boolean', default: false },
    },
  });
  const { dir: directory, clusters, seed, issuer } = values;
  if (directory === undefined) throw new Error('expected --dir DIR');
  if (!isSimIssuer(issuer)) throw new Error(`expected an --issuer that is simulated, found ${issuer}`);
  const told = new AbortController();
  const end = (): void => told.abort();
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.stdin.once('end', end).once('close', end);
  // Whoever was to read the line is gone: the end of stdin says so too.
  process.stdout.on('error', end);
  process.stdin.resume();
  return {
    ...{ directory, clusters: Number(clusters), seed: Number(seed), issuer },
    handshakesPerSecond: Number(values.handshakes),
    ...{ removesDirectory: values['remove-dir'], told: told.signal },
  };
}
