import { loadFleet } from '../../fleet/load.ts';
import { Problem } from '../../problems/problem.ts';
import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { fileFlag } from '../flags.ts';
import { renderError } from '../render/problem.ts';
import { meshOf, planFlags } from './plan-flags.ts';
import { readSigned } from './signed-files.ts';

type Flags = Readonly<{ file: string; mesh?: string }>;

export const submit = command<Flags, [string]>({
  brief: 'Bring signed certificates to a rotation that waits for them; some of them will do',
  examples: [['-f prod.yaml --mesh payments ./signed', 'takes every certificate of a request that waits']],
  parameters: {
    flags: { file: fileFlag, mesh: planFlags.mesh },
    aliases: { f: 'file', m: 'mesh' },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, brief: 'The folder of signed certificates', placeholder: 'DIR' }],
    },
  },
  async run({ process, rotations }, { file, mesh: named }, folder) {
    const fleet = await loadFleet(file);
    const name = { fleet: fleet.name, mesh: meshOf(fleet, named).name };
    const server = await rotations();
    const { requests: waiting, staging } = await server.requests(name);
    const { signed, others, broken } = await readSigned(folder, waiting);
    let refused = others.length + broken.length;
    for (const problem of broken) process.stderr.write(renderError(problem));
    for (const other of others) {
      process.stderr.write(
        renderError(new Problem('CERTIFICATE_NOT_REQUESTED', { object: `${folder}/${other}` })),
      );
    }
    for (const { unit, file: from, publicKey, chain } of signed) {
      try {
        const fingerprint = await server.submit(name, { publicKey, chain });
        process.stdout.write(`${unit} ${fingerprint} ${from}\n`);
      } catch (error) {
        if (!(error instanceof Problem) || !ofCertificate(error)) throw error;
        refused += 1;
        process.stderr.write(renderError(error));
      }
    }
    const taken = signed.length + others.length + broken.length - refused;
    process.stderr.write(`${taken} taken, ${refused} refused; ${waiting.length - taken} still waited for.\n`);
    if (staging) process.stderr.write('Not all requests are known yet: bring what was refused once more.\n');
    return refused === 0 ? exit.ok : exit.failed;
  },
});

/** What is wrong with one certificate is no hindrance to the others; what is wrong with the server is. */
function ofCertificate({ code }: Problem): boolean {
  return !code.startsWith('TEMPORAL_') && code !== 'WORKER_MISSING' && code !== 'ROTATION_UNKNOWN';
}
