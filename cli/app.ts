import { buildApplication, buildRouteMap, help as helpFlag, run, version } from '@stricli/core';
import { init } from './ca/init.ts';
import { inspect } from './ca/inspect.ts';
import { request } from './ca/request.ts';
import { sign } from './ca/sign.ts';
import { verify } from './ca/verify.ts';
import type { Context } from './context.ts';
import { demo } from './demo.ts';
import { dev } from './dev.ts';
import { exit } from './exit.ts';
import { validate } from './fleet/validate.ts';
import { environment } from './help/environment.ts';
import { exitCodes } from './help/exit-codes.ts';
import { abort, pause, resume } from './rotation/control.ts';
import { list } from './rotation/list.ts';
import { planCommand } from './rotation/plan.ts';
import { report } from './rotation/report.ts';
import { retry } from './rotation/retry.ts';
import { requests } from './rotation/requests.ts';
import { rollback } from './rotation/rollback.ts';
import { start } from './rotation/start.ts';
import { status } from './rotation/status.ts';
import { submit } from './rotation/submit.ts';
import { watch } from './rotation/watch.ts';
import { setup } from './setup.ts';
import { texts } from './texts.ts';
import { ownVersion } from './version.ts';
import { worker } from './worker.ts';

const fleet = buildRouteMap({ routes: { validate }, docs: { brief: 'Fleet files: what is to be rotated' } });

const rotation = buildRouteMap({
  routes: {
    plan: planCommand,
    start,
    status,
    watch,
    pause,
    resume,
    retry,
    abort,
    rollback,
    requests,
    submit,
    report,
    list,
  },
  docs: { brief: 'Rotations: plan, start, follow, mend, end and undo them' },
});

const ca = buildRouteMap({
  routes: { init, request, sign, verify, inspect },
  docs: { brief: 'CAs: make them off line, and see what certificates and keys are' },
});

const help = buildRouteMap({
  routes: { exitCodes, environment },
  docs: { brief: 'Pages of help: exit-codes, environment' },
});

const root = buildRouteMap({
  routes: { fleet, rotation, ca, dev, demo, setup, worker, help },
  docs: {
    brief: 'Rotates the CAs of Istio meshes that span many clusters, and drops no connection while it does',
    fullDescription: `Rotates the CAs of Istio meshes that span many clusters, and drops no connection while it does.

First:  meshturn fleet validate prod.yaml
Then:   meshturn rotation plan -f prod.yaml --mesh payments --root ./root-b`,
  },
});

const documentation = {
  caseStyle: 'convert-camel-to-kebab',
  useAliasInUsageLine: false,
  onlyRequiredInUsageLine: false,
} as const;

const application = buildApplication(
  root,
  {
    name: 'meshturn',
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true },
    localization: { text: texts },
  },
  {
    help: helpFlag({ brief: texts.briefs.help, defaultForRouteMap: true, formatting: documentation }),
    version: version({
      brief: texts.briefs.version,
      alias: false,
      info: { getCurrentVersion: ownVersion },
    }),
  },
);

/** Runs a command line; the exit code is left in `context.process.exitCode`. */
export async function runCommandLine(argv: readonly string[], context: Context): Promise<void> {
  await run(application, argv, context);
  context.process.exitCode = ours(context.process.exitCode);
}

/** The parser's own codes are negative: what it cannot read is usage, all else a failure. */
function ours(code: Context['process']['exitCode']): number {
  const parser = { unknownCommand: -5, invalidArgument: -4 };
  const number = Number(code ?? 0);
  if (number === parser.unknownCommand || number === parser.invalidArgument) return 64;
  return number < 0 ? exit.failed : number;
}
