import type { CaRequest } from '../../pki/ca-request.ts';
import { composeBundle } from '../../pki/bundle.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { refuseUnfit } from '../../pki/checks/judge.ts';
import { seeSet } from '../../pki/checks/seen-set.ts';
import { issueIntermediate, type SigningCa } from '../../pki/issue.ts';
import { usualDays } from '../../pki/profiles.ts';
import { recognise } from '../../pki/recognise.ts';
import { Problem } from '../../problems/problem.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { exit } from '../exit.ts';
import { outputFlag, usage } from '../flags.ts';
import { printMade, requestLines } from '../render/made.ts';
import { afterSigning } from './after-signing.ts';
import { inFolder } from './ca-paths.ts';
import { madeCertificate, madeDocument, toldRequest, type MadeFile } from './made.ts';
import { backdateFlag, daysFlag, folder, outFlag, refuseUnsaid } from './make-flags.ts';
import { passphraseFlags, type PassphraseFlags } from './passphrase.ts';
import { readIfThere, readRequests, type ReadRequest } from './read-requests.ts';
import { readRoot, unlockRoot } from './root-ca.ts';
import { isSignedIn } from './signed-before.ts';
import { refuseExisting, writeNew, type NewFile } from './write-new.ts';

type Flags = PassphraseFlags &
  Readonly<{
    root: string;
    rootInUse: boolean;
    rootKey?: string;
    out: string;
    days: number;
    backdate: number;
  }>;

export const sign = command<Flags, readonly string[]>({
  brief: 'Sign requests for intermediates with the key of a root; needs no network',
  examples: [
    [
      './requests --root ./root-b --out ./signed',
      'asks for the passphrase of root-key.pem, and signs them all',
    ],
    [
      './requests.pem --root ./root-b --root-key /media/key.pem --out ./signed',
      'takes the key from elsewhere',
    ],
  ],
  parameters: {
    flags: {
      root: {
        kind: 'parsed',
        parse: folder('--root'),
        brief: 'The folder of the root: root-cert.pem and root-key.pem',
        placeholder: 'DIR',
      },
      rootInUse: {
        kind: 'boolean',
        default: false,
        brief: 'The mesh trusts that root already: it is taken as it was made',
      },
      rootKey: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'The file of its key, where that is not in the folder',
        placeholder: 'FILE',
      },
      out: outFlag,
      days: daysFlag(usualDays.intermediate),
      backdate: backdateFlag,
      ...passphraseFlags,
      output: outputFlag,
    },
    aliases: { o: 'output' },
    positional: {
      kind: 'array',
      parameter: { parse: String, brief: 'A file of requests, or a folder of them', placeholder: 'PATH' },
    },
  },
  async run(context, flags, ...paths) {
    if (paths.length === 0) throw usage('PATH', 'files or folders of requests', 'nothing');
    refuseUnsaid(flags, context.now());
    const given = await readRequests(paths);
    const root = await readRoot(flags.root);
    const rootFile = await rootFileFor(flags.out, root);
    const requests = await unsigned(context, given, root, flags.out);
    if (requests.length === 0) return exit.ok;
    await refuseExisting(requests.flatMap(({ unit }) => pathsOf(flags.out, unit)));
    const told = requests.map(toldRequest);
    context.process.stderr.write(requestLines(told, context.terminal?.columns));
    const keyFile = flags.rootKey ?? inFolder.rootKey(flags.root);
    const issuer = await unlockRoot(context, flags, { root, keyFile });
    if (issuer === undefined) return exit.interrupted;
    const signed = [];
    for (const request of requests) signed.push(await signOne(request, issuer, flags, context.now()));
    context.interrupted.throwIfAborted();
    await writeNew([
      ...rootFile,
      ...signed.flatMap(({ unit, cert }) => filesOf(flags.out, unit, cert, root)),
    ]);
    const document = madeDocument({
      files: [
        ...rootFile.map(({ path }): MadeFile => ({ path, holds: 'certificate' })),
        ...signed.flatMap(({ unit }): readonly MadeFile[] => [
          { path: inFolder.cert(flags.out, unit), holds: 'certificate' },
          { path: inFolder.chain(flags.out, unit), holds: 'chain' },
        ]),
      ],
      certificates: signed.map(({ unit, cert }) => madeCertificate(cert, unit)),
    });
    printMade(context, document, flags.output);
    context.process.stderr.write(cutShort(signed, root) + afterSigning(requests, flags.out));
    return exit.ok;
  },
});

/**
 * Throws Problem FILE_EXISTS where the folder has another root. Its own, which may be the very file that was read, is
 * left as it is, whatever stands around the certificate.
 */
async function rootFileFor(out: string, root: Certificate): Promise<readonly NewFile[]> {
  const path = inFolder.root(out);
  const there = await readIfThere(path);
  if (there === undefined) return [{ path, text: root.pem }];
  const { certificates, keyBlocks } = recognise(Buffer.from(there), path);
  const [only, ...others] = certificates;
  if (only?.fingerprint === root.fingerprint && others.length + keyBlocks === 0) return [];
  throw new Problem('FILE_EXISTS', {
    object: path,
    expected: 'the root that signs, or no file',
    found: 'another text',
  });
}

function pathsOf(out: string, unit: string): readonly string[] {
  return [inFolder.cert(out, unit), inFolder.chain(out, unit)];
}

/** The chain is the intermediate and its root, as Istio's own Makefile leaves it. */
function filesOf(out: string, unit: string, cert: Certificate, root: Certificate): readonly NewFile[] {
  return [
    { path: inFolder.cert(out, unit), text: cert.pem },
    { path: inFolder.chain(out, unit), text: composeBundle([cert, root]) },
  ];
}

/**
 * Signs, and holds what was made to the table of checks, as whoever takes it will. Throws the first Problem that this
 * calls fatal, and CERT_EXPIRED.
 */
async function signOne(request: CaRequest, issuer: SigningCa, flags: Flags, now: Date) {
  const { days, backdate, rootInUse } = flags;
  const { unit, subject, publicKeyInfo } = request;
  const cert = await issueIntermediate({
    ...{ issuer, subject, publicKey: publicKeyInfo, days, now },
    backdateMs: backdate * 1000,
  });
  const root = issuer.cert;
  const texts = { root: root.pem, cert: cert.pem, chain: composeBundle([cert, root]) };
  const needs = { rootsInUse: rootInUse };
  refuseUnfit(seeSet(texts, { object: `the set of ${unit}`, at: now, needs }), 'new');
  return { unit, cert };
}

/** Tells those that are signed already, which need no passphrase, and gives the others. */
async function unsigned(
  { process }: Pick<Context, 'process'>,
  requests: readonly ReadRequest[],
  root: Certificate,
  out: string,
): Promise<readonly ReadRequest[]> {
  const before = await Promise.all(requests.map((request) => isSignedIn(out, request, root)));
  const done = requests.filter((_, index) => before[index] === true);
  for (const { unit } of done)
    process.stderr.write(`${unit} is signed already: ${inFolder.cert(out, unit)}\n`);
  return requests.filter((_, index) => before[index] === false);
}

function cutShort(signed: readonly { readonly cert: Certificate }[], root: Certificate): string {
  const isCut = signed.some(({ cert }) => cert.notAfter.getTime() === root.notAfter.getTime());
  return isCut ? 'They end with their root, before the days are over that were asked for.\n' : '';
}
