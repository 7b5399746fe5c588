import { describe, expect, it } from 'vitest';
import { nameOf, prefixOf, rotationIn } from '../../../activities/evidence/names.ts';

const rotation = { fleet: 'prod', mesh: 'payments', rotationId: 'r-1' };
const end = {
  kind: 'end',
  state: 'completed',
  startedAt: '2026-11-21T00:00:00.000Z',
  endedAt: '2026-11-21T01:00:00.000Z',
  versionsWritten: 12,
  stops: [],
} as const;

describe('the name of a document', () => {
  it('begins with its rotation’s', () => {
    expect(nameOf(rotation, end)).toBe('prod/payments/r-1/end.json');
    expect(rotationIn(nameOf(rotation, end))).toBe('r-1');
  });

  it.each(['..', '../../etc', '.', 'a/b', 'ü', 'r 1', '%2E%2E', '~.', '~'])(
    'does not lead out of it with id %s',
    (id) => {
      const name = nameOf({ ...rotation, rotationId: id }, end);
      expect(new URL(name, 'https://store/').pathname.startsWith('/prod/payments/')).toBe(true);
      expect(name.split('/')).toHaveLength(4);
      expect(rotationIn(name)).toBe(id);
      expect(prefixOf({ ...rotation, rotationId: id })).toBe(name.replace('end.json', ''));
    },
  );
});
