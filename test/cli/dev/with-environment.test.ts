import { expect, it, vi } from 'vitest';
import { usedUp } from '../../../cli/dev/with-environment.ts';
import { processContext } from '../../../cli/process.ts';

const context = processContext(new AbortController().signal);
const up = () => ({ failed: new AbortController(), close: vi.fn(() => Promise.resolve()) });

it('what is used is ended then, and what it was used for is told', async () => {
  const { failed, close } = up();
  const environment = { failed: failed.signal, close };
  await expect(usedUp(environment, context, () => Promise.resolve(3))).resolves.toBe(3);
  const refused = () => Promise.reject(new Error('refused'));
  await expect(usedUp(environment, context, refused)).rejects.toThrow('refused');
  expect(close).toHaveBeenCalledTimes(2);
});

it('a part that fails interrupts the use, and is told in place of what comes of that', async () => {
  const { failed, close } = up();
  const using = usedUp({ failed: failed.signal, close }, context, ({ interrupted }) => {
    failed.abort(new Error('the server ended'));
    expect(interrupted.aborted).toBe(true);
    return Promise.reject(new Error('no server answers'));
  });
  await expect(using).rejects.toThrow('the server ended');
  expect(close).toHaveBeenCalledOnce();
});

it('what cannot be ended is told where nothing else is', async () => {
  const failed = new AbortController().signal;
  const environment = { failed, close: () => Promise.reject(new Error('ENOTEMPTY')) };
  const refused = () => Promise.reject(new Error('refused'));
  await expect(usedUp(environment, context, refused)).rejects.toThrow('refused');
  await expect(usedUp(environment, context, () => Promise.resolve(3))).rejects.toThrow('ENOTEMPTY');
});
