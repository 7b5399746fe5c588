import { expect, it, vi } from 'vitest';
import { pinoLogger } from '../../worker/log.ts';

it.skipIf(process.platform !== 'linux')('a log whose disk is full is told once, and ends nothing', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const log = pinoLogger('/dev/full');
  for (const message of ['one', 'two']) log.info(message);
  expect(write.mock.calls).toEqual([
    ['warning: the log /dev/full is not written: ENOSPC: no space left on device, write\n'],
  ]);
  write.mockRestore();
});
