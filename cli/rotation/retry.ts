import { nearest } from '../../fleet/nearest.ts';
import { Problem } from '../../problems/problem.ts';
import { refusalOf } from '../../rotation/refusal.ts';
import { stoppedClusters } from '../../rotation/reports.ts';
import { command } from '../command.ts';
import { meshArgument, outputFlag } from '../flags.ts';
import type { MeshName, Seen } from '../rotations.ts';
import { live, refused, sayTold, sayTried } from './tell.ts';

type Flags = Readonly<{ cluster?: string; reason?: string; dryRun: boolean; output: 'text' | 'json' }>;

export const retry = command<Flags, [MeshName]>({
  brief: 'Go on with what is stopped, after the cause has been mended',
  examples: [
    ['prod/payments', 'goes on with every stopped cluster'],
    ['prod/payments --cluster aks-eus-1', 'goes on with one'],
    ['prod/payments --dry-run', 'says what would go on'],
  ],
  parameters: {
    flags: {
      cluster: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Only this cluster',
        placeholder: 'NAME',
      },
      reason: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'What was mended; kept with the rotation',
        placeholder: 'TEXT',
      },
      dryRun: { kind: 'boolean', default: false, brief: 'Only say what would go on' },
      output: outputFlag,
    },
    aliases: { o: 'output' },
    positional: meshArgument,
  },
  async run({ process, rotations }, { cluster, reason, dryRun, output }, name) {
    const server = await rotations();
    const mesh = `${name.fleet}/${name.mesh}`;
    if (dryRun) {
      const seen = await server.look(name);
      const lines = wouldGoOn(seen, name, cluster).map((line) => `${line}\n`);
      return sayTried(process, lines.join(''), seen, output);
    }
    await server
      .retry(name, {
        ...(cluster === undefined ? {} : { cluster }),
        ...(reason === undefined ? {} : { reason }),
      })
      .catch(async (error: unknown) => {
        if (cluster !== undefined) verifyCluster(await server.look(name), mesh, cluster);
        throw error;
      });
    const told = `${mesh} goes on${cluster === undefined ? '' : ` in ${cluster}`}.`;
    return sayTold(process, told, { server, mesh: name, output });
  },
});

/** Throws what the command itself would: WORKER_MISSING, COMMAND_REFUSED. */
function wouldGoOn(seen: Seen, name: MeshName, cluster: string | undefined): readonly string[] {
  const mesh = `${name.fleet}/${name.mesh}`;
  const progress = live(seen, name);
  if (cluster !== undefined) verifyCluster(seen, mesh, cluster);
  const request = cluster === undefined ? {} : { cluster };
  const refusal = refusalOf(progress, 'retry', request);
  if (refusal !== undefined) throw refused(name, refusal);
  const found = stoppedClusters(progress, request);
  const whole = cluster === undefined ? progress.stopped : undefined;
  return [
    ...(whole === undefined || found.length > 0 ? [] : [`${mesh} would go on   [${whole.code}]`]),
    ...found.map(({ phase, step }) => {
      const at = step.doing === undefined ? phase : `${phase}, at ${step.doing}`;
      return `${step.cluster} would go on in ${at}   [${step.stopped?.code ?? ''}]`;
    }),
    'Nothing was changed.',
  ];
}

/** Throws COMMAND_REFUSED for a name that is none of the rotation's clusters, as far as it has planned any. */
function verifyCluster(seen: Seen, mesh: string, cluster: string): void {
  if (seen.kind === 'silent') return;
  const known = [
    ...new Set(seen.progress.phases.flatMap(({ clusters }) => clusters.map((step) => step.cluster))),
  ];
  if (known.length === 0 || known.includes(cluster)) return;
  const likely = nearest(cluster, known);
  throw new Problem('COMMAND_REFUSED', {
    object: mesh,
    expected: `one of ${known.join(', ')}`,
    found: `no cluster ${cluster} in this rotation`,
    hint:
      likely === undefined
        ? `look at its clusters: meshturn rotation status ${mesh}`
        : `did you mean --cluster ${likely}?`,
  });
}
