import { expect, it, vi } from 'vitest';
import { progressAtEnd } from '../../../cli/demo/at-end.ts';
import type { Rotations } from '../../../cli/rotations.ts';
import { completed } from '../samples.ts';

const name = { fleet: 'lab', mesh: 'payments' };
const silent = { kind: 'silent', memo: undefined } as const;

it('a rotation that has ended is told once its worker, which is busy, answers', async () => {
  const ended = completed();
  const look = vi.fn<Rotations['look']>(() => Promise.resolve({ kind: 'live', progress: ended }));
  look.mockResolvedValueOnce(silent).mockResolvedValueOnce(silent);
  await expect(progressAtEnd({ look }, name)).resolves.toBe(ended);
  expect(look).toHaveBeenCalledTimes(3);
});

it('a rotation that has ended, whose worker is gone, is an error', async () => {
  const look = () => Promise.resolve(silent);
  await expect(progressAtEnd({ look }, name, 0)).rejects.toThrow('its worker does not answer');
});
