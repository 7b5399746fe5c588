import { DefaultLogger, Runtime } from '@temporalio/worker';

let isInstalled = false;

/** The SDK takes one runtime a process, which test files may share: the first of them installs it. */
export function quietRuntime(): void {
  if (isInstalled) return;
  isInstalled = true;
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'off' } } });
}
