import { expect, it } from 'vitest';
import { loadTemporalSettings } from '../../worker/temporal-settings.ts';

const load = (address: string) =>
  loadTemporalSettings({ TEMPORAL_ADDRESS: address, TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml' });

it.each([
  '127.0.0.1:7233',
  'localhost:7233',
  'ns.acct.tmprl.cloud:7233',
  '[::1]:7233',
  'temporal_server:443',
])('takes the address %s', (address) => {
  expect(load(address).connectionOptions.address).toBe(address);
});

it.each(['garbage', 'host:99999', 'http://host:7233', 'host:7233/path', ':7233'])(
  'refuses %s as a bad setting, before any server is asked',
  (address) => {
    expect(() => load(address)).toThrow(
      expect.objectContaining({
        code: 'TEMPORAL_CONFIG_INVALID',
        details: expect.objectContaining({ found: address }) as object,
      }),
    );
  },
);
