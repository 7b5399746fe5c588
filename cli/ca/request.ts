import { createPublicKey } from 'node:crypto';
import { readCaRequests } from '../../pki/ca-request.ts';
import { makeCaCsr } from '../../pki/csr.ts';
import { intermediateName } from '../../pki/generation.ts';
import { generateKey, type KeyType } from '../../pki/key-types.ts';
import { keyPem } from '../../pki/make.ts';
import { publicKeyInfo } from '../../pki/tbs.ts';
import { sideBySide } from '../../rotation/side-by-side.ts';
import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { outputFlag } from '../flags.ts';
import { printMade } from '../render/made.ts';
import { quoted } from '../rotation/plan-flags.ts';
import { inFolder } from './ca-paths.ts';
import { madeDocument, toldRequest, type MadeFile } from './made.ts';
import { keyTypeFlag, organizationFlag, outFlag } from './make-flags.ts';
import { unitsOf } from './units.ts';
import { refuseExisting, writeNew, type NewFile } from './write-new.ts';

type Flags = Readonly<{
  out: string;
  file?: string;
  mesh?: string;
  organization: string;
  keyType: KeyType;
  output: 'text' | 'json';
}>;

const name = { kind: 'parsed', parse: String, optional: true } as const;

export const request = command<Flags, readonly string[]>({
  brief: 'Make the keys of new intermediates, and requests for their certificates; needs no network',
  examples: [
    [
      'aks-weu-1 aks-neu-1 --out ./root-b',
      'makes ca-key.pem and ca-cert.csr for each, in a folder of its own',
    ],
    ['-f prod.yaml --mesh payments --out ./root-b', 'makes them for every control plane of a mesh'],
  ],
  parameters: {
    flags: {
      out: outFlag,
      file: { ...name, brief: 'The fleet file that names the units', placeholder: 'FILE' },
      mesh: { ...name, brief: 'The mesh; may be left out where the fleet has one', placeholder: 'NAME' },
      organization: organizationFlag,
      keyType: keyTypeFlag,
      output: outputFlag,
    },
    aliases: { f: 'file', m: 'mesh', o: 'output' },
    positional: {
      kind: 'array',
      parameter: {
        parse: String,
        brief: 'The name of a control plane’s cluster, as in the fleet file',
        placeholder: 'UNIT',
      },
    },
  },
  async run(context, flags, ...named) {
    const { out, output } = flags;
    const units = await unitsOf(named, flags);
    await refuseExisting(units.flatMap((unit) => [inFolder.key(out, unit), inFolder.request(out, unit)]));
    const made = await sideBySide(units, width, (unit) => makeRequest(unit, flags));
    context.interrupted.throwIfAborted();
    await writeNew(made.flatMap(({ files }) => files));
    const document = madeDocument({
      files: units.flatMap((unit): readonly MadeFile[] => [
        { path: inFolder.key(out, unit), holds: 'privateKey' },
        { path: inFolder.request(out, unit), holds: 'request' },
      ]),
      requests: made.flatMap(({ told }) => told),
    });
    printMade(context, document, output);
    const folder = quoted(out);
    context.process.stderr.write(
      `Have them signed where the root key is: meshturn ca sign ${folder} --root DIR --out ${folder}\n` +
        `It takes the requests alone: let no ca-key.pem leave the machine that it is to be read on.\n`,
    );
    return exit.ok;
  },
});

/** Keys that are made at once: node has as many threads for it. */
const width = 4;

async function makeRequest(unit: string, { out, keyType, organization }: Flags) {
  const key = await generateKey(keyType);
  const publicKey = createPublicKey(key);
  const name = intermediateName({ unit, publicKey: publicKeyInfo(publicKey), organization });
  const pem = makeCaCsr({ key, name });
  const files: readonly NewFile[] = [
    { path: inFolder.key(out, unit), text: keyPem(key), isSecret: true },
    { path: inFolder.request(out, unit), text: pem },
  ];
  return { files, told: readCaRequests(pem, inFolder.request(out, unit)).map(toldRequest) };
}
