import { CancellationScope, isCancellation } from '@temporalio/workflow';

/** A run that a command may cut off; `cutOff` is set while there is anything to cut off. */
interface Cuttable {
  cutOff: (() => void) | undefined;
}

/** Undefined where it was cut off: where it was cancelled while `isCut`. */
export async function unlessCutOff<T>(
  run: Cuttable,
  isCut: () => boolean,
  walk: () => Promise<T>,
): Promise<T | undefined> {
  const scope = new CancellationScope();
  run.cutOff = () => {
    scope.cancel();
  };
  try {
    return await scope.run(walk);
  } catch (error) {
    if (!isCancellation(error) || !isCut()) throw error;
    return undefined;
  } finally {
    run.cutOff = undefined;
  }
}
