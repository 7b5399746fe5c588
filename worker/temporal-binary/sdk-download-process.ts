/**
 * Arguments: `dev-server` or `time-skipping`, and a folder. Downloads that server to the folder as the SDK
 * does. Exit code 0 when it is there; otherwise one line on stderr says why not.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [server, downloadDir = '.'] = process.argv.slice(2);
const executable = { type: 'cached-download', downloadDir } as const;
try {
  const environment =
    server === 'dev-server'
      ? await TestWorkflowEnvironment.createLocal({ server: { executable } })
      : await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  await environment.teardown();
  process.exit(0);
} catch (error) {
  console.error(innermost(error));
  process.exit(1);
}

/** The SDK's message repeats itself from cause to cause; its last part is the one that tells. */
function innermost(error: unknown): string {
  const text = error instanceof Error ? error.message : 'unknown error';
  return text.split('): ').at(-1) ?? text;
}
