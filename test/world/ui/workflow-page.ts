import type { Locator, Page } from 'playwright-core';

/** One workflow's page in the Temporal UI, as a person works with it. */
export class WorkflowPage {
  readonly #page: Page;
  readonly #address: string;

  constructor(page: Page, ui: string, workflowId: string) {
    this.#page = page;
    this.#address = new URL(`/namespaces/default/workflows/${encodeURIComponent(workflowId)}`, ui).href;
  }

  /** What the tab User Metadata shows of the workflow now: its current details as text. */
  async details(): Promise<string> {
    await this.#page.goto(this.#address);
    await this.#page.getByText('User Metadata').click();
    return this.#page.frameLocator('#user-metadata-current-details').locator('body').innerText();
  }

  /** Waits until the timeline shows an activity, a timer or a child of this name. */
  async showsInTimeline(name: string): Promise<void> {
    await this.#page.goto(this.#address);
    await this.#page.locator('main').getByRole('button').filter({ hasText: name }).first().waitFor();
  }

  /** Opens a tab: `Memo`, `Search Attributes`. */
  async open(tab: string): Promise<void> {
    await this.#page.goto(this.#address);
    await this.#page.locator('main').getByText(tab, { exact: true }).click();
  }

  /** All that the page shows now; of an open tab, what is rendered of it so far. */
  async text(): Promise<string> {
    return this.#page.locator('main').innerText();
  }

  /** The updates that the dialog offers, with their descriptions. */
  async updates(): Promise<readonly string[]> {
    const dialog = await this.#updateDialog();
    return dialog.getByRole('option').allInnerTexts();
  }

  /** Sends an update by the dialog. */
  async send(update: string, data: string): Promise<void> {
    const dialog = await this.#updateDialog();
    await dialog
      .getByRole('option')
      .filter({ hasText: new RegExp(`^\\s*${update}`) })
      .click();
    await dialog.locator('.cm-content').fill(data);
    await dialog.getByTestId('confirm-modal-button').click();
    await dialog.waitFor({ state: 'hidden' });
  }

  async #updateDialog(): Promise<Locator> {
    await this.#page.goto(this.#address);
    await this.#page.getByRole('button', { name: 'More Actions' }).click();
    await this.#page.getByRole('menuitem', { name: 'Send an Update' }).click();
    const dialog = this.#page.locator('dialog[open]');
    await dialog.getByTestId('update-select-button').click();
    await dialog.getByRole('option').first().waitFor();
    return dialog;
  }
}
