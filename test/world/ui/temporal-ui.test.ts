import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { spawned } from '../../cli/spawned.ts';
import { eventually as within } from '../../support/eventually.ts';
import { keep } from './artefacts.ts';
import { startChromium } from './chromium.ts';
import { addressesIn, commandFolder, disableKey } from './demo.ts';
import { Terminal } from './terminal.ts';
import { WorkflowPage } from './workflow-page.ts';

const eventually = <T>(look: () => T | Promise<T>) => within(look, 240);
const watch = 'meshturn rotation watch demo/payments';

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await startChromium();
  page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(100_000);
});
afterAll(async () => {
  await browser.close();
});

async function terminal(environment: Readonly<Record<string, string>>): Promise<Terminal> {
  const opened = new Terminal(`meshturn-${process.pid}`);
  await opened.start(100, 32, environment);
  onTestFinished(() => opened.end());
  return opened;
}

describe('a rotation of the demo', () => {
  it('tells its phase, clusters and stop in the Temporal UI, and goes on by the retry of its page', async () => {
    const demo = spawned(['demo', '--keep']);
    await demo.said('stdout', 'distribute begins');
    const { ui, temporal, fleetFile } = addressesIn(demo);
    const path = `${await commandFolder()}:${process.env['PATH'] ?? ''}`;
    const screen = await terminal({ TEMPORAL_ADDRESS: temporal, PATH: path });
    const recording: string[] = [];
    const record = async (title: string): Promise<void> => {
      recording.push(`── ${title} ──`, '', await screen.screen(), '');
    };
    await screen.type(watch);
    await eventually(async () => expect(await screen.screen()).toContain('● aks-weu-1'));
    await record('A rotation under way');
    await screen.resize(60, 24);
    await eventually(async () => {
      const text = await screen.screen();
      expect(text).toMatch(/Come back:\n {2}meshturn rotation watch demo\/payments$/);
      expect(text.match(/^demo\/payments · root/gm)).toHaveLength(1);
    });
    await screen.resize(100, 32);
    await screen.interrupt();
    await eventually(async () => expect(await screen.screen()).toMatch(/\n\$$/));
    await screen.type(`clear; ${watch}`);
    await demo.said('stdout', 'activate begins');
    const mend = await disableKey(fleetFile);

    await demo.said('stdout', '[KEY_VAULT_OBJECT_DISABLED]');
    const rotation = new WorkflowPage(page, ui, 'rotation/demo/payments');
    const stopped = await eventually(async () => {
      const details = await rotation.details();
      expect(details).toContain('■ activate 2⁄3 clusters');
      return details;
    });
    expect(stopped).toContain('✔ distribute 3⁄3 clusters');
    expect(stopped).toMatch(/■ aks-eus-1 stopped in activate: secret ca-key .*KEY_VAULT_OBJECT_DISABLED/);
    expect(stopped).toMatch(/aks-eus-1 trusts A B and signs with A[.;]/);
    expect(stopped).toMatch(/hint: az keyvault secret set-attributes --enabled true .*--name ca-key/);
    expect(stopped).toContain('retry with {"cluster":"aks-eus-1"}');
    expect(stopped).toMatch(/The mesh is safe: .*, until .* expires on \d{4}-\d\d-\d\d/);
    for (const cluster of ['aks-weu-1', 'aks-neu-1']) expect(stopped).toMatch(new RegExp(`✔ ${cluster}`));
    expect(stopped).toContain('○ revoke 0/3 clusters');
    await keep('temporal-ui-stopped.png', await page.screenshot());
    await eventually(async () => expect(await screen.screen()).toMatch(/retry demo\/payments[^]*\n\$$/));
    await record('Somebody disables a secret: its cluster stops, and the others end the phase');

    await rotation.showsInTimeline('activate on aks-eus-1');
    await keep('temporal-ui-timeline.png', await page.screenshot());
    const opened = async (tab: string, shows: string | RegExp) => {
      await rotation.open(tab);
      await eventually(async () => expect(await rotation.text()).toMatch(shows));
    };
    // The page renders no more of a long memo than its first lines.
    await opened('Memo', /"state": "stopped",\s+"phase": "activate"/);
    await opened('Search Attributes', /"MeshturnState": "stopped"/);
    expect(await rotation.updates()).toContainEqual(expect.stringMatching(/^retry\n.*Try again/));

    await mend();
    await rotation.send('retry', '{}');
    await screen.type(`clear; ${watch}`);
    await eventually(async () => expect(await screen.screen()).toContain('● activate'));
    await record('The secret is enabled again, and retry sent from the Temporal UI');
    await eventually(async () => expect(await screen.screen()).toContain('demo/payments completed in'));
    await record('The end');
    await keep('stop-and-mend.txt', recording.join('\n'));
    // Of a workflow that has ended the page asks for no current details.
    await opened('Memo', /"state": "completed"/);

    demo.signalGroup('SIGINT');
    // It had come to a stop while the demo was watching.
    expect(await demo.exitCode()).toBe(1);
    await demo.nothingLeft();
  });
});
