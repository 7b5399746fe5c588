import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { EvidenceStore } from '../../activities/evidence/store.ts';

/** What every store of evidence must do. `open` opens the same store each time. */
export function storeContract(open: () => Promise<EvidenceStore>): void {
  const own = () => `prod/payments/r-${randomUUID()}/`;

  it('gives back what was put into it, byte for byte', async () => {
    const prefix = own();
    const text = '{ "subject": "CN=Würzel ✔" }\n';
    await (await open()).write(`${prefix}start.json`, text);
    await expect((await open()).read(`${prefix}start.json`)).resolves.toBe(text);
  });

  it('has nothing where nothing was put', async () => {
    const store = await open();
    const prefix = own();
    await expect(store.read(`${prefix}start.json`)).resolves.toBeUndefined();
    await expect(store.list(prefix)).resolves.toEqual([]);
  });

  it('keeps what was there first, and takes the same again', async () => {
    const store = await open();
    const name = `${own()}phases/01-distribute.json`;
    await store.write(name, 'first');
    await store.write(name, 'first');
    await store.write(name, 'second');
    await expect(store.read(name)).resolves.toBe('first');
  });

  it('takes the same text from several writers at once', async () => {
    const store = await open();
    const name = `${own()}end.json`;
    await Promise.all(Array.from({ length: 5 }, () => store.write(name, 'the end')));
    await expect(store.read(name)).resolves.toBe('the end');
  });

  it('lists what begins with a prefix, sorted, and nothing of another rotation', async () => {
    const store = await open();
    const [mine, other] = [own(), own()];
    const names = ['units/revoke/b.0.json', 'start.json', 'units/revoke/a.0.json'].map((name) => mine + name);
    for (const name of names) await store.write(name, name);
    await store.write(`${other}start.json`, 'other');
    await expect(store.list(mine)).resolves.toEqual(names.toSorted());
    await expect(store.list(`${mine}units/revoke/`)).resolves.toEqual(
      ['a', 'b'].map((unit) => `${mine}units/revoke/${unit}.0.json`),
    );
  });

  it('takes ids that are no plain names', async () => {
    const store = await open();
    const name = `prod/payments/${encodeURIComponent(`../ü ${randomUUID()}`)}/start.json`;
    await store.write(name, 'odd');
    await expect(store.list(name.replace('start.json', ''))).resolves.toEqual([name]);
    await expect(store.read(name)).resolves.toBe('odd');
  });
}
