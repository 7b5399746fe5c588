import { beforeAll, describe, expect, it } from 'vitest';
import { listAll } from '../../../activities/kube/list-all.ts';
import { newPlace, refusal, type Place } from './place.ts';
import type { KubeWorld } from './world.ts';

/** Lists with limit and continue, and the product's own over all pages. */
export function lists(open: () => KubeWorld): void {
  describe('a list', () => {
    let place: Place;
    const all = ['s-0', 's-1', 's-2', 's-3', 's-4'];
    const list = (o: {
      limit?: number;
      _continue?: string;
      labelSelector?: string;
      fieldSelector?: string;
    }) => place.client.core.listNamespacedSecret({ namespace: place.namespace, ...o });
    const names = ({ items }: Awaited<ReturnType<typeof list>>) =>
      items.map(({ metadata }) => metadata?.name);
    const create = (name: string, value = 'old', labels: Record<string, string> = {}) =>
      place.client.core.createNamespacedSecret({
        namespace: place.namespace,
        body: { metadata: { name, labels }, stringData: { value } },
      });
    const remove = (name: string) =>
      place.client.core.deleteNamespacedSecret({ namespace: place.namespace, name });

    beforeAll(async () => {
      place = await newPlace(open());
      for (const [index, name] of all.entries()) {
        const parity = index % 2 === 0 ? 'even' : 'odd';
        await create(name, 'old', { parity, ...(index === 0 ? { first: 'yes' } : {}) });
      }
    });

    it('shows on every page the state of the first, whatever changes between them', async () => {
      const first = await list({ limit: 2 });
      expect(names(first)).toEqual(['s-0', 's-1']);
      expect(first.metadata?.remainingItemCount).toBe(3);
      await remove('s-3');
      await create('s-3', 'new');
      await create('s-9');
      await remove('s-2');
      const second = await list({ limit: 2, _continue: first.metadata?._continue ?? '' });
      expect(names(second)).toEqual(['s-2', 's-3']);
      expect(second.items[1]?.data?.['value']).toBe(Buffer.from('old').toString('base64'));
      const third = await list({ limit: 2, _continue: second.metadata?._continue ?? '' });
      expect(names(third)).toEqual(['s-4']);
      expect(third.metadata?._continue ?? '').toBe('');
      const versions = [first, second, third].map(({ metadata }) => metadata?.resourceVersion);
      expect(new Set(versions).size).toBe(1);
      await remove('s-9');
      await create('s-2', 'old', { parity: 'even' });
    });

    it.each([
      ['parity=even', 3],
      ['parity!=even,first', 0],
      ['parity in (odd,none),!first', 1],
      ['first notin (yes)', 4],
    ])(
      'of the label selector %s has %i objects, and does not count what remains',
      async (labelSelector, count) => {
        const page = await list({ labelSelector, limit: 2 });
        expect(page.metadata?.remainingItemCount).toBeUndefined();
        expect(names(await list({ labelSelector }))).toHaveLength(count);
      },
    );

    it('of a field selector chooses by name', async () => {
      expect(names(await list({ fieldSelector: 'metadata.name=s-4' }))).toEqual(['s-4']);
    });

    it('refuses a page token that is none', async () => {
      expect(await refusal(list({ limit: 2, _continue: 'none' }))).toMatchObject({
        ...{
          code: 400,
          reason: 'BadRequest',
          message: expect.stringContaining('continue key is not valid') as string,
        },
      });
    });

    it('goes on with its next page after the API server was restarted', async () => {
      const first = await list({ limit: 2 });
      await place.world.restart();
      const second = await list({ limit: 9, _continue: first.metadata?._continue ?? '' });
      expect([...names(first), ...names(second)]).toEqual(all);
    });

    it('refuses a page of a state that is forgotten as Expired', async () => {
      const first = await list({ limit: 2 });
      await create('s-5');
      await place.world.forget();
      const late = await refusal(list({ limit: 2, _continue: first.metadata?._continue ?? '' }));
      expect(late).toMatchObject({ code: 410, reason: 'Expired' });
      expect(late.message).toMatch(
        /^The provided continue parameter is too old to display a consistent list result\. You can start a new list/,
      );
      await remove('s-5');
    });

    it('of the product is read page by page, and begins again where a page is of a state that is forgotten', async () => {
      let pages = 0;
      const found = await listAll('secrets', async (page) => {
        pages += 1;
        if (pages === 2) {
          await create('s-6');
          await place.world.forget();
        }
        return list({ ...page, limit: 2 });
      });
      expect(found.map(({ metadata }) => metadata?.name)).toEqual([...all, 's-6']);
      expect(pages).toBe(2 + 3);
      await remove('s-6');
    });
  });
}
